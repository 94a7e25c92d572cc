// The server for agents, as a process and with the client of the official SDK.
import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { projectOf } from "./support/project.ts";
import { filesOf } from "./support/sandbox-project.ts";

const BIN = join(import.meta.dirname, "../src/bin.ts");
const INV_001 = { reference: "INV-001", title: "Concert", amount: { amount: "190000", currency: "IDR" } };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.close());
beforeEach(() => sandbox.reset());

const openShop = () => {
  const files = filesOf(sandbox);
  const config = { ...files["tautan.config.json"], ledger: { database: "shop.db" } };
  return projectOf({ ...files, "tautan.config.json": config });
};

/** Starts the server as a client does, from another folder. */
const start = async (folder: string, ...flags: string[]): Promise<Client> => {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env as Record<string, string>;
  const config = ["--config", join(folder, "tautan.config.json")];
  const client = new Client({ name: "an agent", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ["--conditions=@tautan/source", BIN, "mcp", ...config, ...flags],
      cwd: import.meta.dirname,
      env,
      stderr: "ignore",
    }),
  );
  onTestFinished(() => client.close());
  return client;
};

// oxlint-disable-next-line typescript/no-explicit-any -- each test checks the form that it expects
const call = async (client: Client, name: string, given: object): Promise<any> =>
  (await client.callTool({ name, arguments: { ...given } })).structuredContent;

test("over standard input and output: two servers on one database, one of them killed, make one link", async () => {
  const { folder } = openShop();
  const [one, two] = await Promise.all([start(folder, "--allow-create"), start(folder, "--allow-create")]);
  const made = await Promise.all([one, two, one, two].map((agent) => call(agent, "create_link", INV_001)));
  expect(new Set(made.map(({ link }) => link.id)).size).toBe(1);
  await one.close();
  const again = await call(await start(folder, "--allow-create"), "create_link", INV_001);
  expect(again.link.url).toBe(made[0].link.url);
  expect(sandbox.links).toHaveLength(1);
});

test("without flags: it reads what is there, and makes neither links nor tables", async () => {
  const { folder, run } = openShop();
  const refused = await run(["mcp"]);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("Run tautan ledger migrate once")]);
  expect(existsSync(join(folder, "shop.db"))).toBe(false);
  const agent = await start(folder, "--allow-create");
  const { link } = await call(agent, "create_link", INV_001);
  const reader = await start(folder);
  expect((await reader.listTools()).tools.map(({ name }) => name)).not.toContain("create_link");
  expect(await call(reader, "find_link", { reference: "INV-001" })).toEqual({ link });
  expect(await call(reader, "find_link", { reference: "INV-001", from: "gateway" })).toMatchObject({
    link: { id: link.id },
  });
  for (const [name, given] of [
    ["create_link", { ...INV_001, reference: "INV-002" }],
    ["close_link", { id: link.id }],
    ["delete_link", { id: link.id }],
  ] as const) {
    expect((await call(reader, name, given)).error).toMatchObject({ kind: "not_allowed" });
  }
  expect(sandbox.links).toMatchObject([{ state: "open" }]);
});

/** The status of a raw request: a browser's page can send any of these, and fetch cannot. */
const statusOf = (url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers: { "content-type": "application/json", ...headers } });
    sent.on("error", reject).on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }));
  });

test("over HTTP: a client with the token works, and pages of other origins do not", async () => {
  const { run } = openShop();
  const token = "0123456789abcdef0123456789abcdef";
  let kill = (_: NodeJS.Signals): void => {};
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  const ended = run(["mcp", "--http", "0", "--quiet", "--allow-create"], {
    env: { TAUTAN_MCP_TOKEN: token },
    onStart: (send) => {
      kill = send;
    },
    onOutput: (text) => {
      if (text.includes("\n")) resolve(text.trim());
    },
  });
  const url = await listening;
  const authorization = `Bearer ${token}`;
  const client = new Client({ name: "an agent", version: "1.0.0" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization } } }),
  );
  const { link } = await call(client, "create_link", INV_001);
  expect(await call(client, "create_link", INV_001)).toEqual({ link });
  await client.close();
  expect([
    await statusOf(url, {}),
    await statusOf(url, { authorization: `${authorization}0` }),
    await statusOf(url, { authorization, host: "attacker.example" }),
    await statusOf(url, { authorization, origin: "https://attacker.example" }),
    await statusOf(url.replace("/mcp", "/"), { authorization }),
  ]).toEqual([401, 401, 403, 403, 404]);
  expect(sandbox.links).toHaveLength(1);
  kill("SIGTERM");
  expect((await ended).code).toBe(143);
});

test.each([
  [
    ["--http", "7790", "--host", "0.0.0.0", "--allow-create"],
    3,
    "expected one, because 0.0.0.0 can be reached from other machines",
  ],
  [["--http", "70000"], 2, "expected a port from 0 to 65535"],
  [["--host", "0.0.0.0"], 2, "expected --http too"],
  [["--allow-creates"], 2, "there is no option --allow-creates"],
])("%j is refused", async (flags, code, message) => {
  const { run } = openShop();
  const ran = await run(["mcp", ...flags]);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, "", expect.stringContaining(message)]);
});

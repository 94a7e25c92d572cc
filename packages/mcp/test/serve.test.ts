// Raw bytes in place of a client: over standard input and output, and over HTTP.
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { serveOverHttp, serveOverStdio } from "../src/node.ts";
import { openWorld, RUPIAH_190_000 } from "./support/world.ts";

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "an agent", version: "1" } },
};
const CREATE = {
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name: "create_link", arguments: { reference: "INV-001", amount: RUPIAH_190_000 } },
};

const openStdio = async () => {
  const world = await openWorld();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = serveOverStdio({ ledger: world.ledger, allow: { create: true } }, { input, output });
  const lines: { readonly id?: number; readonly result?: object; readonly error?: object }[] = [];
  let rest = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    const parts = `${rest}${text}`.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((each) => JSON.parse(each)));
  });
  const answerTo = async (id: number) => {
    for (;;) {
      const found = lines.find((each) => each.id === id);
      if (found) return found;
      await turn();
    }
  };
  onTestFinished(() => server.close());
  return { ...world, server, input, answerTo, send: (each: unknown) => input.write(`${JSON.stringify(each)}\n`) };
};

test("stdio: lines that are no messages are passed over, and the next message is answered", async () => {
  const { input, send, answerTo, changes } = await openStdio();
  for (const line of [
    "garbage",
    "",
    "[]",
    "{}",
    "null",
    '{"jsonrpc":"2.0"}',
    "\u0000",
    '{"jsonrpc":"1.0","id":9,"method":"x"}',
    '{"jsonrpc":"2.0","id":{},"method":"tools/call"}',
  ])
    input.write(`${line}\n`);
  send(INITIALIZE);
  expect((await answerTo(1)).result).toMatchObject({ serverInfo: { name: "tautan" }, capabilities: { tools: {} } });
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  send({ ...CREATE, id: 3, params: { name: "create_link", arguments: "a text" } });
  expect(await answerTo(3)).toHaveProperty("error");
  send({ ...CREATE, id: 4, method: "ledger/create" });
  expect((await answerTo(4)).error).toMatchObject({ code: -32601 });
  send(CREATE);
  expect((await answerTo(2)).result).toMatchObject({ structuredContent: { link: { reference: "INV-001" } } });
  expect(changes()).toBe(1);
});

test("stdio: a message without end closes the connection, and the end of the input too", async () => {
  const endless = await openStdio();
  endless.input.write(`{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(1_100_000)}`);
  await endless.server.closed;
  const ended = await openStdio();
  ended.input.end();
  await ended.server.closed;
  expect([endless.changes(), ended.changes()]).toEqual([0, 0]);
});

test("stdio: the client goes away while a link is made: it is made once, and found by the next", async () => {
  const { input, send, answerTo, server, connect, changes, ledger } = await openStdio();
  send(INITIALIZE);
  await answerTo(1);
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  send(CREATE);
  send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2, reason: "the agent gave up" } });
  input.end();
  await server.closed;
  // Whoever ends the process then loses nothing.
  expect((await ledger.get({ reference: "INV-001" })).isOk()).toBe(true);
  const agent = await connect({ create: true });
  const { structuredContent } = await agent.callTool(CREATE.params);
  expect(structuredContent).toMatchObject({ link: { reference: "INV-001" } });
  expect(changes()).toBe(1);
});

test("HTTP: other methods, types, bodies and paths are refused, and many clients are served", async () => {
  const { ledger, changes } = await openWorld();
  const server = await serveOverHttp({ ledger, allow: { create: true } });
  onTestFinished(() => server.close());
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const status = async (init: RequestInit, path = ""): Promise<number> => {
    const response = await fetch(`${server.url}${path}`, init);
    await response.body?.cancel();
    return response.status;
  };
  expect(await status({})).toBe(405);
  expect(await status({ method: "DELETE" })).toBe(405);
  expect(await status({ method: "POST", headers, body: "{}" }, "/../admin")).toBe(404);
  expect(await status({ method: "POST", headers, body: "not JSON" })).toBe(400);
  expect(await status({ method: "POST", headers, body: " ".repeat(1_100_000) })).toBe(413);
  expect(await status({ method: "POST", headers: { ...headers, "content-type": "text/plain" }, body: "{}" })).toBe(415);
  const create = JSON.stringify(CREATE);
  const made = await Promise.all(Array.from({ length: 20 }, () => status({ method: "POST", headers, body: create })));
  expect(new Set(made)).toEqual(new Set([200]));
  expect(changes()).toBe(1);
});

test.each<[string, object, string]>([
  ["an address of other machines without a token", { host: "0.0.0.0" }, "token: expected one"],
  ["a short token", { token: "secret" }, "at least 32 characters"],
  ["no allowed host", { allowedHosts: [] }, "allowedHosts: expected at least one name"],
])("HTTP: %s is refused", async (_, http, message) => {
  const { ledger } = await openWorld();
  await expect(serveOverHttp({ ledger }, http)).rejects.toThrow(message);
});

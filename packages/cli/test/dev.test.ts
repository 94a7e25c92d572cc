// `tautan dev` as a process without a terminal.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { SIMULATED_NAMES } from "../src/commands/dev/simulated.ts";
import { CONFIG, type Dev, ENVIRONMENT_FILE, MERCHANT, nodeWith, startDev } from "./support/dev.ts";
import { type Project, projectOf, type RunOptions } from "./support/project.ts";

/** The project of a merchant, with these settings. */
const shopOf = (settings: object = {}, gateways: object = CONFIG.gateways): Project =>
  projectOf({
    "tautan.config.json": { ...CONFIG, ...settings, gateways },
    "gateways.json": { ...CONFIG, gateways },
    "program.mjs": MERCHANT,
    ".env": ENVIRONMENT_FILE,
  });

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

const inspectorOf = async (dev: Dev): Promise<string> => (await dev.until(/Inspector: (\S+)/))[1] ?? "";

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const isServed = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe("beside a program", () => {
  test("it has the sandbox's keys, is paid, and accepts every webhook; each call and webhook is one line", async () => {
    const port = await freePort();
    const project = shopOf({ dev: { webhookUrl: `http://127.0.0.1:${port}` } });
    const dev = startDev(project, nodeWith("program.mjs", String(port)));
    const control = await inspectorOf(dev);
    await dev.until(/(link http\S+[\s\S]*){3}/);
    for (const { link } of (await (await fetch(`${control}/links`)).json()) as { link: string }[]) {
      expect((await post(`${control}/pay`, { link })).status).toBe(200);
    }
    await dev.until(/midtrans {2}webhook {2}settlement #\d+ {2}200/);
    await dev.until(/xfers {5}webhook {2}\S+ #\d+ {2}200/);
    await dev.until(/singapay {2}webhook {2}\S+ #\d+ {2}200/);
    dev.kill("SIGINT");
    const { code, stdout, stderr } = await dev.ended;
    expect([code, stderr]).toEqual([130, ""]);
    expect(stdout).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}midtrans {2}call {5}POST \/v1\/payment-links {2}200 {2}\d+ ms$/m,
    );
    expect(stdout).toContain(`webhooks to http://127.0.0.1:${port}/webhooks/main`);
    // No colours, and nothing that a terminal obeys.
    expect(stdout).not.toContain("\u001b");
    expect(await isServed(control)).toBe(false);
    expect(await isServed(`http://127.0.0.1:${port}`)).toBe(false);
  });

  test("it ends with the program, whose failure is the exit code", async () => {
    const project = shopOf();
    const [good, bad, missing] = await Promise.all([
      startDev(project, nodeWith("--eval", "console.log('at work')")).ended,
      startDev(project, nodeWith("--eval", "process.exit(3)")).ended,
      startDev(project, ["--", "no-such-program"]).ended,
    ]);
    expect([good.code, good.stderr]).toEqual([0, ""]);
    expect(good.stdout).toContain("program | at work");
    expect([bad.code, bad.stderr]).toEqual([8, expect.stringContaining("got code 3")]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('"no-such-program" (ENOENT)')]);
  });

  test("a program that ignores its end, and what it started, are gone within a second of Ctrl-C", async () => {
    const port = await freePort();
    const stubborn = `
      process.on("SIGTERM", () => {}); process.on("SIGINT", () => {});
      if (process.argv[1]) require("node:http").createServer((q, r) => r.end()).listen(${port}, "127.0.0.1", () => console.log("deaf"));
      else require("node:child_process").spawn(process.execPath, ["--eval", process.env.SELF, "child"], { stdio: "inherit" });
      setInterval(() => {}, 1000);`;
    const dev = startDev(projectOf({}), ["--", process.execPath, "--eval", stubborn], { env: { SELF: stubborn } });
    await dev.until(/deaf/);
    const startedMs = performance.now();
    dev.kill("SIGINT");
    expect((await dev.ended).code).toBe(130);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    expect(await isServed(`http://127.0.0.1:${port}`)).toBe(false);
  });
});

describe("hints", () => {
  const paid = async (
    words: readonly string[],
    options: RunOptions = {},
  ): Promise<{ dev: Dev; link: string; control: string }> => {
    const dev = startDev(projectOf({}), ["--gateways", "midtrans", ...words], options);
    const control = await inspectorOf(dev);
    const index = (await (await fetch(control)).json()) as {
      midtrans: { url: string; credentials: { serverKey: string } };
    };
    const { url, credentials } = index.midtrans;
    const created = await fetch(`${url}/v1/payment-links`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${credentials.serverKey}:`)}`, "content-type": "application/json" },
      body: JSON.stringify({ transaction_details: { order_id: "INV-1", gross_amount: 190_000 } }),
    });
    const { payment_url: link } = (await created.json()) as { payment_url: string };
    await post(`${control}/pay`, { link });
    return { dev, link, control };
  };

  test("nobody listens: whether the server runs, and when the webhook comes again", async () => {
    const { dev } = await paid(["--webhook-url", `http://127.0.0.1:${await freePort()}/hooks`]);
    await dev.until(/webhook {2}settlement #2 {2}no server there {2}\d+ ms {2}again in \d+ (min|s)/);
    dev.kill("SIGTERM");
    const { code, stdout } = await dev.ended;
    expect(code).toBe(143);
    // The second webhook has the same reason, which is not repeated.
    expect(stdout.match(/hint Is your server running at http:\/\/127\.0\.0\.1:\d+\?/g)).toHaveLength(1);
  });

  test.each([
    [404, "", "Does it have POST /hooks?"],
    [
      401,
      '{"error":{"message":"the signature is wrong","hint":"Check the key."}}',
      "with 401: the signature is wrong Check the key. If",
    ],
    [500, "<html>a page</html>", "with 500. See the output of your server."],
    [302, "", "redirects with 302"],
  ])("the server answers with %s: the reason that it gives, and what to do", async (status, body, expected) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { location: "/elsewhere" }).end(body);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { dev } = await paid(["--webhook-url", `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`]);
    const [hint] = await dev.until(/hint .*/);
    expect(hint).toContain(expected);
  });

  test("a program with another key is shown the sandbox's", async () => {
    const dev = startDev(projectOf({}), ["--gateways", "midtrans"]);
    const control = await inspectorOf(dev);
    const { midtrans } = (await (await fetch(control)).json()) as { midtrans: { url: string } };
    await fetch(`${midtrans.url}/v1/payment-links/INV-1`, { headers: { authorization: `Basic ${btoa("other:")}` } });
    const [hint] = await dev.until(/hint .*/);
    expect(hint).toContain("set MIDTRANS_SERVER_KEY=SB-Mid-server-tautan-sandbox");
  });
});

test("--json prints one object a line, and the output of the program elsewhere", async () => {
  const dev = startDev(shopOf({}, { main: CONFIG.gateways.main }), ["--json", ...nodeWith("program.mjs")]);
  await dev.until(/"type":"call"/);
  dev.kill("SIGINT");
  const { stdout, stderr } = await dev.ended;
  const [started, call] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(started).toMatchObject({
    type: "started",
    gateways: [{ name: "midtrans", key: "main" }],
    environment: { SHOP_KEY: "SB-Mid-server-tautan-sandbox" },
  });
  expect(call).toMatchObject({
    type: "call",
    gateway: "midtrans",
    method: "POST",
    path: "/v1/payment-links",
    status: 200,
  });
  expect(stderr).toContain("listens on");
});

describe("what is refused", () => {
  test.each<[string, readonly string[], object, number, string]>([
    [
      "production",
      [],
      { main: { ...CONFIG.gateways.main, environment: "production" } },
      3,
      'expected "sandbox", got "production"',
    ],
    [
      "a gateway that is not there",
      ["--gateways", "acme"],
      CONFIG.gateways,
      2,
      `expected some of ${SIMULATED_NAMES.join(",")}`,
    ],
    ["a URL that is none", ["--webhook-url", "localhost:3000"], CONFIG.gateways, 2, "--webhook-url: expected a URL"],
    ["only the memory driver", [], { main: { driver: "memory" } }, 3, "expected a gateway with one of the drivers"],
  ])("%s", async (_, words, gateways, code, message) => {
    const ran = await startDev(shopOf({}, gateways), words).ended;
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toContain(message);
  });

  test("a port in use, with the way out", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ran = await projectOf({}).run(["dev", "--port", String(port)]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(`127.0.0.1:${port}, which is in use`);
    expect(ran.stderr).toContain("--port 0");
  });
});

test("a gateway that the sandbox does not simulate is named, and the others start", async () => {
  const dev = startDev(shopOf({}, { ...CONFIG.gateways, memory: { driver: "memory" } }), []);
  await inspectorOf(dev);
  dev.kill("SIGINT");
  expect((await dev.ended).stderr).toContain('memory: the sandbox does not simulate the driver "memory"');
});

// Against a real proxy: what goes through it, what does not, and what an error says where it is at fault.
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createSocketServer } from "node:net";
import { createTransport, type HttpRequest } from "@tautan/driver-kit";
import { failureFromTransport } from "@tautan/driver-kit/http";
import { ProxyAgent } from "undici";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { closedPort } from "../src/testing/index.ts";

const HOST = "gateway.example";
const request = (url: string): HttpRequest => ({
  purpose: "read",
  method: "GET",
  url,
  headers: { authorization: "Bearer SECRET" },
  signal: AbortSignal.timeout(10_000),
});

const listen = async (server: Pick<Server, "listen" | "address" | "close">): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

/** A gateway that speaks plain HTTP, behind the tunnel of a proxy. */
const startGateway = async () => {
  const server = createServer((_request, response) => response.end('{"reached":true}'));
  onTestFinished(() => server.closeAllConnections());
  return listen(server);
};

/** A proxy that opens tunnels to one port whatever is asked for, or answers with a status of its own. */
const startProxy = async (target: number, status = 200) => {
  const asked: { readonly what: string | undefined; readonly head: string }[] = [];
  const server = createServer((forwarded, response) => {
    asked.push({ what: forwarded.url, head: JSON.stringify(forwarded.headers) });
    response.end("{}");
  });
  server.on("connect", ({ url, headers }, socket) => {
    asked.push({ what: url, head: JSON.stringify(headers) });
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const each of [onward, socket]) each.on("error", () => onward.destroy());
    onTestFinished(() => void onward.destroy());
  });
  onTestFinished(() => server.closeAllConnections());
  return { port: await listen(server), asked };
};

const VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] as const;
beforeEach(() => {
  for (const each of VARIABLES) vi.stubEnv(each, undefined);
  // The pools are those of the process, and read the variables once.
  vi.resetModules();
});
afterEach(() => void vi.unstubAllEnvs());

/** The kit as a process loads it that was started with these variables. */
const startedWith = async (variables: Partial<Record<(typeof VARIABLES)[number], string>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const kit = await import("@tautan/driver-kit");
  return kit.createTransport({ maxRetries: 0 });
};

describe("a proxy that the environment names", () => {
  test.each([["HTTPS_PROXY"], ["https_proxy"], ["HTTP_PROXY"], ["http_proxy"]] as const)(
    "%s: requests to the gateway ask it for a tunnel, and it sees nothing but the host",
    async (variable) => {
      const proxy = await startProxy(await startGateway());
      const sending = await startedWith({ [variable]: `http://127.0.0.1:${proxy.port}` });
      // The gateway of this test speaks no TLS: what matters is what the proxy was asked for.
      const failed = (await sending.send(request(`https://${HOST}/links?key=SECRET`)))._unsafeUnwrapErr();
      expect(failed).toMatchObject({ reason: "connect", sent: false, host: HOST });
      expect(proxy.asked.map((each) => each.what)).toEqual([`${HOST}:443`]);
      expect(JSON.stringify(proxy.asked)).not.toContain("SECRET");
    },
  );

  test("a reply that comes through it is the reply", async () => {
    const proxy = await startProxy(1);
    const sending = await startedWith({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const reply = (await sending.send(request(`http://${HOST}/links`)))._unsafeUnwrap();
    expect([reply.status, reply.text]).toEqual([200, "{}"]);
    expect(proxy.asked.map((each) => each.what)).toEqual([`http://${HOST}/links`]);
  });

  test("NO_PROXY: the hosts in it are reached directly", async () => {
    const proxy = await startProxy(await startGateway());
    const sending = await startedWith({
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: `other.example, ${HOST}.invalid`,
    });
    const url = `https://api.${HOST}.invalid/`;
    expect((await sending.send(request(url)))._unsafeUnwrapErr()).toMatchObject({ reason: "connect", sent: false });
    expect(proxy.asked).toEqual([]);
  });

  test("this machine is reached directly: no key goes to a proxy in plain text", async () => {
    const [gateway, proxy] = [await startGateway(), await startProxy(1)];
    const address = `http://127.0.0.1:${proxy.port}`;
    const sending = await startedWith({ HTTP_PROXY: address, HTTPS_PROXY: address });
    const reply = (await sending.send(request(`http://127.0.0.1:${gateway}/links`)))._unsafeUnwrap();
    expect(reply.text).toBe('{"reached":true}');
    expect(proxy.asked).toEqual([]);
  });

  test("credentials in it go to the proxy alone", async () => {
    const proxy = await startProxy(await startGateway());
    const sending = await startedWith({ HTTPS_PROXY: `http://user:pass@127.0.0.1:${proxy.port}` });
    await sending.send(request(`https://${HOST}/`));
    expect(proxy.asked[0]?.head).toContain(`Basic ${btoa("user:pass")}`);
  });

  test("without one, nothing asks a proxy", async () => {
    const gateway = await startGateway();
    const sending = await startedWith({});
    expect((await sending.send(request(`http://127.0.0.1:${gateway}/`))).isOk()).toBe(true);
  });

  test.each([[403], [407], [502]])(
    "one that refuses the tunnel with %d: not sent, and the error says so",
    async (status) => {
      const proxy = await startProxy(1, status);
      const sending = await startedWith({ HTTPS_PROXY: `http://user:PASSWORD@127.0.0.1:${proxy.port}` });
      const failed = (await sending.send(request(`https://${HOST}/`)))._unsafeUnwrapErr();
      expect(failed).toMatchObject({ reason: "connect", sent: false, code: `PROXY_ANSWERED_${status}` });
      expect(failureFromTransport(failed)).toMatchObject({
        kind: "network",
        outcome: "not_sent",
        message: `the connection to ${HOST} could not be opened (PROXY_ANSWERED_${status})`,
      });
      expect(JSON.stringify(failed)).not.toContain("PASSWORD");
    },
  );

  test("one that is not there: not sent, and the error names its address beside the gateway's host", async () => {
    const { host } = new URL(await closedPort());
    const sending = await startedWith({ HTTPS_PROXY: `http://${host}` });
    const failed = (await sending.send(request(`https://${HOST}/links`)))._unsafeUnwrapErr();
    expect(failureFromTransport(failed)).toMatchObject({
      outcome: "not_sent",
      message: `the connection to ${HOST} could not be opened (ECONNREFUSED, ${host})`,
    });
  });

  test.each([
    ["hangs up", (end: () => void) => end()],
    ["never answers", () => {}],
  ])("one that %s: not sent", async (_name, answer) => {
    const port = await listen(createSocketServer((socket) => answer(() => socket.destroy())) as unknown as Server);
    const sending = await startedWith({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    const failed = await sending.send({ ...request(`https://${HOST}/`), signal: AbortSignal.timeout(300) });
    expect(failed._unsafeUnwrapErr().sent).toBe(false);
  });

  test("a variable that is no address: not sent, and its text is not shown", async () => {
    const sending = await startedWith({ HTTPS_PROXY: "user:PASSWORD@" });
    const failed = (await sending.send(request(`https://${HOST}/`)))._unsafeUnwrapErr();
    expect(failed).toEqual({ reason: "connect", sent: false, code: "INVALID_PROXY", host: HOST });
  });
});

describe("a dispatcher that is passed", () => {
  test("carries the requests, through its proxy", async () => {
    const [gateway, proxy] = [await startGateway(), await startProxy(1)];
    const tunnel = await startProxy(gateway);
    const dispatcher = new ProxyAgent({ uri: `http://127.0.0.1:${tunnel.port}`, proxyTunnel: true });
    onTestFinished(() => dispatcher.close());
    vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${proxy.port}`);
    const sending = createTransport({ dispatcher });
    const reply = (await sending.send(request(`http://${HOST}/links`)))._unsafeUnwrap();
    expect(reply.text).toBe('{"reached":true}');
    expect(tunnel.asked.map((each) => each.what)).toEqual([`${HOST}:80`]);
    expect(proxy.asked).toEqual([]);
  });

  test("that throws is a failure, and nothing was sent", async () => {
    const dispatcher = {
      dispatch: () => {
        throw Object.assign(new Error("https://user:PASSWORD@proxy"), { code: "UND_ERR_DESTROYED" });
      },
    };
    const failed = (
      await createTransport({ dispatcher, maxRetries: 0 }).send(request(`https://${HOST}/`))
    )._unsafeUnwrapErr();
    expect(failed).toEqual({ reason: "connect", sent: false, code: "UND_ERR_DESTROYED", host: HOST });
  });
});

describe("sockets to one gateway", () => {
  /** How many connections a gateway sees at once, of many requests. */
  const most = async (maxConnections: number | undefined, requests: number): Promise<number> => {
    let open = 0;
    let highest = 0;
    const waiting: (() => void)[] = [];
    const server = createServer((_request, response) => {
      waiting.push(() => response.end("{}"));
      // All that can come have come once as many wait as are open.
      if (waiting.length >= Math.min(requests, maxConnections ?? 64)) for (const each of waiting.splice(0)) each();
    });
    server.on("connection", (socket) => {
      open += 1;
      highest = Math.max(highest, open);
      socket.on("close", () => {
        open -= 1;
      });
    });
    onTestFinished(() => server.closeAllConnections());
    const url = `http://127.0.0.1:${await listen(server)}/`;
    const sending = createTransport({ maxConnections, maxRetries: 0 });
    const replies = await Promise.all(Array.from({ length: requests }, () => sending.send(request(url))));
    expect(replies.every((each) => each.isOk())).toBe(true);
    return highest;
  };

  test("are 64 by default", async () => expect(await most(undefined, 192)).toBe(64));

  test("are as many as the option says", async () => expect(await most(3, 12)).toBe(3));

  test("a request that was given up while its connection was being opened keeps its place until undici lets go", async () => {
    const handlers: { onResponseError(controller: undefined, error: Error): void }[] = [];
    const dispatcher = {
      dispatch: (_options: object, handler: object) => handlers.push(handler as (typeof handlers)[number]) > 0,
    };
    const sending = createTransport({ dispatcher, maxConnections: 1, maxRetries: 0 });
    const controller = new AbortController();
    const first = sending.send({ ...request(`https://${HOST}/`), signal: controller.signal });
    await vi.waitUntil(() => handlers.length === 1);
    controller.abort();
    expect((await first)._unsafeUnwrapErr()).toEqual({ reason: "aborted", sent: false });
    // One that gives up while it waits for the place never comes to undici, where nothing could take it back.
    const given = await sending.send({ ...request(`https://${HOST}/`), signal: AbortSignal.timeout(1) });
    expect(given._unsafeUnwrapErr()).toEqual({ reason: "timeout", sent: false });
    const second = sending.send(request(`https://${HOST}/`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(handlers).toHaveLength(1);
    handlers[0]?.onResponseError(undefined, new Error("too late"));
    await vi.waitUntil(() => handlers.length === 2);
    handlers[1]?.onResponseError(undefined, Object.assign(new Error("x"), { code: "ECONNRESET" }));
    expect((await second)._unsafeUnwrapErr().code).toBe("ECONNRESET");
  });

  test("a transport without the limit reached opens no more than it needs", async () =>
    expect(await most(undefined, 5)).toBe(5));
});

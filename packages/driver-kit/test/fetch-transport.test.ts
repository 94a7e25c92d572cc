// What only the transport on fetch does. What it has in common with the one on undici: transport.test.ts.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { HttpRequest } from "@tautan/driver-kit";
import { expect, onTestFinished, test } from "vitest";
import { createHttpClient as createFetchTransport } from "../src/fetch-transport.ts";
import { rawServer } from "../src/testing/index.ts";

const transport = createFetchTransport({ retryDelayMs: 0 });
const request = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  purpose: "read",
  method: "GET",
  url,
  headers: {},
  signal: AbortSignal.timeout(10_000),
  ...changes,
});

test("a compressed reply is read, and its limit counts what it is without compression", async () => {
  const compressed = gzipSync("a".repeat(50_000));
  const server = await rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${compressed.byteLength}\r\n\r\n`);
    socket.end(compressed);
  });
  expect((await transport.send(request(server.url)))._unsafeUnwrap().text).toBe("a".repeat(50_000));
  const small = createFetchTransport({ maxReplyBytes: 10_000 });
  expect((await small.send(request(server.url)))._unsafeUnwrapErr()).toEqual({ reason: "too_large", sent: true });
});

test("a POST on a connection that was kept, and breaks, is not sent again; a GET is", async () => {
  const seen: string[] = [];
  const server = createServer((incoming, response) => {
    seen.push(incoming.method ?? "");
    if (seen.length === 1 || incoming.url === "/good") return response.end("{}");
    return incoming.socket.destroy();
  });
  onTestFinished(() => server.closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await transport.send(request(`${url}/good`))).isOk()).toBe(true);
  const failed = await transport.send(request(`${url}/bad`, { method: "POST", purpose: "create", body: "{}" }));
  expect(failed._unsafeUnwrapErr()).toMatchObject({ reason: "broken", sent: true });
  expect(seen).toEqual(["GET", "POST"]);
  expect((await transport.send(request(`${url}/bad`))).isErr()).toBe(true);
  expect(seen).toEqual(["GET", "POST", "GET", "GET", "GET"]);
});

test("what is not for the web is not sent", async () => {
  const failed = (await transport.send(request("data:application/json,{}")))._unsafeUnwrapErr();
  expect(failed).toEqual({ reason: "connect", sent: false, code: "INVALID_URL" });
});

test("requests at once are no more than allowed", async () => {
  let open = 0;
  let highest = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((_incoming, response) => {
    open += 1;
    highest = Math.max(highest, open);
    waiting.push(() => {
      open -= 1;
      response.end("{}");
    });
    if (waiting.length === 3) for (const each of waiting.splice(0)) each();
  });
  onTestFinished(() => server.closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const three = createFetchTransport({ maxConnections: 3 });
  const replies = await Promise.all(Array.from({ length: 12 }, () => three.send(request(url))));
  expect(replies.every((each) => each.isOk())).toBe(true);
  expect(highest).toBe(3);
});

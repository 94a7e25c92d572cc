import { connect } from "node:net";
import { expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { basic, call, startMs } from "./support.ts";

const perConnection = 500;
/** A whole number of rounds of ten connections. */
const REQUESTS = Number(process.env["FLOOD_REQUESTS"] ?? 10_000);

/** Requests that are well framed and make no sense, each followed by the next without waiting for its answer. */
const nonsense = (sandbox: Sandbox, authorization: string, from: number): string => {
  const targets = [
    "/v1/payment-links",
    "/v1/payment-links/%",
    "/v2/%00/status",
    "/v2//cancel",
    "//",
    "/payment-links/x",
    "/?%",
  ];
  const bodies = [
    "",
    "{",
    "[]",
    "null",
    '{"a":',
    '{"__proto__":{}}',
    '{"transaction_details":{"order_id":[]}}',
    "%00\u0001",
  ];
  const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
  const types = ["application/json", "text/plain", "multipart/form-data", "x"];
  const { host } = new URL(sandbox.midtrans.url);
  let text = "";
  for (let index = from; index < from + perConnection; index += 1) {
    const body = bodies[index % bodies.length] ?? "";
    const isLast = index === from + perConnection - 1;
    text += `${methods[index % methods.length]} ${targets[index % targets.length]} HTTP/1.1\r\nHost: ${host}\r\n`;
    text += `Authorization: ${index % 3 === 0 ? "Basic !" : authorization}\r\nContent-Type: ${types[index % types.length]}\r\n`;
    text += `Content-Length: ${Buffer.byteLength(body)}\r\n${isLast ? "Connection: close\r\n" : ""}\r\n${body}`;
  }
  return text;
};

/** Requests that are none; the server hangs up at the first. */
const broken = [
  "\u0000\r\n\r\n",
  "GET\r\n\r\n",
  "GET / HTTP/9.9\r\n\r\n",
  "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
  "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
];

/** The statuses of all answers on a connection of its own, until the server ends it. */
const statusesFor = (url: string, bytes: string): Promise<readonly number[]> => {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: string[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, "latin1");
    });
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk.toString("latin1"));
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve([...chunks.join("").matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)));
    });
  });
};

test(`${REQUESTS} malformed requests: each is answered, none with 5xx, and no more is remembered than allowed`, async () => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, maxRecords: 100 });
  const authorization = basic(sandbox.midtrans.credentials.serverKey, "");
  const link = await createLinkAt(sandbox, "midtrans");
  const counts = new Map<number, number>();
  const count = (statuses: readonly number[]): void => {
    for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  };
  for (let sent = 0; sent < REQUESTS; sent += 10 * perConnection) {
    const batch = Array.from({ length: 10 }, (_, index) =>
      statusesFor(sandbox.midtrans.url, nonsense(sandbox, authorization, sent + index * perConnection)),
    );
    for (const statuses of await Promise.all(batch)) count(statuses);
  }
  expect([...counts.values()].reduce((sum, each) => sum + each, 0)).toBe(REQUESTS);
  expect([...counts.keys()].toSorted()).toEqual([400, 401, 403, 404, 405]);
  for (let round = 0; round < 20; round += 1) {
    for (const statuses of await Promise.all(broken.map((bytes) => statusesFor(sandbox.midtrans.url, bytes)))) {
      expect(statuses).toEqual([400]);
    }
  }
  expect(sandbox.requests).toHaveLength(100);
  expect(sandbox.dropped.requests).toBeGreaterThan(0.8 * REQUESTS);
  expect((await call(link)).status).toBe(200);
  expect((await sandbox.pay(link)).status).toBe("settlement");
  await sandbox.close();
}, 120_000);

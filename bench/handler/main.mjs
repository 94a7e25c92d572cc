// The webhook handler with a ledger on PostgreSQL, over HTTP, under a mix of genuine, repeated and forged deliveries.
// Usage: node main.mjs [--seconds 60] [--links 500] [--connections 16] [--folder path]
// Exits with 1 if a payment that was acknowledged is lost, one is delivered twice, or a forged delivery is accepted. No timing decides.
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createPaymentLinks, idr } from "../../packages/core/dist/index.js";
import { createMemoryDriver } from "../../packages/driver-memory/dist/index.js";
import { createLedger, postgres } from "../../packages/ledger/dist/index.js";
import { fromLedger } from "../ledger/packages.mjs";
import { startServer } from "../ledger/postgres.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    links: { type: "string", default: "500" },
    connections: { type: "string", default: "16" },
    folder: { type: "string", default: tmpdir() },
  },
});
const whole = (name) => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new TypeError(`--${name}: expected a whole number from 1, got ${values[name]}`);
};
const [seconds, linkCount, connections] = [whole("seconds"), whole("links"), whole("connections")];

const webhookSecret = "bench-secret-0123456789";
/** Of ten deliveries: six are new payments, two are repeated, two are forged. */
const MIX = ["new", "new", "repeated", "new", "forged", "new", "repeated", "new", "forged", "new"];
/** The deliveries that may be sent again. */
const REMEMBERED = 1000;
/** The longest wait for the worker after the last delivery, in milliseconds. */
const DRAIN_MS = 10 * 60_000;

const folder = mkdtempSync(join(values.folder, "tautan-handler-"));
// PostgreSQL runs as another user if this is root.
chmodSync(folder, 0o755);
const database = await startServer(folder);
const { default: pg } = await fromLedger("pg");
const pool = new pg.Pool({ connectionString: database.url });

const gateway = createMemoryDriver({ webhookSecret });
const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });

const createLinks = async () => {
  await pool.query("CREATE TABLE delivered_goods (payment TEXT NOT NULL)");
  const ledger = createLedger({ links, database: postgres(pool) });
  for (let number = 1; number <= linkCount; number += 1) {
    const request = {
      reference: `INV-${number}`,
      title: "Concert",
      amount: idr(190_000),
      usage: { limit: "unlimited" },
    };
    const created = await ledger.create(request);
    if (created.isErr()) throw new Error(created.error.message);
  }
  await ledger.end();
};

const agent = new Agent({ keepAlive: true, maxSockets: connections });

const post = async (port, { headers, body }) => {
  const startedAt = performance.now();
  const sent = request({ agent, port, host: "127.0.0.1", path: "/webhooks/memory", method: "POST", headers });
  sent.end(body);
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  return { status: response.statusCode, ms: performance.now() - startedAt };
};

const forge = (webhook, number) =>
  number % 2 === 0
    ? { ...webhook, body: webhook.body.replaceAll("190000", "190001") }
    : { ...webhook, headers: { ...webhook.headers, "memory-signature": "0".repeat(64) } };

/** Sends deliveries until the time is up, each connection one after the other. */
const load = async (port) => {
  const acknowledged = new Set();
  const remembered = [];
  const counts = { new: 0, repeated: 0, forged: 0 };
  const wrong = {};
  const timesMs = { new: [], repeated: [], forged: [] };
  const endAt = performance.now() + seconds * 1000;
  let turn = 0;
  const connection = async () => {
    while (performance.now() < endAt) {
      turn += 1;
      const number = turn;
      const known = remembered[(number * 7919) % REMEMBERED];
      const kind = MIX[number % MIX.length] === "repeated" && !known ? "new" : MIX[number % MIX.length];
      const paid = kind === "repeated" ? known : await gateway.simulate.pay(`INV-${1 + (number % linkCount)}`);
      // Remembered before the answer, so that some are repeated while the first is still on its way.
      if (kind === "new") remembered[counts.new % REMEMBERED] = paid;
      counts[kind] += 1;
      const { status, ms } = await post(port, kind === "forged" ? forge(paid.webhook, number) : paid.webhook);
      timesMs[kind].push(ms);
      if (kind !== "forged" && status === 200) acknowledged.add(paid.payment);
      if (status !== (kind === "forged" ? 401 : 200))
        wrong[`${kind}: ${status}`] = (wrong[`${kind}: ${status}`] ?? 0) + 1;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  return { acknowledged, counts, wrong, timesMs, elapsedMs: performance.now() - startedAt };
};

const delivered = async () => {
  const { rows } = await pool.query("SELECT payment, count(*)::int AS times FROM delivered_goods GROUP BY payment");
  return new Map(rows.map(({ payment, times }) => [payment, times]));
};

const drained = async (acknowledged) => {
  const startedAt = performance.now();
  for (;;) {
    const goods = await delivered();
    const isDone = goods.size >= acknowledged.size;
    if (isDone || performance.now() - startedAt > DRAIN_MS) return { goods, drainMs: performance.now() - startedAt };
    await wait(200);
  }
};

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const printTimes = (timesMs) => {
  for (const [kind, unsorted] of Object.entries(timesMs)) {
    const sorted = unsorted.toSorted((left, right) => left - right);
    const [p50, p99] = [0.5, 0.99].map((share) => at(sorted, share).toFixed(1));
    console.log(`${kind.padEnd(9)} ${String(sorted.length).padStart(7)} answered, p50 ${p50} ms, p99 ${p99} ms`);
  }
};

try {
  await createLinks();
  const child = fork(new URL("./server.mjs", import.meta.url), [database.url, webhookSecret]);
  const [{ port }] = await once(child, "message");
  console.log(
    `${new Date().toISOString()}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}; ${seconds} s, ${linkCount} links, ${connections} connections`,
  );
  const { acknowledged, counts, wrong, timesMs, elapsedMs } = await load(port);
  const { goods, drainMs } = await drained(acknowledged);
  child.send("stop");
  const [{ problems }] = await once(child, "message");

  const total = counts.new + counts.repeated + counts.forged;
  const lost = [...acknowledged].filter((payment) => !goods.has(payment)).length;
  const doubled = [...goods.values()].filter((times) => times > 1).length;
  // A payment whose delivery was not acknowledged may be delivered all the same: its answer was lost. A forged one never was sent genuinely.
  const unknown = [...goods.keys()].filter((payment) => !acknowledged.has(payment)).length;
  console.log(
    `${((total * 1000) / elapsedMs).toFixed(0)} deliveries a second; delivered ${(drainMs / 1000).toFixed(1)} s after the last`,
  );
  printTimes(timesMs);
  console.log(
    `acknowledged ${acknowledged.size}, delivered ${goods.size}, lost ${lost}, doubled ${doubled}, without an acknowledgement ${unknown}`,
  );
  console.log(`unexpected answers ${JSON.stringify(wrong)}, problems ${JSON.stringify(problems)}`);
  if (lost + doubled + unknown + Object.keys(wrong).length > 0) process.exitCode = 1;
} finally {
  agent.destroy();
  await pool.end();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}

// The webhook handler with a ledger on PostgreSQL, over HTTP, under a mix of genuine, repeated and forged deliveries. Fails if a payment that
// was acknowledged is lost, one is delivered twice, or a forged delivery is accepted. No timing decides.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createPaymentLinks, idr } from "../../packages/core/dist/index.js";
import { createMemoryDriver } from "../../packages/driver-memory/dist/index.js";
import { createLedger, postgres } from "../../packages/ledger/dist/index.js";
import { fromLedger } from "../ledger/packages.mjs";
import { startServer } from "../ledger/postgres.mjs";
import { quantile, ratioOf, spread } from "../statistics.mjs";

const webhookSecret = "bench-secret-0123456789";
/** Of ten deliveries: six are new payments, two are repeated, two are forged. */
const MIX = ["new", "new", "repeated", "new", "forged", "new", "repeated", "new", "forged", "new"];
/** The deliveries that may be sent again. */
const REMEMBERED = 1000;
/** The longest wait for the worker after the last delivery, in milliseconds. */
const DRAIN_MS = 10 * 60_000;

const gateway = createMemoryDriver({ webhookSecret });
const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });

const createLinks = async (pool, linkCount) => {
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

const post = async ({ agent, port }, { headers, body }) => {
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
const load = async (server, { seconds, linkCount, connections }) => {
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
      const { status, ms } = await post(server, kind === "forged" ? forge(paid.webhook, number) : paid.webhook);
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

const deliveredGoods = async (pool) => {
  const { rows } = await pool.query("SELECT payment, count(*)::int AS times FROM delivered_goods GROUP BY payment");
  return new Map(rows.map(({ payment, times }) => [payment, times]));
};

const drained = async (pool, acknowledged) => {
  const startedAt = performance.now();
  for (;;) {
    const goods = await deliveredGoods(pool);
    const isDone = goods.size >= acknowledged.size;
    if (isDone || performance.now() - startedAt > DRAIN_MS) return { goods, drainMs: performance.now() - startedAt };
    await wait(200);
  }
};

/** The mistakes that must not happen, with their numbers. */
const mistakes = ({ acknowledged, wrong }, goods) => ({
  ...wrong,
  lost: [...acknowledged].filter((payment) => !goods.has(payment)).length,
  "delivered twice": [...goods.values()].filter((times) => times > 1).length,
  // A payment whose delivery was not acknowledged may be delivered all the same: its answer was lost. A forged one never was sent genuinely.
  "without an acknowledgement": [...goods.keys()].filter((payment) => !acknowledged.has(payment)).length,
});

const tableOfRun = ({ timesMs, counts, elapsedMs }, { seconds, connections, drainMs, delivered }) => {
  const base = [quantile(timesMs.new, 0.5)];
  const rows = Object.entries(timesMs).map(([kind, times]) => [
    `${kind}: ${times.length}`,
    {
      value: spread(times),
      p99: spread([quantile(times, 0.99)]),
      ratio: ratioOf([quantile(times, 0.5)], base),
    },
  ]);
  const total = counts.new + counts.repeated + counts.forged;
  const rate = ((total * 1000) / elapsedMs).toFixed(0);
  return {
    id: "handler",
    title: `The webhook endpoint on node:http with PostgreSQL and its worker, ${seconds} s, ${connections} connections`,
    unit: "ms",
    reference: "new payments",
    rounds: 1,
    rows: Object.fromEntries(rows),
    note: `${rate} deliveries a second. All ${delivered} acknowledged payments were delivered once, the last ${(drainMs / 1000).toFixed(1)} s after the last delivery. No forged one was accepted.`,
  };
};

export const measure = async ({ quick, folder }) => {
  const options = { seconds: quick ? 8 : 60, linkCount: quick ? 100 : 500, connections: 16 };
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const database = await startServer(folder);
  const { default: pg } = await fromLedger("pg");
  const pool = new pg.Pool({ connectionString: database.url });
  try {
    await createLinks(pool, options.linkCount);
    const child = fork(new URL("./server.mjs", import.meta.url), [database.url, webhookSecret]);
    const [{ port }] = await once(child, "message");
    const run = await load({ agent, port }, options);
    const { goods, drainMs } = await drained(pool, run.acknowledged);
    child.send("stop");
    const [{ problems }] = await once(child, "message");
    const found = Object.entries(mistakes(run, goods)).filter(([, cases]) => cases > 0);
    if (found.length > 0) {
      throw new Error(
        `the webhook endpoint failed: ${JSON.stringify(Object.fromEntries(found))}, ${JSON.stringify(problems)}`,
      );
    }
    return [tableOfRun(run, { ...options, drainMs, delivered: goods.size })];
  } finally {
    agent.destroy();
    await pool.end();
    await database.stop();
  }
};

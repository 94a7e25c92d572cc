// The sale: 100 tickets, 150 buyers at once, two workers, and one of them is killed in the middle.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { idr } from "@tautan/core";
import { createSandbox } from "@tautan/sandbox";
import { createWebhookHandler } from "@tautan/webhooks/node";
import { openDatabase } from "./database.ts";
import { openLedger } from "./ledger.ts";
import { type Progress, progressOf, sharesOf } from "./tables.ts";
import { startWorkers } from "./workers.ts";

const TICKETS = 100;
const BUYERS = 150;
const FATAL_TICKET = 40;
const TIME_LIMIT_MS = 240_000;

const database = await openDatabase();
if ("reason" in database) {
  console.error(`NOT RUN: no PostgreSQL runs here (${database.reason}). Set DATABASE_URL to use yours.`);
  process.exit(1);
}
const { pool } = database;

const sandbox = await createSandbox({ gateways: ["singapay"] });
const { url, credentials } = sandbox.singapay;
const env = {
  ...process.env,
  DATABASE_URL: database.url,
  SINGAPAY_URL: url,
  SINGAPAY_CLIENT_ID: credentials.clientId,
  SINGAPAY_CLIENT_SECRET: credentials.clientSecret,
  SINGAPAY_API_KEY: credentials.apiKey,
  SINGAPAY_ACCOUNT_ID: credentials.accountId,
};

// This process makes the link and stores webhooks. The workers handle what they report.
const ledger = openLedger(env);
const server = createServer(createWebhookHandler({ ledger }));
await once(server.listen(0, "127.0.0.1"), "listening");
sandbox.setWebhookUrl("singapay", `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/singapay`);

const link = await ledger.create({
  reference: "CONCERT-DAY-1",
  title: "Concert, day 1",
  amount: idr(190_000),
  usage: { limit: TICKETS },
});
if (link.isErr()) throw new Error(`${link.error.message} ${link.error.hint}`);
const payPage = link.value.url;
console.log(`Sale:    ${TICKETS} tickets, ${BUYERS} buyers, at ${payPage}`);

const workers = startWorkers(["worker-1", "worker-2"], env, FATAL_TICKET);

// Every buyer has a virtual account number before anyone pays. SingaPay takes all their transfers, also those beyond the limit.
const buyers = await Promise.all(Array.from({ length: BUYERS }, () => sandbox.open(payPage, { method: "VA_BRI" })));
const paying = Promise.allSettled(buyers.map(({ id }) => sandbox.pay(payPage, { payment: id })));

let isStopped = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (isStopped = true));

const deadlineMs = Date.now() + TIME_LIMIT_MS;
/** Shows the progress until every payment is handled, the time is up, or Ctrl-C is pressed. */
const watch = async (shown = ""): Promise<Progress> => {
  const progress = await progressOf(pool);
  const line = `Live:    ${progress.tickets} tickets, ${progress.refunds} refunds due`;
  if (line !== shown) console.log(line);
  const isDone = progress.tickets + progress.refunds >= BUYERS;
  if (isDone || isStopped || Date.now() > deadlineMs) return progress;
  await wait(200);
  return watch(line);
};
const { tickets, refunds, payments } = await watch();
const shares = await sharesOf(pool);
const dead = await ledger.events.list({ state: "dead" });

const isRight =
  tickets === TICKETS &&
  refunds === BUYERS - TICKETS &&
  payments === BUYERS &&
  workers.killed() !== undefined &&
  dead.isOk() &&
  dead.value.items.length === 0;
console.table(Object.fromEntries(shares.map(({ worker, ...made }) => [worker, made])));
console.log(`Result:  ${tickets} tickets, ${refunds} refunds due, ${payments} different payments`);
console.log(isRight ? "Right: each payment was handled once." : "WRONG, or stopped before the end.");
process.exitCode = isRight ? 0 : 1;

if (!isStopped) await paying;
server.close();
server.closeAllConnections();
await workers.stop();
await ledger.end();
await sandbox.close();
await database.end();

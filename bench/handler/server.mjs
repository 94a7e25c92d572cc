// The merchant: the webhook handler with a ledger on PostgreSQL, and a worker that delivers, in one process. Started by load.mjs.
import { createServer } from "node:http";
import { createPaymentLinks } from "../../packages/core/dist/index.js";
import { createMemoryDriver } from "../../packages/driver-memory/dist/index.js";
import { createLedger, postgres } from "../../packages/ledger/dist/index.js";
import { createWebhookHandler } from "../../packages/webhooks/dist/node.js";

const [url, webhookSecret] = process.argv.slice(2);
const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver({ webhookSecret }) } });
const ledger = createLedger({ links, database: postgres(url) });
const problems = {};

const handler = createWebhookHandler(
  { ledger },
  { onProblem: ({ kind }) => void (problems[kind] = (problems[kind] ?? 0) + 1) },
);
const server = createServer((request, response) => void handler(request, response));

// The table accepts a payment twice, so that a second delivery would show.
const worker = ledger.process(
  async (event, tx) => {
    if (event.type !== "paid") return;
    await tx.query("INSERT INTO delivered_goods (payment) VALUES ($1)", [event.history.providerId]);
  },
  { reconcile: false },
);

const stop = async () => {
  await worker.stop();
  await ledger.end();
  server.closeAllConnections();
  server.close();
  process.send({ problems }, () => process.disconnect());
};
process.on("message", (message) => {
  if (message === "stop") void stop();
});
process.on("disconnect", () => process.exit(0));

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

// Everything in one process: Midtrans on this machine, the shop, and the worker that handles its payments.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createLedger, sqlite } from "@tautan/ledger";
import { createSandbox } from "@tautan/sandbox";
import { onEvent, openDatabase } from "./orders.ts";
import { createShop } from "./shop.ts";

const server = createServer().listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// In production, there is no sandbox. Leave out baseUrl, and take serverKey from the environment.
const sandbox = await createSandbox({
  gateways: ["midtrans"],
  webhookUrls: { midtrans: `${url}/webhooks/midtrans` },
  stateFile: "sandbox.db",
});
const { url: baseUrl, credentials } = sandbox.midtrans;
const midtrans = createMidtransDriver({ environment: "sandbox", baseUrl, ...credentials });
const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });

const database = openDatabase("shop.db");
const ledger = createLedger({
  links,
  database: sqlite(database),
  onProblem: ({ message, hint }) => console.warn(message, hint),
});
const worker = ledger.process(onEvent, {
  onError: (error, event) => console.error(`${event.id} is handled again later:`, error),
  onDatabaseError: ({ message, hint }) => console.error(message, hint),
});
server.on("request", createShop({ database, ledger, url }));

console.log(`Shop:      ${url}`);
console.log(`Inspector: ${sandbox.control.url}`);
console.log("Stop with Ctrl-C.");

const stop = async (): Promise<void> => {
  server.close();
  server.closeAllConnections();
  await worker.stop();
  await ledger.end();
  database.close();
  await sandbox.close();
};
let stopping: Promise<void> | undefined;
// A terminal and npm may both send it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void (stopping ??= stop()));

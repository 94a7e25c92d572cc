// Run in a folder in which only the packages are installed: a link, a payment and its webhook twice, and one row that is changed once.
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import { createLedger, postgres, sqlite } from "@tautan/ledger";

const databaseUrl = process.env["DATABASE_URL"];
const clock = createManualClock("2026-01-01T00:00:00Z");
const gateway = createMemoryDriver({ clock });
const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
const shop = new DatabaseSync("shop.db");
shop.exec("CREATE TABLE IF NOT EXISTS orders (reference TEXT PRIMARY KEY, changes INTEGER NOT NULL) STRICT");
shop.exec("INSERT OR REPLACE INTO orders VALUES ('INV-001', 0)");
const database = databaseUrl === undefined ? sqlite(shop) : postgres(databaseUrl);
const ledger = createLedger({ links, database, clock });

(await ledger.create({ reference: "INV-001", title: "Concert", amount: idr(190_000) }))._unsafeUnwrap();
const { webhook } = await gateway.simulate.pay("INV-001");
const deliver = () => {
  const { headers, body } = webhook;
  return ledger.handle(new Request("http://shop.test/webhooks/memory", { method: "POST", headers, body }));
};
const statuses = [(await deliver()).status, (await deliver()).status];

const drained = await ledger.drain((event) => {
  if (event.type === "paid") {
    shop.prepare("UPDATE orders SET changes = changes + 1 WHERE reference = ?").run(event.reference);
  }
});
drained._unsafeUnwrap();
const { changes } = shop.prepare("SELECT changes FROM orders WHERE reference = 'INV-001'").get();
await ledger.end();
console.log(JSON.stringify({ statuses, changes }));

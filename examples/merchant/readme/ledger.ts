import { createPaymentLinks, idr } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createLedger, sqlite } from "@tautan/ledger";

const serverKey = process.env["MIDTRANS_SERVER_KEY"] ?? "";
const midtrans = createMidtransDriver({ environment: "sandbox", serverKey });
const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });
export const ledger = createLedger({ links, database: sqlite("shop.db") }); // the file that has your orders

// The same link however often this runs: your reference prevents a second one
const created = await ledger.create({ reference: "INV-001", title: "Concert, day 1", amount: idr(190_000) });
if (created.isOk()) console.log("Share this:", created.value.url);
else console.error(created.error.message, created.error.hint);

// POST /webhooks/{gateway}, on any server with Fetch requests
export const POST = (request: Request): Promise<Response> => ledger.handle(request);

// Once for each payment, in the transaction that marks the event as handled
export const worker = ledger.process((event, tx) => {
  if (event.type === "paid") tx.run("UPDATE orders SET paid_at = ? WHERE reference = ?", event.at, event.reference);
});

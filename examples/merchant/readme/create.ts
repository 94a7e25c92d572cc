import { createPaymentLinks, idr } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";

const serverKey = process.env["MIDTRANS_SERVER_KEY"] ?? "";
const midtrans = createMidtransDriver({ environment: "sandbox", serverKey });
const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });

const created = await links.create({
  reference: "INV-001", // your own id; it also prevents a second link
  title: "Concert, day 1",
  amount: idr(190_000),
  usage: { limit: 1 },
});
if (created.isOk()) console.log("Share this:", created.value.url);
else if (created.error.outcome === "unknown") console.error("Do not retry blindly:", created.error.hint);
else console.error(created.error.message, created.error.hint);

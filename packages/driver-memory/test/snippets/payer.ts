import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";

const driver = createMemoryDriver();
const links = createPaymentLinks({ default: "shop", gateways: { shop: driver } });
await links.create({ reference: "INV-001", amount: idr(190_000) });

const { payment } = await driver.simulate.open("INV-001", { method: { kind: "qris" } });
const { webhook } = await driver.simulate.pay("INV-001", { payment });
const delivery = await links.parseWebhook("shop", webhook);
if (delivery.isErr()) throw new Error(delivery.error.message);
for (const observation of delivery.value.observations) {
  if (observation.kind === "history") console.log(observation.history.status, observation.history.isPaid); // paid true
}

await driver.simulate.refund("INV-001", { amount: idr(40_000) });
const refunded = await links.getHistory(`shop:${payment}`);
if (refunded.isOk()) console.log(refunded.value.status); // partially_refunded

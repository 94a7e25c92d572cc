import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";

const clock = createManualClock("2026-01-01T00:00:00Z");
const driver = createMemoryDriver({ clock });
const links = createPaymentLinks({ default: "shop", gateways: { shop: driver }, clock });

await links.create({ reference: "INV-001", amount: idr(190_000) });
const { webhook } = await driver.simulate.pay("INV-001");
const delivery = await links.parseWebhook("shop", webhook);
if (delivery.isOk()) console.log(delivery.value.observations[0]?.kind); // "history"

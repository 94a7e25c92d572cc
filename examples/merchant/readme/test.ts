import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";

const clock = createManualClock("2026-01-01T00:00:00Z");
const gateway = createMemoryDriver({ clock });
const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });

await links.create({ reference: "INV-001", amount: idr(190_000) });
const { webhook } = await gateway.simulate.pay("INV-001"); // a signed delivery: pass it to your webhook handler
const delivery = await links.parseWebhook("memory", webhook);
console.log(delivery.isOk() && delivery.value.observations[0]?.kind); // "history"
clock.advance(24 * 60 * 60 * 1000); // a link that nobody paid has expired now

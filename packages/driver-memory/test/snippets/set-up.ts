import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";

const clock = createManualClock("2026-01-01T00:00:00Z");
const driver = createMemoryDriver({ clock });
const links = createPaymentLinks({ default: "shop", gateways: { shop: driver }, clock });

const created = await links.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 2 } });
if (created.isOk()) console.log(created.value.url, created.value.status); // active

clock.advance(24 * 60 * 60 * 1000);
const later = await links.find({ reference: "INV-001" });
if (later.isOk()) console.log(later.value.status); // expired

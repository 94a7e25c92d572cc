import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";

const gateway = createMemoryDriver({ traits: { usage: "one_or_any", expiry: "never", without: ["items"] } });
const links = createPaymentLinks({ default: "shop", gateways: { shop: gateway } });

const refused = await links.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 2 } });
if (refused.isErr()) console.log(refused.error.kind); // unsupported

const created = await links.create({ reference: "INV-001", amount: idr(190_000) });
if (created.isOk()) console.log(created.value.warnings[0]?.field); // expiresAt

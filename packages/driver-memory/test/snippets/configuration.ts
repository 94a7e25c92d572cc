import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { createManualClock, createMemoryDriver, memory as memoryDefinition } from "@tautan/driver-memory";

const clock = createManualClock("2026-01-01T00:00:00Z");
const driver = createMemoryDriver({ clock });

const links = await createPaymentLinksFromConfig(
  { default: "shop", gateways: { shop: { driver: "memory" } } },
  { drivers: [{ ...memoryDefinition, create: () => driver }], env: process.env, clock },
);
if (links.isErr()) throw new Error(links.error.message);
console.log(links.value.gateways); // [ "shop" ]

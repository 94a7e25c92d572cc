import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";

/** A driver, a facade around it and a clock for both. */
export const setUp = (options: object = {}) => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const memory = createMemoryDriver({ clock, ...options });
  const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
  const create = async (changes: object = {}) =>
    (await links.create({ reference: "INV-001", amount: idr(190_000), ...changes }))._unsafeUnwrap();
  const observe = async (webhook: Parameters<typeof links.parseWebhook>[1]) => {
    const [observation] = (await links.parseWebhook("memory", webhook))._unsafeUnwrap().observations;
    if (observation?.kind !== "history") throw new Error("expected a history");
    return observation.history;
  };
  const read = async (reference = "INV-001") => (await links.find({ reference }))._unsafeUnwrap();
  return { clock, memory, links, create, observe, read };
};

export const HOUR = 3_600_000;

import { createPaymentLinks } from "@tautan/core";
import { searchWorst, workOf } from "@tautan/driver-kit/testing";
import { createMemoryDriver } from "@tautan/driver-memory";
import { expect, test, vi } from "vitest";

vi.mock("@tautan/driver-kit/http", async (original) => {
  const support = await import("@tautan/driver-kit/testing");
  return support.countingCalls(await original());
});

test("a wrong signature costs one hash of the body, whatever the body", async () => {
  const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
  const headers = { "memory-signature": "0".repeat(64) };
  const { ordinary, worst } = await searchWorst({
    heads: () => [""],
    refuse: async (body) => links.parseWebhook("memory", { method: "POST", url: "/", headers, body }),
    size: 65_536,
    seed: 9,
    rounds: 60,
  });
  expect(worst).toMatchObject({ hashes: 1, parsed: 0, written: 0 });
  expect(workOf(worst)).toBeLessThanOrEqual(1.01 * workOf(ordinary));
});

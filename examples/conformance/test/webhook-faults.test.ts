import type { WebhookRequest } from "@tautan/core";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { describe, expect, test } from "vitest";
import { allWebhookFaults, loadDriverFaults } from "../src/webhook-faults.ts";

const TABLES = await loadDriverFaults();
const WEBHOOK_FAULTS = allWebhookFaults(TABLES);
const DRIVERS = TABLES.map(({ definition }) => definition);
const HEX = /[0-9a-f]{16}/i;

describe("every fault has its cause", () => {
  test.each(WEBHOOK_FAULTS.map((fault) => [fault.name, fault] as const))("%s", async (_name, fault) => {
    const { config, env, gateway, request, publicUrl, nowMs, cause, shows = {} } = fault;
    const loaded = await createPaymentLinksFromConfig(config, { drivers: DRIVERS, env, clock: { now: () => nowMs } });
    if (loaded.isErr()) throw new Error(loaded.error.message);
    const links = loaded.value;
    const explanation = await links.explainWebhook(gateway, request as WebhookRequest, { publicUrl });
    expect(explanation).toMatchObject({ cause, gateway, ...shows });
    const parsed = await links.parseWebhook(gateway, request as WebhookRequest);
    expect(parsed.isOk()).toBe(cause === "genuine");
    expectToHide(explanation, [...Object.values(env), "random-token", "INV-001", "Jerry", "from=pay"]);
    expect(JSON.stringify(explanation)).not.toMatch(HEX);
  });

  test("there are at least 25, and every cause that a delivery can have occurs", () => {
    const faults = WEBHOOK_FAULTS.filter(({ cause }) => cause !== "genuine" && cause !== "unknown");
    expect(faults.length).toBeGreaterThanOrEqual(25);
    // The operation has no more than unknown_gateway beside these.
    expect(new Set(WEBHOOK_FAULTS.map(({ cause }) => cause)).size).toBe(21);
    expect(new Set(WEBHOOK_FAULTS.map(({ name }) => name)).size).toBe(WEBHOOK_FAULTS.length);
  });
});

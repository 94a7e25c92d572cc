// Stripe's own fixtures, unchanged, and the samples of our tests.
import { describe, expect, test } from "vitest";
import * as wire from "../src/wire.ts";
import { charge, event, fixture, intent, line, link, plainSession, session } from "./support.ts";

describe("objects of fixtures3.json decode unchanged", () => {
  test.each([
    ["payment_link", wire.linkReply],
    ["checkout.session", wire.session],
    ["payment_intent", wire.paymentIntent],
    ["charge", wire.charge],
    ["refund", wire.refund],
    ["dispute", wire.dispute],
    ["price", wire.price],
    ["event", wire.event],
    ["item", wire.item],
  ] as const)("%s", (name, schema) => {
    const object = fixture(name);
    const parsed = schema.parse(object);
    // A field that was read has the value that it has in the fixture, or is absent where that has none.
    for (const [field, value] of Object.entries(parsed)) {
      const original = object[field];
      if (typeof value !== "object" && value !== undefined)
        expect(`${field}=${value}`).toBe(`${field}=${String(original)}`);
      if (value === undefined) expect([field, original ?? null]).toEqual([field, null]);
    }
    expect(parsed).toMatchObject({ id: object["id"] });
  });

  test("a fixture without its id does not", () => {
    for (const schema of [wire.linkReply, wire.session, wire.paymentIntent, wire.charge, wire.refund, wire.dispute]) {
      expect(schema.safeParse({ ...fixture("payment_link"), id: undefined }).success).toBe(false);
    }
  });
});

test("the samples of the tests have the same form", () => {
  expect(wire.linkReply.parse(link()).line_items?.data).toHaveLength(1);
  expect(wire.item.parse(line("A", 100))).toMatchObject({ amount_total: 100, description: "A" });
  expect(wire.session.parse(session()).payment_intent).toMatchObject({ latest_charge: { refunds: { data: [] } } });
  expect(wire.session.parse(plainSession()).payment_intent).toEqual({ id: "pi_3DemoIntent" });
  expect(wire.event.parse(event("charge.refunded", charge())).type).toBe("charge.refunded");
  expect(wire.paymentIntent.parse(intent()).status).toBe("succeeded");
});

test("an expanded object that cannot be read is not taken for an id", () => {
  expect(wire.session.safeParse(session({ payment_intent: intent({ status: 7 }) })).success).toBe(false);
  expect(wire.session.safeParse(session({ payment_intent: { id: "pi_1" } })).success).toBe(false);
});

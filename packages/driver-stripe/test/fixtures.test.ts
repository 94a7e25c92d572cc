// Stripe's own fixtures, unchanged, and the samples of our tests.
import { REFUSED } from "@tautan/driver-kit/http";
import { describe, expect, test } from "vitest";
import * as wire from "../src/wire.generated.ts";
import { charge, event, fixture, intent, line, link, plainSession, session } from "./support.ts";

const expectRead = <T>(read: T): Exclude<T, typeof REFUSED> => {
  expect(read).not.toBe(REFUSED);
  return read as Exclude<T, typeof REFUSED>;
};

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
  ] as const)("%s", (name, reader) => {
    const object = fixture(name);
    const read: object = expectRead(reader.read(object));
    // A field that was read has the value that it has in the fixture, or is absent where that has none.
    for (const [field, value] of Object.entries(read)) {
      const original = object[field];
      if (typeof value !== "object" && value !== undefined)
        expect(`${field}=${value}`).toBe(`${field}=${String(original)}`);
      if (value === undefined) expect([field, original ?? null]).toEqual([field, null]);
    }
    expect(read).toMatchObject({ id: object["id"] });
  });

  test("a fixture without its id does not", () => {
    for (const reader of [wire.linkReply, wire.session, wire.paymentIntent, wire.charge, wire.refund, wire.dispute]) {
      expect(reader.read({ ...fixture("payment_link"), id: undefined })).toBe(REFUSED);
    }
  });
});

test("the samples of the tests have the same form", () => {
  expect(expectRead(wire.linkReply.read(link())).line_items?.data).toHaveLength(1);
  expect(expectRead(wire.item.read(line("A", 100)))).toMatchObject({ amount_total: 100, description: "A" });
  expect(expectRead(wire.session.read(session())).payment_intent).toMatchObject({
    latest_charge: { refunds: { data: [] } },
  });
  expect(expectRead(wire.session.read(plainSession())).payment_intent).toEqual({ id: "pi_3DemoIntent" });
  expect(expectRead(wire.event.read(event("charge.refunded", charge()))).type).toBe("charge.refunded");
  expect(expectRead(wire.paymentIntent.read(intent())).status).toBe("succeeded");
});

test("an expanded object that cannot be read is not taken for an id", () => {
  expect(wire.session.read(session({ payment_intent: intent({ status: 7 }) }))).toBe(REFUSED);
  expect(wire.session.read(session({ payment_intent: { id: "pi_1" } }))).toBe(REFUSED);
});

import { joinId, splitId } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isGatewayKey } from "../src/identifiers.ts";

describe("ids", () => {
  test("carry any provider id under any key and come back", () => {
    const keys = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,31}$/);
    fc.assert(
      fc.property(keys, fc.string({ unit: "grapheme", minLength: 1 }), (gateway, providerId) => {
        expect(splitId(joinId(gateway, providerId))).toEqual({ gateway, providerId });
      }),
    );
  });

  test("percent-encode what would be mistaken", () => {
    expect(joinId("xfers", "paymentlink_1#1")).toBe("xfers:paymentlink_1%231");
    expect(splitId("a:b%3Ac:d")).toEqual({ gateway: "a", providerId: "b:c:d" });
  });

  test.each([["midtrans"], [":x"], ["midtrans:"], ["midtrans:%E0%A4%A"], [""], [7], [null], [undefined]])(
    "%s is no id",
    (input) => expect(splitId(input)).toBeUndefined(),
  );

  test("a half surrogate does not throw", () => expect(joinId("a", "\ud800")).toBe("a:%EF%BF%BD"));

  test.each([
    ["midtrans", true],
    ["midtrans-bali", true],
    ["0_x", true],
    ["Midtrans", false],
    ["-x", false],
    ["a:b", false],
    ["", false],
    ["x".repeat(33), false],
  ])("%s as a gateway key: %s", (key, expected) => expect(isGatewayKey(key)).toBe(expected));
});

import { canonicalDecimal } from "@tautan/core/driver";
import { checkedByCore, minorUnits } from "@tautan/driver-kit/http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/**
 * A provider that deviates from ISO 4217: https://docs.stripe.com/currencies, "Zero-decimal currencies", "Special cases" and
 * "Three-decimal currencies".
 */
const EXCEPTIONS = { MGA: 0, ISK: 2, UGX: 2 };
const stripe = minorUnits({ exceptions: EXCEPTIONS });
const iso = minorUnits();
const signed = minorUnits({ signed: true });

const CURRENCIES = ["JPY", "IDR", "USD", "KWD", "CLF"] as const;

describe("amounts in minor units", () => {
  test.each([
    ["JPY", 0, "190000", 190_000, "190000"],
    ["IDR", 2, "190000.00", 19_000_000, "190000.00"],
    ["USD", 2, "10.5", 1050, "10.50"],
    ["KWD", 3, "0.007", 7, "0.007"],
    ["CLF", 4, "1", 10_000, "1.0000"],
  ])("%s has %i decimals: %s is %i, or %s in text", (currency, decimals, amount, minor, text) => {
    expect(iso.decimalsOf(currency)).toBe(decimals);
    expect(iso.toMinor({ amount, currency })._unsafeUnwrap()).toBe(minor);
    expect(iso.toText({ amount, currency })._unsafeUnwrap()).toBe(text);
    const money = { amount: canonicalDecimal(amount), currency };
    expect(iso.fromMinor(minor, currency)._unsafeUnwrap()).toEqual(money);
    expect(iso.fromMinor(String(minor), currency)._unsafeUnwrap()).toEqual(money);
  });

  test("a provider's exceptions go before ISO 4217", () => {
    const decimals = ["MGA", "ISK", "UGX", "JPY", "IDR"].map((code) => [iso.decimalsOf(code), stripe.decimalsOf(code)]);
    expect(decimals).toEqual([
      [2, 0],
      [0, 2],
      [0, 2],
      [0, 0],
      [2, 2],
    ]);
  });

  test.each([
    ["ISK", "1500", 150_000],
    ["UGX", "1", 100],
    ["KWD", "1.23", 1230],
    ["BHD", "0", 0],
    ["IDR", "15000", 1_500_000],
    ["idr", "0.01", 1],
  ])("there and back, by the exceptions: %s %s", (currency, amount, minor) => {
    expect(stripe.toMinor({ amount, currency })._unsafeUnwrap()).toBe(minor);
    expect(stripe.fromMinor(minor, currency)._unsafeUnwrap()).toEqual({ amount, currency: currency.toUpperCase() });
  });

  test("a currency in neither list has two decimals, or as many as the provider documents", () => {
    expect([iso.decimalsOf("XYZ"), minorUnits({ otherDecimals: 8 }).decimalsOf("XYZ")]).toEqual([2, 8]);
    expect(minorUnits({ otherDecimals: 8 }).decimalsOf("JPY")).toBe(0);
    expect(iso.decimalsOf("constructor")).toBe(2);
  });

  test("there and back, every amount of every exponent stays what it was", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(...CURRENCIES), (minor, currency) => {
        const units = minor < 0 ? signed : iso;
        const money = units.fromMinor(minor, currency)._unsafeUnwrap();
        expect(money.amount).toBe(canonicalDecimal(money.amount));
        expect(units.toMinor(money)._unsafeUnwrap()).toBe(minor);
        const text = units.toText(money)._unsafeUnwrap();
        expect(units.toMinor({ amount: text, currency })._unsafeUnwrap()).toBe(minor);
        expect(BigInt(text.replace(".", ""))).toBe(BigInt(minor));
      }),
    );
  });

  test.each([
    ["a decimal too many", "10.505", "USD"],
    ["any decimal of a currency without", "0.5", "JPY"],
    ["less than nothing", "-1", "USD"],
    ["no number", "NaN", "USD"],
    ["an exponent", "1e3", "USD"],
    ["an empty text", "", "USD"],
    ["a comma", "10,50", "USD"],
    ["2^53 and more", "90071992547409.92", "USD"],
  ])("%s is refused: %s %s", (_name, amount, currency) => {
    const error = iso.toMinor({ amount, currency }, "items[0].unitPrice")._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "amount_unrepresentable", path: "items[0].unitPrice", outcome: "not_sent" });
    expect(error.message).toContain(`${amount} ${currency}`);
    expect(() => checkedByCore(iso.toMinor({ amount, currency }))).toThrow(RangeError);
  });

  test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1e3", "1.5", "-1", "", null, undefined, {}])(
    "a provider's %s is no amount",
    (minor) => {
      expect(iso.fromMinor(minor, "USD")._unsafeUnwrapErr().kind).toBe("malformed_response");
    },
  );
});

import { idr, money, parseMoney, sameMoney } from "@tautan/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDecimals, sumDecimals, sumMoney, timesInteger } from "../src/arithmetic.ts";
import { canonicalDecimal, decimalPlaces, readMoney } from "../src/money.ts";

const integers = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
/** A decimal with up to six places, from a whole number of millionths. */
const decimals = integers.map((millionths) => {
  const sign = millionths < 0n ? "-" : "";
  const digits = String(millionths < 0n ? -millionths : millionths).padStart(7, "0");
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
});
const millionthsOf = (decimal: string): bigint => {
  const [whole = "", fraction = ""] = decimal.replace("-", "").split(".");
  return BigInt(whole + fraction.padEnd(6, "0")) * (decimal.startsWith("-") ? -1n : 1n);
};

describe("canonical form", () => {
  test.each([
    ["190000", "190000"],
    ["10.50", "10.5"],
    ["10.00", "10"],
    ["0010.5", "10.5"],
    ["-0", "0"],
    ["-0.00", "0"],
    ["-5.10", "-5.1"],
    ["0.000001", "0.000001"],
    [190_000, "190000"],
    [0.1, "0.1"],
    [-0, "0"],
    [2n ** 80n, "1208925819614629174706176"],
  ])("%s is written %s", (input, expected) => expect(canonicalDecimal(input)).toBe(expected));

  test.each([
    ["1e3"],
    ["1,000"],
    [".5"],
    ["5."],
    ["+5"],
    [" 5"],
    [""],
    ["٥"],
    ["0x10"],
    ["9".repeat(39)],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 53],
    [1e21],
    [1e-7],
    [null],
    [undefined],
    [{}],
    [["5"]],
  ])("%s is no decimal", (input) => expect(canonicalDecimal(input)).toBeUndefined());

  test("is reached in one step, keeps the value, and is equal exactly for equal values", () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const [canonicalLeft, canonicalRight] = [canonicalDecimal(left) ?? "", canonicalDecimal(right) ?? ""];
        expect(canonicalDecimal(canonicalLeft)).toBe(canonicalLeft);
        expect(millionthsOf(canonicalLeft)).toBe(millionthsOf(left));
        expect(canonicalLeft === canonicalRight).toBe(millionthsOf(left) === millionthsOf(right));
      }),
    );
  });
});

describe("arithmetic is exact", () => {
  test("sums, products and order are those of whole millionths", () => {
    fc.assert(
      fc.property(
        fc.array(decimals, { maxLength: 8 }),
        decimals,
        fc.integer({ min: 1, max: 1000 }),
        (list, one, factor) => {
          const canonical = list.map((each) => canonicalDecimal(each) ?? "");
          const unit = canonicalDecimal(one) ?? "";
          expect(millionthsOf(sumDecimals(canonical))).toBe(list.reduce((sum, each) => sum + millionthsOf(each), 0n));
          expect(millionthsOf(timesInteger(unit, factor))).toBe(millionthsOf(one) * BigInt(factor));
          for (const each of canonical) {
            const difference = millionthsOf(unit) - millionthsOf(each);
            expect(Math.sign(compareDecimals(unit, each))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
          }
        },
      ),
    );
  });

  test("0.1 and 0.2 are 0.3", () => expect(sumDecimals(["0.1", "0.2"])).toBe("0.3"));

  test("a sum does not depend on order or grouping", () => {
    fc.assert(
      fc.property(fc.array(decimals, { minLength: 1, maxLength: 6 }), (list) => {
        const canonical = list.map((each) => canonicalDecimal(each) ?? "");
        const grouped = sumDecimals([sumDecimals(canonical.slice(0, 2)), ...canonical.slice(2)]);
        expect(sumDecimals(canonical.toReversed())).toBe(sumDecimals(canonical));
        expect(grouped).toBe(sumDecimals(canonical));
      }),
    );
  });

  test("amounts of two currencies have no sum", () => {
    expect(sumMoney([idr(1), money("1", "USD")])).toBeUndefined();
    expect(sumMoney([])).toBeUndefined();
    expect(sumMoney([idr(1), idr(2)])).toEqual(idr(3));
  });
});

describe("making money", () => {
  test("is frozen, and compared by value", () => {
    expect(Object.isFrozen(idr(5))).toBe(true);
    expect(sameMoney(money("190000.00", "IDR"), idr(190_000))).toBe(true);
    expect(sameMoney(idr(1), money(1, "USD"))).toBe(false);
  });

  test.each([
    [Number.NaN, "IDR"],
    [2 ** 53, "IDR"],
    ["1e3", "IDR"],
    ["10", "idr"],
    ["10", "RUPIAH"],
    ["10", ""],
  ])("throws a TypeError that shows an example: %s %s", (amount, currency) => {
    expect(() => money(amount, currency)).toThrow(TypeError);
    expect(() => money(amount, currency)).toThrow(/such as/);
  });

  test.each([[10.5], [0.1 + 0.2], [-0.5], [1e-7]])(
    "throws on a number with a fraction, which is not exact: %s",
    (fraction) => {
      const amount: number = fraction;
      expect(() => money(amount, "USD")).toThrow(TypeError);
      expect(() => money(amount, "USD")).toThrow(/^money: expected a fraction as text, such as "10\.50", .* got /);
      expect(() => idr(amount)).toThrow(/^idr: expected whole rupiah, /);
    },
  );

  test.each([[undefined], [null], [{}], [[5]], [Symbol("5")], [Object.create(null)]])(
    "throws a TypeError for what plain JavaScript may pass",
    (amount) => {
      expect(() => money(amount as unknown as string, "USD")).toThrow(/^money: expected a decimal number such as/);
      expect(() => idr(amount as unknown as string)).toThrow(/^idr: expected a decimal number such as "190000"/);
      expect(() => money(5, amount as unknown as string)).toThrow(/^money: expected an ISO 4217 code such as/);
    },
  );

  test("what comes from outside is read without throwing", () => {
    expect(parseMoney({ amount: "10.50", currency: "USD" })).toEqual({ amount: "10.5", currency: "USD" });
    for (const input of [
      null,
      5,
      "5",
      [],
      { amount: 5, currency: "USD" },
      { amount: "5" },
      { amount: "x", currency: "USD" },
    ]) {
      expect(parseMoney(input)).toBeUndefined();
    }
  });

  test("counts decimals", () => {
    expect([decimalPlaces("190000"), decimalPlaces("10.5"), decimalPlaces("0.000001")]).toEqual([0, 1, 6]);
  });
});

describe("a point before three digits", () => {
  test("is refused, because it may separate thousands", () => {
    for (const amount of ["190.000", "190.500", "0.125", "-1.000"]) {
      expect(() => money(amount, "IDR")).toThrow("expected digits without a separator of thousands");
      expect(parseMoney({ amount, currency: "USD" })).toBeUndefined();
    }
  });

  test("is a fraction in currencies with three decimals", () => {
    expect(money("1.500", "KWD")).toEqual({ amount: "1.5", currency: "KWD" });
    expect(parseMoney({ amount: "0.125", currency: "BHD" })).toEqual({ amount: "0.125", currency: "BHD" });
  });

  test("separates decimals in what was stored, because a gateway reported it", () => {
    expect(readMoney({ amount: "0.125", currency: "USD" })).toEqual({ amount: "0.125", currency: "USD" });
  });

  test("other numbers of decimals are not ambiguous", () => {
    for (const amount of ["190000.00", "190000.0", "1.0005", "190000"])
      expect(money(amount, "IDR").currency).toBe("IDR");
  });
});

describe("rupiah as text", () => {
  test("digits only: a point or comma means thousands in one country and a fraction in another", () => {
    expect(idr("190000")).toEqual({ amount: "190000", currency: "IDR" });
    for (const text of ["190.000", "190,000", "190000.00", "190.000,00"]) {
      expect(() => idr(text)).toThrow(/expected only digits, such as "190000"/);
    }
  });
});

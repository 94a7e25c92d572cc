import { PAYMENT_METHOD_KINDS } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { DEFAULT_METHOD_CODES, METHOD_CODES, methodOf } from "../src/midtrans/methods.ts";
import { formatMoney, symbolOf } from "../src/money.ts";
import { TEXTS } from "../src/pages/catalogue.ts";
import { durationText, momentText } from "../src/pages/duration.ts";
import { groupCode } from "../src/pages/grouping.ts";
import { LANGUAGES, type Language, textIn } from "../src/pages/language.ts";
import { groupByKind, METHOD_KINDS, type PayMethod } from "../src/pages/method-kinds.ts";
import { RUPIAH_CURRENCY } from "../src/rupiah.ts";
import { METHODS as SINGAPAY_METHODS } from "../src/singapay/methods.ts";
import { methodsFor } from "../src/xfers/methods.ts";
import { dayMs, hourMs, minuteMs } from "./support.ts";

const languages = Object.keys(LANGUAGES) as Language[];
const euro = { code: "EUR", decimals: 2, locale: "en-IE", name: "euros", unitName: "euros and cents" };

test.each([
  [0, undefined, undefined],
  [59_999, undefined, undefined],
  [minuteMs, "1 minute", "1 menit"],
  [14 * minuteMs + 59_500, "15 minutes", "15 menit"],
  [23 * hourMs + 12 * minuteMs, "23 hours 12 minutes", "23 jam 12 menit"],
  [2 * hourMs, "2 hours", "2 jam"],
  [dayMs - 100, "1 day", "1 hari"],
  [dayMs + 3 * hourMs + 59 * minuteMs, "1 day 3 hours", "1 hari 3 jam"],
  [400 * dayMs, "400 days", "400 hari"],
])("%d milliseconds are %s, or %s", (ms, english, indonesian) => {
  expect([durationText(ms, "en"), durationText(ms, "id")]).toEqual([english, indonesian]);
});

test("a moment is written as in each language, and always in Jakarta's time", () => {
  const atMs = Date.parse("2026-03-15T17:05:59Z");
  expect(momentText(atMs, "en")).toEqual({ iso: "2026-03-16T00:05:59+07:00", text: "16 March 2026 at 00:05 WIB" });
  expect(momentText(atMs, "id").text).toBe("16 Maret 2026 pukul 00.05 WIB");
});

test.each([
  ["8077700012345678", "8077 7000 1234 5678"],
  ["70012345678", "7001 2345 678"],
  ["1234567890123", "1234 5678 90123"],
  ["70012", "70012"],
  ["123456", "123456"],
  ["1234567", "1234 567"],
])("%s is shown as %s", (code, grouped) => {
  expect(groupCode(code)).toBe(grouped);
  expect(grouped.replaceAll(" ", "")).toBe(code);
});

test("money is written as in each language, with the separators of the currency's country", () => {
  const rupiah = { amount: 190_000, currency: RUPIAH_CURRENCY };
  expect(languages.map((language) => formatMoney(rupiah, language))).toEqual(["Rp190.000", "Rp190.000"]);
  const euros = { amount: 123_450, currency: euro };
  expect(languages.map((language) => formatMoney(euros, language))).toEqual(["€1,234.50", "€1.234,50"]);
  expect([symbolOf(RUPIAH_CURRENCY), symbolOf(euro)]).toEqual(["Rp", "€"]);
});

describe("the kinds of methods", () => {
  test("are those of the library", () => {
    expect(METHOD_KINDS.toSorted()).toEqual(PAYMENT_METHOD_KINDS.toSorted());
  });

  test("come in one order, with their methods in the order of the provider", () => {
    const offered = methodsFor(50_000);
    expect(groupByKind(offered).map(({ kind, methods }) => [kind, methods.map(({ code }) => code)])).toEqual([
      ["virtual_account", ["BCA", "BRI", "BNI", "MANDIRI", "SAHABAT_SAMPOERNA"]],
      ["qris", ["QRIS"]],
      ["ewallet", ["SHOPEEPAY", "OVO"]],
      ["retail", ["ALFAMART", "INDOMARET"]],
    ]);
    expect(groupByKind([])).toEqual([]);
  });

  const all: readonly PayMethod[] = [
    ...METHOD_CODES.map((code) => methodOf(code)).filter((method) => method !== undefined),
    ...methodsFor(50_000),
    ...SINGAPAY_METHODS,
  ];

  test("no method of a provider is shown to a payer by its code", () => {
    // These are what payers know.
    const known = new Set(["QRIS", "OVO", "DANA"]);
    const codes = all.flatMap(({ code, label }) =>
      languages.filter((language) => textIn(language, label) === code && !known.has(code)).map(() => code),
    );
    expect(codes).toEqual([]);
    expect(all.filter(({ label }) => languages.some((language) => /_|^$/.test(textIn(language, label))))).toEqual([]);
  });

  test("every method has a kind of its own, and no two of a provider have one name", () => {
    expect(all.filter(({ kind }) => kind === "other")).toEqual([]);
    for (const methods of [
      METHOD_CODES.map((code) => methodOf(code)?.label),
      SINGAPAY_METHODS.map(({ label }) => label),
    ]) {
      expect(new Set(methods.map((label) => JSON.stringify(label))).size).toBe(methods.length);
    }
    expect(DEFAULT_METHOD_CODES).toHaveLength(16);
  });
});

test("no text is empty or left in English", () => {
  const english = textsOf(TEXTS.en);
  const indonesian = textsOf(TEXTS.id);
  expect([...indonesian.keys()]).toEqual([...english.keys()]);
  const sameInBoth = [...english].filter(([path, text]) => indonesian.get(path) === text).map(([path]) => path);
  expect(sameInBoth).toEqual([
    "subtotal",
    "kinds.qris.name",
    "kinds.ewallet.name",
    "kinds.card.hint",
    "kinds.other.hint",
  ]);
  expect([...english].filter(([, text]) => text === "").map(([path]) => path)).toEqual(["kinds.other.hint"]);
});

/** The texts that need no value, by their paths. */
const textsOf = (value: unknown, path = ""): ReadonlyMap<string, string> => {
  if (typeof value === "string") return new Map([[path, value]]);
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...textsOf(inner, path === "" ? key : `${path}.${key}`)]),
  );
};

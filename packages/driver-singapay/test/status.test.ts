import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codesOfMethod, methodOfCode, methodOfHistory, OFFERED_METHODS, sendableCode } from "../src/methods.ts";
import { factsOfExpiredHistory, factsOfHistory, linkState } from "../src/status.ts";
import { historyReply } from "../src/wire.ts";

/** The method of a row as it comes over the wire. */
const methodOfRow = (row: object) => methodOfHistory(historyReply.parse({ reff_no: "a", ...row }));

describe("a link's word", () => {
  test.each([
    ["open", "open"],
    ["closed", "closed"],
    ["expired", "expired"],
    ["Closed", "closed"],
    ["paid", "unknown"],
    ["constructor", "unknown"],
    ["__proto__", "unknown"],
    ["", "unknown"],
    [undefined, "unknown"],
  ])("%s is %s", (word, state) => expect(linkState(word)).toBe(state));
});

describe("a payment's words", () => {
  test.each([
    ["pending", ["pending"]],
    ["paid", ["paid"]],
    ["settled", ["paid", "settled"]],
    ["failed", ["failed"]],
    ["expired", ["expired"]],
    ["PAID", ["paid"]],
  ])("%s", (status, facts) => {
    expect(factsOfHistory({ status })).toEqual({ facts, notes: [] });
    expect(factsOfHistory({ status_computed: status })).toEqual({ facts, notes: [] });
  });

  test.each([["unpaid"], ["constructor"], ["toString"], ["__proto__"], ["refunded"], ["success"]])(
    "%s is neither success nor failure, but a note",
    (status) => {
      expect(factsOfHistory({ status })).toEqual({ facts: [], notes: [`status=${status}`] });
      expect(factsOfHistory({ status_computed: status }).notes).toEqual([`status_computed=${status}`]);
    },
  );

  test("no word is no fact", () => expect(factsOfHistory({})).toEqual({ facts: [], notes: [] }));

  test.each([
    [{ status: "pending", status_computed: "expired" }, ["pending", "expired"]],
    [{ status: "paid", status_computed: "expired" }, ["paid", "expired"]],
    [{ status: "paid", status_computed: "paid", is_expired: true }, ["paid"]],
    [{ status: "settled", is_expired: true }, ["paid", "settled"]],
    [{ status: "failed", is_expired: true }, ["failed"]],
    [{ status: "pending", is_expired: true }, ["pending", "expired"]],
    [{ status: "paid", has_settle: true }, ["paid", "settled"]],
    [{ status: "paid", has_settle: false }, ["paid"]],
  ])("%j", (words, facts) => expect(factsOfHistory(words)).toEqual({ facts, notes: [] }));

  test("settlement makes no payment: without the word it is a note", () => {
    expect(factsOfHistory({ status: "pending", has_settle: true })).toEqual({
      facts: ["pending"],
      notes: ["has_settle=true"],
    });
  });

  test.each([
    [{ status: "pending" }, ["pending", "expired"]],
    [{}, ["expired"]],
    [{ status: "paid" }, ["paid"]],
    [{ status: "expired" }, ["expired"]],
    [{ status: "unpaid" }, ["expired"]],
  ])("an event of expiry adds to %j", (words, facts) => {
    expect(factsOfExpiredHistory(words).facts).toEqual(facts);
  });

  test("whatever the words, only paid and settled mean money", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), fc.boolean(), (status, computed, is_expired, has_settle) => {
        const { facts } = factsOfHistory({ status, status_computed: computed, is_expired, has_settle });
        const saysMoney = [status, computed].some((word) => /^(paid|settled)$/i.test(word));
        expect(facts.includes("paid")).toBe(saysMoney);
      }),
    );
  });
});

describe("methods", () => {
  const CODES = [
    ["VA_BCA", "virtual_account", "bca"],
    ["VA_BNC", "virtual_account", "bnc"],
    ["VA_BNI", "virtual_account", "bni"],
    ["VA_BRI", "virtual_account", "bri"],
    ["VA_BSI", "virtual_account", "bsi"],
    ["VA_CIMB", "virtual_account", "cimb"],
    ["VA_DANAMON", "virtual_account", "danamon"],
    ["VA_MANDIRI", "virtual_account", "mandiri"],
    ["VA_MAYBANK", "virtual_account", "maybank"],
    ["VA_MUAMALAT", "virtual_account", "muamalat"],
    ["VA_OCBC", "virtual_account", "ocbc"],
    ["VA_PERMATA", "virtual_account", "permata"],
    ["QRIS", "qris", undefined],
    ["EWALLET_DANA", "ewallet", "dana"],
    ["EWALLET_GOPAY", "ewallet", "gopay"],
    ["EWALLET_OVO", "ewallet", "ovo"],
    ["EWALLET_SHOPEEPAY", "ewallet", "shopeepay"],
    ["ALFAMART", "retail", "alfamart"],
    ["INDOMARET", "retail", "indomaret"],
    ["NICEPAY_CARD", "card", undefined],
  ] as const;

  test.each(CODES)("%s is sent and read", (code, kind, channel) => {
    const method = { kind, ...(channel && { channel }) };
    expect(methodOfCode(code)).toEqual({ ...method, raw: code });
    expect(codesOfMethod(method)).toEqual([code]);
    expect(OFFERED_METHODS).toContainEqual(method);
    expect(sendableCode(code)).toBe(code);
  });

  test("no other method is offered", () => expect(OFFERED_METHODS).toHaveLength(CODES.length));

  test.each([
    ["RETAIL_ALFAMART_LINKQU", "retail", "alfamart", "ALFAMART"],
    ["RETAIL_INDOMARET_LINKQU", "retail", "indomaret", "INDOMARET"],
    ["CARD", "card", undefined, "CARD"],
    ["CREDIT_CARD", "card", undefined, "CREDIT_CARD"],
    ["DANA", "ewallet", "dana", "DANA"],
    ["GOPAY", "ewallet", "gopay", "GOPAY"],
    ["OVO", "ewallet", "ovo", "OVO"],
    ["SHOPEEPAY", "ewallet", "shopeepay", "SHOPEEPAY"],
  ])("%s is read, and sent back as %s", (code, kind, channel, sent) => {
    expect(methodOfCode(code)).toEqual({ kind, ...(channel && { channel }), raw: code });
    expect(sendableCode(code)).toBe(sent);
  });

  test.each([["FUTURE_PAY"], ["toString"], ["__proto__"]])("%s passes through as other", (code) => {
    expect(methodOfCode(code)).toEqual({ kind: "other", raw: code });
    expect(sendableCode(code)).toBe(code);
  });

  test.each([
    ["VA BRI", "virtual_account", "bri"],
    ["VA BCA", "virtual_account", "bca"],
    ["VA DANAMON", "virtual_account", "danamon"],
    ["VA Bank Muamalat", "virtual_account", "bank_muamalat"],
    ["QRIS", "qris", undefined],
    ["Qris ShopeePay", "qris", undefined],
    ["Alfamart (Linkqu)", "retail", "alfamart"],
    ["Indomaret (Linkqu)", "retail", "indomaret"],
    ["Credit Card", "card", undefined],
    ["NICEPAY_CARD", "card", undefined],
    ["GoPay", "ewallet", "gopay"],
    ["E-Wallet DANA", "ewallet", "dana"],
    ["OVO", "ewallet", "ovo"],
    ["ShopeePay", "ewallet", "shopeepay"],
    ["EWALLET_GOPAY", "ewallet", "gopay"],
    ["VA_MANDIRI", "virtual_account", "mandiri"],
    ["Danatopia", "other", undefined],
    ["Telepathy", "other", undefined],
    ["constructor", "other", undefined],
  ])("the name %s", (payment_method_name, kind, channel) => {
    expect(methodOfHistory({ payment_method_name })).toEqual({
      kind,
      ...(channel && { channel }),
      raw: payment_method_name,
    });
  });

  test.each([
    ["as JSON in a text", '{"retail_code":"ALFAMART","partner_reff":"1"}'],
    ["as an object", { retail_code: "ALFAMART" }],
  ])("a shop's code, %s, beats the name", (_name, payment_method_additional) => {
    const method = { kind: "retail", channel: "alfamart" };
    const named = methodOfRow({ payment_method_name: "Gerai", payment_method_additional });
    expect(named).toEqual({ ...method, raw: "Gerai" });
    expect(methodOfRow({ payment_method_additional })).toEqual({ ...method, raw: "ALFAMART" });
  });

  test.each([
    ["free text"],
    ["{"],
    ["[]"],
    ['{"retail_code":7}'],
    ['{"retail_code":"SOMEWHERE"}'],
    ['{"__proto__":{}}'],
  ])("details that name no shop are passed over: %s", (payment_method_additional) => {
    expect(methodOfRow({ payment_method_name: "VA BRI", payment_method_additional })).toEqual({
      kind: "virtual_account",
      channel: "bri",
      raw: "VA BRI",
    });
    expect(methodOfRow({ payment_method_additional })).toBeUndefined();
  });
});

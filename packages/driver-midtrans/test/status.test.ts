import { describe, expect, test } from "vitest";
import { codesOfMethod, methodOfCode, methodOfTransaction, OFFERED_METHODS } from "../src/methods.ts";
import { factsOfPurchase, factsOfTransaction } from "../src/status.ts";

describe("transaction_status × status_code × fraud_status", () => {
  test.each<[string, string, string | undefined, readonly string[]]>([
    ["pending", "201", undefined, ["pending"]],
    ["PENDING", "201", undefined, ["pending"]],
    ["authorize", "200", "accept", ["authorized"]],
    ["capture", "200", "accept", ["paid"]],
    ["capture", "200", undefined, ["paid"]],
    ["capture", "201", "challenge", ["review"]],
    ["capture", "200", "deny", ["voided"]],
    ["settlement", "200", "accept", ["paid"]],
    ["settlement", "200", undefined, ["paid"]],
    ["settlement", "200", "challenge", ["review"]],
    ["settlement", "200", "deny", ["voided"]],
    ["deny", "202", undefined, ["voided"]],
    ["cancel", "202", undefined, ["cancelled"]],
    ["cancel", "200", undefined, ["cancelled"]],
    ["expire", "202", undefined, ["expired"]],
    ["expire", "407", undefined, ["expired"]],
    ["failure", "202", undefined, ["failed"]],
    ["refund", "200", undefined, ["paid"]],
    ["partial_refund", "200", undefined, ["paid"]],
    ["chargeback", "200", undefined, ["paid"]],
    ["partial_chargeback", "200", undefined, ["paid"]],
  ])("%s, %s, %s", (transaction_status, status_code, fraud_status, facts) => {
    const result = factsOfTransaction({ transaction_status, status_code, fraud_status, payment_type: "bank_transfer" });
    expect(result).toMatchObject({ facts, notes: [] });
    const extent = transaction_status.startsWith("partial_") ? "part" : "whole";
    expect(result.refunded).toBe(transaction_status.includes("refund") ? extent : undefined);
    expect(result.disputed).toBe(transaction_status.includes("chargeback") ? extent : undefined);
  });

  test.each([
    // Taken back, perhaps: the documents name these three, and of others that money is sent to they say nothing.
    ["bank_transfer", "voided"],
    ["echannel", "voided"],
    ["cstore", "voided"],
    ["bca_klikpay", "voided"],
    ["something_new", "voided"],
    [undefined, "voided"],
    // Refused: no money ever came.
    ["credit_card", "declined"],
    ["CREDIT_CARD", "declined"],
    ["gopay", "declined"],
    ["shopeepay", "declined"],
    ["qris", "declined"],
    ["akulaku", "declined"],
  ])("a denied %s is %s", (payment_type, fact) => {
    const words = { status_code: "202", payment_type };
    expect(factsOfTransaction({ ...words, transaction_status: "deny" }).facts).toEqual([fact]);
    const byFraudVerdict = { ...words, transaction_status: "capture", fraud_status: "deny" };
    expect(factsOfTransaction(byFraudVerdict).facts).toEqual([fact]);
  });

  test("a cancelled card was paid and is not any more", () => {
    expect(
      factsOfTransaction({ transaction_status: "cancel", status_code: "200", payment_type: "credit_card" }).facts,
    ).toEqual(["cancelled", "voided"]);
  });

  test.each([
    [{ transaction_status: "settlement", status_code: "201" }, "transaction_status=settlement with status_code=201"],
    [{ transaction_status: "capture", status_code: "200", fraud_status: "maybe" }, "fraud_status=maybe"],
    [{ transaction_status: "teleported", status_code: "200" }, "transaction_status=teleported"],
    [{ transaction_status: "constructor", status_code: "200" }, "transaction_status=constructor"],
  ])("%j is neither success nor failure, but a note", (words, note) => {
    expect(factsOfTransaction(words)).toEqual({ facts: [], notes: [note] });
  });
});

describe("a purchase's payment_status", () => {
  test.each([
    ["SETTLEMENT", { facts: ["paid"] }],
    ["PENDING", { facts: ["pending"] }],
    ["AUTHORIZE", { facts: ["authorized"] }],
    ["EXPIRE", { facts: ["expired"] }],
    ["CANCEL", { facts: ["cancelled"] }],
    ["FAILURE", { facts: ["failed"] }],
    ["REFUND", { facts: ["paid"], refunded: "whole" }],
    ["PARTIAL_REFUND", { facts: ["paid"], refunded: "part" }],
    ["CHARGEBACK", { facts: ["paid"], disputed: "whole" }],
    ["PARTIAL_CHARGEBACK", { facts: ["paid"], disputed: "part" }],
    // Not paid: the purchase does not say whether the fraud verdict was "challenge".
    ["CAPTURE", { facts: ["review"] }],
    // Not voided: another try in the same purchase may follow.
    ["DENY", { facts: ["failed"] }],
  ])("%s", (payment_status, meaning) => {
    const told = { notes: [], ...meaning };
    expect(factsOfPurchase({ payment_status, payment_method: "BANK_TRANSFER" })).toEqual(told);
    expect(factsOfPurchase({ payment_status: payment_status.toLowerCase(), payment_method: undefined })).toEqual(told);
  });

  test("a card that reads CANCEL was paid, or could be, and is not any more", () => {
    expect(factsOfPurchase({ payment_status: "CANCEL", payment_method: "CREDIT_CARD" })).toEqual({
      facts: ["cancelled", "voided"],
      notes: [],
    });
  });

  test.each([["SOMETHING_NEW"], ["constructor"], ["REFUNDED"], ["paid "]])(
    "%s is neither success nor failure, but a note",
    (payment_status) => {
      expect(factsOfPurchase({ payment_status, payment_method: undefined })).toEqual({
        facts: [],
        notes: [`payment_status=${payment_status}`],
      });
    },
  );

  test("none: the page was opened, no method chosen", () => {
    expect(factsOfPurchase({ payment_status: undefined, payment_method: undefined })).toEqual({
      facts: ["opened"],
      notes: [],
    });
  });
});

describe("methods", () => {
  const CODES = [
    ["credit_card", "card", undefined],
    ["echannel", "virtual_account", "mandiri"],
    ["permata_va", "virtual_account", "permata"],
    ["bca_va", "virtual_account", "bca"],
    ["bni_va", "virtual_account", "bni"],
    ["bri_va", "virtual_account", "bri"],
    ["cimb_va", "virtual_account", "cimb"],
    ["danamon_va", "virtual_account", "danamon"],
    ["bsi_va", "virtual_account", "bsi"],
    ["gopay", "ewallet", "gopay"],
    ["shopeepay", "ewallet", "shopeepay"],
    ["other_qris", "qris", undefined],
    ["alfamart", "retail", "alfamart"],
    ["indomaret", "retail", "indomaret"],
    ["akulaku", "paylater", "akulaku"],
    ["kredivo", "paylater", "kredivo"],
    ["seabank_va", "virtual_account", "seabank"],
    ["saqu_va", "virtual_account", "saqu"],
    ["other_va", "virtual_account", "other"],
    ["ovo", "ewallet", "ovo"],
    ["dana", "ewallet", "dana"],
    ["uob_ezpay", "online_banking", "uob"],
    ["cimb_clicks", "online_banking", "cimb"],
    ["bca_klikbca", "online_banking", "klikbca"],
    ["bca_klikpay", "online_banking", "klikpay"],
    ["bri_epay", "online_banking", "bri"],
    ["danamon_online", "online_banking", "danamon"],
    ["telkomsel_cash", "ewallet", "telkomsel"],
  ] as const;

  test.each(CODES)("enabled_payments: %s", (code, kind, channel) => {
    expect(methodOfCode(code)).toEqual({ kind, ...(channel && { channel }), raw: code });
    expect(codesOfMethod({ kind, ...(channel && { channel }) })).toContain(code);
    expect(OFFERED_METHODS).toContainEqual({ kind, ...(channel && { channel }) });
  });

  test("each method stands for one code, so that BCA's two ways of online banking are chosen apart", () => {
    expect(codesOfMethod({ kind: "online_banking", channel: "klikbca" })).toEqual(["bca_klikbca"]);
    expect(codesOfMethod({ kind: "online_banking", channel: "klikpay" })).toEqual(["bca_klikpay"]);
    for (const method of OFFERED_METHODS) expect(codesOfMethod(method)).toHaveLength(1);
    expect(OFFERED_METHODS).toHaveLength(CODES.length);
  });

  test("a code that is not listed passes through as other", () => {
    expect(methodOfCode("future_pay")).toEqual({ kind: "other", raw: "future_pay" });
    expect(methodOfCode("toString")).toEqual({ kind: "other", raw: "toString" });
  });

  test.each([
    [{ payment_type: "bank_transfer", va_numbers: [{ bank: "bca" }] }, "virtual_account", "bca"],
    [{ payment_type: "bank_transfer", va_numbers: [{ bank: "bsi" }] }, "virtual_account", "bsi"],
    [{ payment_type: "bank_transfer", permata_va_number: "8562" }, "virtual_account", "permata"],
    [{ payment_type: "BANK_TRANSFER" }, "virtual_account", undefined],
    [{ payment_type: "echannel" }, "virtual_account", "mandiri"],
    [{ payment_type: "gopay" }, "ewallet", "gopay"],
    [{ payment_type: "gopay", payment_option_type: "GOPAY_WALLET" }, "ewallet", "gopay"],
    [{ payment_type: "gopay", payment_option_type: "PAY_LATER" }, "paylater", "gopay"],
    [{ payment_type: "gopay", payment_option_type: "GO_CICIL" }, "paylater", "gopay"],
    [{ payment_type: "qris", acquirer: "gopay" }, "qris", "gopay"],
    [{ payment_type: "qris", acquirer: "airpay shopee" }, "qris", "airpay_shopee"],
    [{ payment_type: "shopeepay" }, "ewallet", "shopeepay"],
    [{ payment_type: "dana" }, "ewallet", "dana"],
    [{ payment_type: "ovo" }, "ewallet", "ovo"],
    [{ payment_type: "credit_card" }, "card", undefined],
    [{ payment_type: "cstore", store: "alfamart" }, "retail", "alfamart"],
    [{ payment_type: "cstore", store: "Indomaret" }, "retail", "indomaret"],
    [{ payment_type: "akulaku" }, "paylater", "akulaku"],
    [{ payment_type: "kredivo" }, "paylater", "kredivo"],
    [{ payment_type: "bca_klikpay" }, "online_banking", "klikpay"],
    [{ payment_type: "bca_klikbca" }, "online_banking", "klikbca"],
    [{ payment_type: "telepathy" }, "other", undefined],
  ])("a transaction's %j", (fields, kind, channel) => {
    expect(methodOfTransaction(fields)).toEqual({ kind, ...(channel && { channel }), raw: fields.payment_type });
  });
});

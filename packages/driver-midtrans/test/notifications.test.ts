// Every kind of notification: the fields that each way to pay adds, and the words that each may pass through.
import { mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { createLinks, delivery, notification } from "./support.ts";

const links = createLinks();
const historyOf = async (changes: Record<string, unknown>): Promise<PaymentLinkHistory> => {
  const parsed = await links.parseWebhook("midtrans", delivery(notification(changes)));
  const [observation, ...others] = parsed._unsafeUnwrap().observations;
  if (observation?.kind !== "history" || others.length > 0) throw new Error("expected exactly one history");
  expect(observation.trust).toBe("partly_signed");
  return observation.history;
};

/** Only what the documents show for the way to pay. */
const NO_VA = { va_numbers: undefined, payment_amounts: undefined };
const virtualAccount = (bank: string) => ({
  payment_type: "bank_transfer",
  va_numbers: [{ bank, va_number: "812785002530231" }],
  payment_amounts: [],
});
const CARD = {
  ...NO_VA,
  payment_type: "credit_card",
  masked_card: "48111111-1114",
  bank: "bni",
  card_type: "credit",
  eci: "05",
  approval_code: "1578569243927",
  channel_response_code: "00",
  channel_response_message: "Approved",
  three_ds_version: "2",
};

describe("the way to pay", () => {
  test.each<[string, Record<string, unknown>, string, string | undefined]>([
    ["BCA VA", virtualAccount("bca"), "virtual_account", "bca"],
    [
      "BNI VA, paid in an amount",
      { ...virtualAccount("bni"), payment_amounts: [{ paid_at: "2026-01-01 07:02:30", amount: "190000.00" }] },
      "virtual_account",
      "bni",
    ],
    ["BRI VA", virtualAccount("bri"), "virtual_account", "bri"],
    ["CIMB VA", virtualAccount("cimb"), "virtual_account", "cimb"],
    ["Danamon VA", virtualAccount("danamon"), "virtual_account", "danamon"],
    ["BSI VA", virtualAccount("bsi"), "virtual_account", "bsi"],
    ["SeaBank VA", virtualAccount("seabank"), "virtual_account", "seabank"],
    ["Saqu VA", virtualAccount("saqu"), "virtual_account", "saqu"],
    ["a bank of tomorrow", virtualAccount("Bank of Tomorrow"), "virtual_account", "bank_of_tomorrow"],
    [
      "Permata VA",
      { ...NO_VA, payment_type: "bank_transfer", permata_va_number: "850000014101240" },
      "virtual_account",
      "permata",
    ],
    [
      "Mandiri Bill",
      { ...NO_VA, payment_type: "echannel", biller_code: "70012", bill_key: "990000000260" },
      "virtual_account",
      "mandiri",
    ],
    ["GoPay's app", { ...NO_VA, payment_type: "gopay" }, "ewallet", "gopay"],
    ["GoPay's wallet", { ...NO_VA, payment_type: "gopay", payment_option_type: "GOPAY_WALLET" }, "ewallet", "gopay"],
    ["GoPay's coins", { ...NO_VA, payment_type: "gopay", payment_option_type: "GOPAY_COINS" }, "ewallet", "gopay"],
    ["GoPay later", { ...NO_VA, payment_type: "gopay", payment_option_type: "PAY_LATER" }, "paylater", "gopay"],
    ["GoPay in parts", { ...NO_VA, payment_type: "gopay", payment_option_type: "GO_CICIL" }, "paylater", "gopay"],
    [
      "QRIS by GoPay",
      { ...NO_VA, payment_type: "qris", acquirer: "gopay", issuer: "gopay", transaction_type: "on-us" },
      "qris",
      "gopay",
    ],
    [
      "QRIS by ShopeePay",
      { ...NO_VA, payment_type: "qris", acquirer: "airpay shopee", issuer: "dana", transaction_type: "off-us" },
      "qris",
      "airpay_shopee",
    ],
    [
      "ShopeePay's app",
      { ...NO_VA, payment_type: "shopeepay", shopeepay_reference_number: "1", reference_id: "2" },
      "ewallet",
      "shopeepay",
    ],
    ["DANA", { ...NO_VA, payment_type: "dana" }, "ewallet", "dana"],
    [
      "OVO",
      { ...NO_VA, payment_type: "ovo", payer_phone_number: "08110000001", merchant_invoice: "x" },
      "ewallet",
      "ovo",
    ],
    ["a card", CARD, "card", undefined],
    ["Alfamart", { ...NO_VA, payment_type: "cstore", store: "alfamart", payment_code: "1" }, "retail", "alfamart"],
    [
      "Indomaret, without a fraud verdict",
      { ...NO_VA, payment_type: "cstore", store: "indomaret", payment_code: "1", fraud_status: undefined },
      "retail",
      "indomaret",
    ],
    ["Akulaku", { ...NO_VA, payment_type: "akulaku" }, "paylater", "akulaku"],
    ["Kredivo", { ...NO_VA, payment_type: "kredivo" }, "paylater", "kredivo"],
    ["BCA KlikPay", { ...NO_VA, payment_type: "bca_klikpay", approval_code: "1" }, "online_banking", "klikpay"],
    ["KlikBCA", { ...NO_VA, payment_type: "bca_klikbca", approval_code: "1" }, "online_banking", "klikbca"],
    ["CIMB Clicks", { ...NO_VA, payment_type: "cimb_clicks", approval_code: "1" }, "online_banking", "cimb"],
    ["Danamon Online", { ...NO_VA, payment_type: "danamon_online", approval_code: "1" }, "online_banking", "danamon"],
    ["BRI e-Pay", { ...NO_VA, payment_type: "bri_epay", approval_code: "1" }, "online_banking", "bri"],
    ["UOB EZ Pay", { ...NO_VA, payment_type: "uob_ezpay", approval_code: "1" }, "online_banking", "uob"],
    ["Telkomsel Cash", { ...NO_VA, payment_type: "telkomsel_cash" }, "ewallet", "telkomsel"],
    ["a way that is not listed", { ...NO_VA, payment_type: "telepathy" }, "other", undefined],
    ["a prototype's name", { ...NO_VA, payment_type: "constructor" }, "other", undefined],
  ])("%s", async (_name, fields, kind, channel) => {
    const method = { kind, ...(channel && { channel }), raw: fields["payment_type"] };
    expect(await historyOf(fields)).toMatchObject({ status: "paid", isPaid: true, method });
    const pending = { transaction_status: "pending", status_code: "201", settlement_time: undefined };
    expect(await historyOf({ ...fields, ...pending })).toMatchObject({ status: "pending", isPaid: false, method });
    const capitals = { payment_type: String(fields["payment_type"]).toUpperCase() };
    expect((await historyOf({ ...fields, ...capitals })).method).toEqual({ ...method, raw: capitals.payment_type });
  });

  test("a virtual account whose bank is not named is one all the same", async () => {
    for (const va_numbers of [undefined, null, [], [{}], [{ bank: 7 }], "bca"]) {
      expect((await historyOf({ va_numbers })).method).toEqual({ kind: "virtual_account", raw: "bank_transfer" });
    }
  });

  test("a field that this version does not know changes nothing", async () => {
    const known = await historyOf({});
    const more = await historyOf({ metadata: { a: 1 }, merchant_cross_reference_id: "x", field_of_tomorrow: [1] });
    expect(more).toEqual(known);
  });
});

describe("one payment, told in several notifications", () => {
  const FIRST = "11111111-1111-4111-8111-111111111111";
  const SECOND = "22222222-2222-4222-8222-222222222222";
  const THIRD = "33333333-3333-4333-8333-333333333333";
  const PENDING = { transaction_status: "pending", status_code: "201", settlement_time: undefined };
  const CAPTURE = { ...CARD, transaction_status: "capture", settlement_time: undefined };
  const DENY = { transaction_status: "deny", status_code: "202", settlement_time: undefined };
  const EXPIRE = { transaction_status: "expire", status_code: "202", settlement_time: undefined };
  const CANCEL = { transaction_status: "cancel", status_code: "202", settlement_time: undefined };
  const permata = { ...NO_VA, payment_type: "bank_transfer", permata_va_number: "850000014101240" };
  const refunded = (total: number, ...ids: readonly number[]) => ({
    transaction_status: "partial_refund",
    refund_amount: `${total}.00`,
    refunds: ids.map((id) => ({
      refund_chargeback_id: id,
      refund_amount: "20000.00",
      created_at: "2026-01-02 10:00:00",
      refund_key: `key-${id}`,
    })),
  });

  type News = readonly Record<string, unknown>[];
  const CASES: readonly (readonly [string, News, object])[] = [
    ["a late pending after its settlement", [PENDING, {}], { status: "paid", isPaid: true }],
    [
      "capture, then settlement the next day",
      [CAPTURE, { ...CARD, transaction_status: "settlement" }],
      { status: "paid" },
    ],
    ["authorized, then captured", [{ ...CAPTURE, transaction_status: "authorize" }, CAPTURE], { status: "paid" }],
    [
      "challenged, then accepted",
      [{ ...CAPTURE, status_code: "201", fraud_status: "challenge" }, CAPTURE],
      { status: "paid", isPaid: true },
    ],
    [
      "challenged, then denied",
      [
        { ...CAPTURE, status_code: "201", fraud_status: "challenge" },
        { ...CARD, ...DENY, fraud_status: "deny" },
      ],
      { status: "failed", isPaid: false },
    ],
    ["a settlement that Permata takes back", [permata, { ...permata, ...DENY }], { status: "reversed", isPaid: false }],
    [
      "a captured card that is cancelled before it settles",
      [CAPTURE, { ...CARD, ...CANCEL }],
      { status: "reversed", isPaid: false },
    ],
    [
      "two cards that are denied, and a third that is good",
      [
        { ...CARD, ...DENY, transaction_id: FIRST },
        { ...CARD, ...DENY, transaction_id: SECOND },
        { ...CAPTURE, transaction_id: THIRD },
      ],
      { status: "paid", isPaid: true },
    ],
    ["a virtual account that is paid after it expired", [EXPIRE, {}], { status: "paid", isPaid: true }],
    ["a virtual account that is paid after it was cancelled", [CANCEL, {}], { status: "paid", isPaid: true }],
    ["an attempt that expires", [PENDING, EXPIRE], { status: "expired", isPaid: false }],
    [
      "refunds in part, each with the total so far",
      [{}, refunded(20_000, 1), refunded(40_000, 1, 2)],
      { status: "partially_refunded", isPaid: true, refunded: { amount: "40000", currency: "IDR" } },
    ],
    [
      "refunds in part without ids, each with the total so far",
      [{}, refunded(20_000), refunded(50_000)],
      { status: "partially_refunded", refunded: { amount: "50000", currency: "IDR" } },
    ],
    [
      "a refund in part, then of all",
      [{}, refunded(20_000, 1), { transaction_status: "refund", refund_amount: "190000.00" }],
      { status: "refunded", isPaid: false, refunded: { amount: "190000", currency: "IDR" } },
    ],
    [
      "a chargeback in part, then of all",
      [{}, { transaction_status: "partial_chargeback" }, { transaction_status: "chargeback" }],
      { status: "disputed", isPaid: false },
    ],
  ];

  const ordersOf = (news: News): readonly News[] =>
    news.length < 2
      ? [news]
      : news.flatMap((each, index) => ordersOf(news.toSpliced(index, 1)).map((rest) => [each, ...rest]));

  test.each(CASES)("%s: the same in every order, and however often each comes", async (_name, news, expected) => {
    for (const order of ordersOf(news)) {
      const [first, ...others] = await Promise.all(order.map(historyOf));
      if (!first) throw new Error("expected news");
      const merged = others.reduce(mergeHistories, first);
      expect(merged).toMatchObject({ id: "midtrans:INV-001-1767225600123", ...expected });
      for (const again of [first, ...others]) expect(mergeHistories(merged, again)).toBe(merged);
    }
  });
});

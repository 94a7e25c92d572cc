import { idr } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import type { MidtransProviderOptions } from "@tautan/driver-midtrans";
import { describe, expect, test } from "vitest";
import { API, createLinks } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const SLUG = "k3v9q2m7x1c8w5t4";
const REQUEST = {
  reference: "INV-001",
  amount: idr(190_000),
  items: [
    { id: "tix-1", name: "Ticket", quantity: 2, unitPrice: idr(100_000) },
    { name: "Voucher", quantity: 1, unitPrice: idr(-10_000) },
  ],
  customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
  slug: SLUG,
} as const;

/** Creates a link and gives the body that was sent. */
const bodyOf = async (midtrans: MidtransProviderOptions, changes: object = {}): Promise<string> => {
  http.reply("POST", "/v1/payment-links", {
    body: { order_id: "INV-001", payment_url: `https://app.sandbox.midtrans.com/payment-links/${SLUG}` },
  });
  const link = await links.create({ ...REQUEST, ...changes, providerOptions: { midtrans } });
  expect(link.isOk()).toBe(true);
  return http.sent.at(-1)?.body ?? "";
};

describe("what only Midtrans knows of a link", () => {
  test("all of it, every byte of the body", async () => {
    const body = await bodyOf({
      items: [{ brand: "Konser", category: "Tickets", merchantName: "Toko Sari" }, { brand: "Sari" }],
      customer: { lastName: "Dewi", notes: "Bring your ticket" },
      customerRequired: true,
      creditCard: {
        secure: false,
        bank: "bni",
        channel: "migs",
        type: "authorize_capture",
        whitelistBins: ["48111111", "4", "bca"],
        installment: { required: true, disabled: false, terms: { bni: [3, 6], offline: [12] } },
      },
      virtualAccounts: { bca: "12345678901", bni: "12345678", bri: "1234567890123", permata: "1234567890", cimb: "1" },
      customField2: "till 7",
      customField3: "seat 12",
    });
    const { start_time: _, ...expiry } = (JSON.parse(body) as { expiry: Record<string, unknown> }).expiry;
    expect(expiry).toEqual({ duration: 1, unit: "days" });
    expect(body.replace(/"expiry":\{[^}]*\},/, "")).toBe(
      '{"transaction_details":{"order_id":"INV-001","gross_amount":190000,"payment_link_id":"k3v9q2m7x1c8w5t4"},' +
        '"usage_limit":1,"item_details":[{"id":"tix-1","name":"Ticket","price":100000,"quantity":2,"brand":"Konser",' +
        '"category":"Tickets","merchant_name":"Toko Sari"},{"name":"Voucher","price":-10000,"quantity":1,"brand":"Sari"}],' +
        '"customer_details":{"first_name":"Sari","last_name":"Dewi","email":"sari@example.test",' +
        '"phone":"+628110000001","notes":"Bring your ticket"},"customer_required":true,' +
        '"credit_card":{"secure":false,"bank":"bni","channel":"migs","type":"authorize_capture",' +
        '"whitelist_bins":["48111111","4","bca"],' +
        '"installment":{"required":true,"disabled":false,"terms":{"bni":[3,6],"offline":[12]}}},' +
        '"bca_va":{"va_number":"12345678901"},"bni_va":{"va_number":"12345678"},"bri_va":{"va_number":"1234567890123"},' +
        '"permata_va":{"va_number":"1234567890"},"cimb_va":{"va_number":"1"},' +
        '"custom_field1":"INV-001","custom_field2":"till 7","custom_field3":"seat 12"}',
    );
  });

  test.each<[string, MidtransProviderOptions]>([
    ["no options", {}],
    [
      "undefined everywhere",
      {
        items: undefined,
        customer: { lastName: undefined, notes: undefined },
        customerRequired: undefined,
        creditCard: { secure: undefined, bank: undefined, installment: undefined },
        virtualAccounts: { bca: undefined },
        customField2: undefined,
      },
    ],
    ["empty objects and lists", { items: [], customer: {}, creditCard: {}, virtualAccounts: {} }],
  ])("%s: what is left out is not sent, but for 3-D Secure", async (_name, options) => {
    const body = JSON.parse(await bodyOf(options)) as Record<string, unknown>;
    expect(body["credit_card"]).toEqual({ secure: true });
    expect(Object.keys(body)).toEqual([
      "transaction_details",
      "usage_limit",
      "expiry",
      "item_details",
      "customer_details",
      "credit_card",
      "custom_field1",
    ]);
  });

  test("a customer of whom nothing is known is not sent", async () => {
    expect(JSON.parse(await bodyOf({}, { customer: {} }))).not.toHaveProperty("customer_details");
  });

  test("fields to collect are required, whatever else is said", async () => {
    const collect = { email: "required" } as const;
    for (const customerRequired of [undefined, true]) {
      expect(JSON.parse(await bodyOf({ customerRequired }, { collect, customer: { name: "Sari" } }))).toMatchObject({
        customer_required: true,
        customer_details: { first_name: "Sari", customer_details_required_fields: ["email"] },
      });
    }
    const everything = { name: "required", email: "required", phone: "required" } as const;
    const all = JSON.parse(await bodyOf({}, { collect: everything, customer: undefined }));
    expect(all).toMatchObject({ customer_required: true });
    expect(all).not.toHaveProperty("customer_details");
    expect(JSON.parse(await bodyOf({ customerRequired: false }))).toMatchObject({ customer_required: false });
  });
});

describe("refused before anything is sent, with the path", () => {
  const TOO_LONG = "x".repeat(51);
  test.each<[string, unknown, string]>([
    ["a text in place of options", "x", ""],
    ["a list in place of options", [], ""],
    ["null in place of options", null, ""],
    ["an option that does not exist", { cardSecure: true }, ".cardSecure"],
    ["a field named like a method of objects", { toString: "x" }, ".toString"],
    ["a field of 256 characters", { customField2: "x".repeat(256) }, ".customField2"],
    ["an empty field", { customField3: "" }, ".customField3"],
    ["half a surrogate", { customField3: "\ud83d" }, ".customField3"],
    ["a number as a field", { customField3: 7 }, ".customField3"],
    ["items that are no list", { items: { 0: {} } }, ".items"],
    ["an item that is none", { items: [null] }, ".items[0]"],
    ["a brand of 51 characters", { items: [{}, { brand: TOO_LONG }] }, ".items[1].brand"],
    ["a category that is no text", { items: [{ category: 7 }] }, ".items[0].category"],
    ["the provider's own spelling", { items: [{ merchant_name: "x" }] }, ".items[0].merchant_name"],
    ["more items than the request has", { items: [{}, {}, {}] }, ".items"],
    ["a last name of 51 characters", { customer: { lastName: TOO_LONG } }, ".customer.lastName"],
    ["notes of 256 characters", { customer: { notes: "x".repeat(256) } }, ".customer.notes"],
    ["a customer that is a text", { customer: "Dewi" }, ".customer"],
    ["a form that may be required", { customerRequired: "maybe" }, ".customerRequired"],
    ["a card that is a flag", { creditCard: true }, ".creditCard"],
    ["3-D Secure in words", { creditCard: { secure: "yes" } }, ".creditCard.secure"],
    ["a bank it does not have", { creditCard: { bank: "hsbc" } }, ".creditCard.bank"],
    ["another channel", { creditCard: { channel: "mti" } }, ".creditCard.channel"],
    ["another type", { creditCard: { type: "capture" } }, ".creditCard.type"],
    ["a BIN of 9 digits", { creditCard: { whitelistBins: ["4", "481111111"] } }, ".creditCard.whitelistBins[1]"],
    ["one BIN not in a list", { creditCard: { whitelistBins: "4811" } }, ".creditCard.whitelistBins"],
    ["instalments in words", { creditCard: { installment: { required: 1 } } }, ".creditCard.installment.required"],
    ["no months", { creditCard: { installment: { terms: { bca: [0] } } } }, ".creditCard.installment.terms.bca[0]"],
    ["half months", { creditCard: { installment: { terms: { bca: [1.5] } } } }, ".creditCard.installment.terms.bca[0]"],
    [
      "a bank in capitals",
      { creditCard: { installment: { terms: { BCA: [3] } } } },
      ".creditCard.installment.terms.BCA",
    ],
    ["5 digits at BCA", { virtualAccounts: { bca: "12345" } }, ".virtualAccounts.bca"],
    ["12 digits at BCA", { virtualAccounts: { bca: "123456789012" } }, ".virtualAccounts.bca"],
    ["9 digits at BNI", { virtualAccounts: { bni: "123456789" } }, ".virtualAccounts.bni"],
    ["14 digits at BRI", { virtualAccounts: { bri: "12345678901234" } }, ".virtualAccounts.bri"],
    ["9 digits at Permata", { virtualAccounts: { permata: "123456789" } }, ".virtualAccounts.permata"],
    ["13 digits at CIMB", { virtualAccounts: { cimb: "1234567890123" } }, ".virtualAccounts.cimb"],
    ["a number as a number", { virtualAccounts: { cimb: 1 } }, ".virtualAccounts.cimb"],
    ["letters", { virtualAccounts: { cimb: "1a" } }, ".virtualAccounts.cimb"],
    ["a bank without such numbers", { virtualAccounts: { mandiri: "1" } }, ".virtualAccounts.mandiri"],
  ])("%s", async (_name, midtrans, path) => {
    const error = (await links.create({ ...REQUEST, providerOptions: { midtrans } } as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect("issues" in error && error.issues.map((each) => each.path)).toEqual([`providerOptions.midtrans${path}`]);
    expect(error.message).toContain(`providerOptions.midtrans${path}: `);
    expect(http.sent).toEqual([]);
  });

  test("a last name without a customer, and a form that can be skipped where fields are required", async () => {
    const midtrans = { customer: { lastName: "Dewi" }, customerRequired: false };
    for (const customer of [undefined, {}, { name: undefined }]) {
      const collect = { name: "required", email: "required", phone: "required" };
      const request = { ...REQUEST, customer, collect, providerOptions: { midtrans } };
      const error = (await links.create(request as never))._unsafeUnwrapErr();
      expect("issues" in error && error.issues.map((each) => each.path)).toEqual([
        "providerOptions.midtrans.customer",
        "providerOptions.midtrans.customerRequired",
      ]);
    }
    expect(http.sent).toEqual([]);
  });

  test("every fault at once, and no value in any message", async () => {
    const secret = "KTP 3171 Dewi";
    const midtrans = {
      customField2: secret.repeat(30),
      creditCard: { bank: secret },
      virtualAccounts: { bca: secret },
    };
    const error = (await links.create({ ...REQUEST, providerOptions: { midtrans } } as never))._unsafeUnwrapErr();
    expect("issues" in error && error.issues).toHaveLength(3);
    expectToHide(error, [secret]);
  });
});

test("what a refusal repeats of it stays out of the error", async () => {
  const words = ["Dewi Lestari", "Ring twice at 7B", "seat of Sari", "KTP 3171", "123456"];
  const [lastName, notes, customField2, customField3, bca] = words;
  http.reply("POST", "/v1/payment-links", {
    status: 400,
    body: { error_messages: words.map((word) => `${word} is bad`) },
  });
  const midtrans = { customer: { lastName, notes }, customField2, customField3, virtualAccounts: { bca } };
  const error = (await links.create({ ...REQUEST, providerOptions: { midtrans } }))._unsafeUnwrapErr();
  expect(error.message).toContain("[redacted]");
  expectToHide(error, words);
});

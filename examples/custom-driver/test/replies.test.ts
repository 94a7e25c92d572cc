import { inspect } from "node:util";
import type { PaymentLinkError } from "@tautan/core";
import { createContohDriver } from "tautan-driver-contoh";
import { describe, expect, test } from "vitest";
import { CUSTOMER, linksAnsweredWith, OPTIONS, REQUEST, START } from "./support.ts";

const errorBody = (code: string, message = "no", field?: string) => ({ error: { code, message, field } });

const LINK = {
  id: "lnk_1",
  reference: "INV-001",
  title: null,
  amount: 19_000_000,
  currency: "IDR",
  max_payments: 1,
  payments_made: 0,
  methods: null,
  customer: null,
  return_url: null,
  metadata: null,
  expires_at: null,
  status: "open",
  url: "https://contohpay.example/pay/lnk_1",
  created_at: 1767225600,
  updated_at: 1767225600,
};

const PAYMENT = {
  id: "pay_1",
  link: "lnk_1",
  reference: "INV-001",
  amount: 19_000_000,
  currency: "IDR",
  method: "qris",
  status: "paid",
  created_at: 1767225600,
  paid_at: 1767225601,
  settled_at: null,
  ended_at: null,
  expires_at: 1767398400,
  refunds: [],
};

describe("refusals", () => {
  test.each<[number, object | string, PaymentLinkError["kind"], PaymentLinkError["outcome"]]>([
    [401, errorBody("unknown_key"), "unauthenticated", "refused"],
    [403, errorBody("not_allowed"), "forbidden", "refused"],
    // The link that has the reference cannot be looked at here: it may be the one that this request made.
    [409, errorBody("reference_taken"), "duplicate_reference", "unknown"],
    [409, errorBody("idempotency_conflict"), "duplicate_reference", "unknown"],
    [409, errorBody("link_state"), "invalid_state", "refused"],
    [409, errorBody("of_tomorrow"), "rejected", "refused"],
    [422, errorBody("invalid_field", "too long", "title"), "invalid_request", "refused"],
    [429, errorBody("too_many_requests"), "rate_limited", "refused"],
    [500, errorBody("internal"), "unavailable", "unknown"],
    // A fault of the gateway's leaves the outcome unknown, whatever else it says.
    [503, errorBody("reference_taken"), "unavailable", "unknown"],
    [502, "<html>Bad Gateway</html>", "unavailable", "unknown"],
    // Pages that Contoh Pay did not write refuse nothing.
    [400, "", "rejected", "unknown"],
    [401, "<html>Log in to the network</html>", "unauthenticated", "unknown"],
    [404, { message: "no Route matched with those values" }, "not_found", "unknown"],
    [409, "<html></html>", "rejected", "unknown"],
  ])("%i with %j is %s", async (status, body, kind, outcome) => {
    const error = (await linksAnsweredWith(status, body).create(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome, status });
  });

  test("a limit that is used up says how long to wait", async () => {
    const links = linksAnsweredWith(429, errorBody("too_many_requests"), { "retry-after": "7" });
    expect((await links.get("contoh:lnk_1"))._unsafeUnwrapErr()).toMatchObject({ retryAfterMs: 7000 });
  });

  test("an error that repeats keys and the payer's data shows none of them", async () => {
    const secrets = [OPTIONS.secretKey, ...OPTIONS.webhookSecrets, ...Object.values(CUSTOMER)];
    const links = linksAnsweredWith(422, errorBody("invalid_field", secrets.join(" | "), "customer"));
    const error = (await links.create({ ...REQUEST, customer: CUSTOMER }))._unsafeUnwrapErr();
    const shown = inspect(error, { depth: Number.POSITIVE_INFINITY }) + JSON.stringify(error);
    expect(error.message).toContain("[redacted]");
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

describe("links that cannot be read are errors, and never guessed at", () => {
  test.each<[string, object | string]>([
    ["an HTML page", "<html></html>"],
    ["an empty body", ""],
    ["no amount", { ...LINK, amount: undefined }],
    ["an amount that is a text", { ...LINK, amount: "19000000" }],
    ["an amount beyond 2^53", JSON.stringify(LINK).replace("19000000", "9007199254740993")],
    ["half a minor unit", { ...LINK, amount: 19_000_000.5 }],
    ["a currency without a documented unit", { ...LINK, currency: "USD" }],
    ["no limit", { ...LINK, max_payments: undefined }],
    ["an expiry in words", { ...LINK, expires_at: "tomorrow" }],
    ["an address that is none", { ...LINK, url: "javascript:alert(1)" }],
  ])("%s", async (_name, body) => {
    const error = (await linksAnsweredWith(200, body).get("contoh:lnk_1"))._unsafeUnwrapErr();
    expect(error.kind).toBe("malformed_response");
  });

  test("a close that leaves the link open is a mismatch", async () => {
    const error = (await linksAnsweredWith(200, LINK).close("contoh:lnk_1"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
  });
});

describe("statuses", () => {
  test.each([
    [{ status: "open" }, "active"],
    [{ status: "complete", payments_made: 1 }, "exhausted"],
    [{ status: "expired" }, "expired"],
    [{ status: "closed" }, "closed"],
    [{ status: "frozen" }, "unknown"],
    [{ status: "constructor" }, "unknown"],
  ])("a link that reads %j is %s", async (changes, status) => {
    const link = (await linksAnsweredWith(200, { ...LINK, ...changes }).get("contoh:lnk_1"))._unsafeUnwrap();
    expect(link.status).toBe(status);
  });

  test.each([
    [{ status: "pending", paid_at: null }, "pending", []],
    [{}, "paid", []],
    [{ settled_at: 1767225602 }, "settled", []],
    [{ status: "failed" }, "failed", []],
    [{ status: "cancelled" }, "cancelled", []],
    [{ status: "expired" }, "expired", []],
    [{ status: "reversed", settled_at: 1767225602 }, "reversed", []],
    // Neither success nor failure, whatever else is told.
    [{ status: "teleported", settled_at: 1767225602 }, "opened", ["status=teleported"]],
    [{ refunds: [{ id: "ref_1", amount: 1, status: "pending" }] }, "paid", []],
    [{ refunds: [{ id: "ref_1", amount: 19_000_000, status: "done" }] }, "refunded", []],
    [{ refunds: [{ id: "ref_1", amount: 19_000_000, status: "lost" }] }, "paid", ["refunds.status=lost"]],
  ])("a payment that reads %j is %s", async (changes, status, notes) => {
    const history = (
      await linksAnsweredWith(200, { ...PAYMENT, ...changes }).getHistory("contoh:pay_1")
    )._unsafeUnwrap();
    expect(history).toMatchObject({ status, notes });
  });

  test("a method that is not documented is other, with its code", async () => {
    const links = linksAnsweredWith(200, { ...PAYMENT, method: "paylater_x" });
    const { method } = (await links.getHistory("contoh:pay_1"))._unsafeUnwrap();
    expect(method).toEqual({ kind: "other", raw: "paylater_x" });
  });

  test("a refund that cannot be read is an error, not a payment without refunds", async () => {
    const links = linksAnsweredWith(200, { ...PAYMENT, refunds: [{ id: "ref_1" }] });
    expect((await links.getHistory("contoh:pay_1"))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });
});

describe("handlers that are called past core's checks", () => {
  const { handlers } = createContohDriver({
    ...OPTIONS,
    transport: { send: () => Promise.reject(new Error("expected nothing to be sent")) },
  });
  const context = { clock: { now: () => START }, signal: new AbortController().signal };

  test.each([
    [
      "an amount past what a number can hold",
      { amount: { amount: "90071992547409.92", currency: "SGD" } },
      "amount_unrepresentable",
    ],
    ["a fraction of a minor unit", { amount: { amount: "1.5", currency: "JPY" } }, "amount_unrepresentable"],
    ["an open amount", { amount: { open: { currency: "IDR" } } }, "unsupported"],
    ["no limit", { usage: { limit: "unlimited" } as const }, "unsupported"],
  ])("%s is refused, and nothing is sent", async (_name, changes, kind) => {
    const input = { ...REQUEST, usage: { limit: 1 }, ...changes };
    const error = (await handlers.create(input, context))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual([kind, "not_sent"]);
  });
});

import { idr, mergeHistories, type Observation } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { xenditCallbackHeaders } from "@tautan/driver-xendit/testing";
import { describe, expect, test } from "vitest";
import {
  API,
  callback,
  createLinks,
  delivery,
  errorBody,
  ID,
  invoice,
  OPTIONS,
  PATH,
  REFUNDS,
  refundCallback,
  SESSION_ID,
  session,
  TOKEN,
} from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const HISTORY = `xendit:${ID}%231`;

const observationIn = async (body: unknown, from = links): Promise<Observation> => {
  const parsed = (await from.parseWebhook("xendit", delivery(body)))._unsafeUnwrap();
  const [observation, ...others] = parsed.observations;
  if (!observation || others.length > 0) throw new Error("expected exactly one observation");
  return observation;
};

describe("the token", () => {
  test("of the account is genuine, also while it is being changed, and with the headers for tests", async () => {
    const both = createLinks({ webhookTokens: ["old-token", TOKEN] });
    for (const token of ["old-token", TOKEN]) {
      const headers = xenditCallbackHeaders(token);
      expect((await both.parseWebhook("xendit", { ...delivery(callback()), headers })).isOk()).toBe(true);
    }
  });

  test.each<[string, string | undefined, string]>([
    ["no header", undefined, "missing"],
    ["an empty header", "", "missing"],
    ["another token", "somebody-elses", "mismatch"],
    ["the beginning of the token", TOKEN.slice(0, -1), "mismatch"],
    ["the token with another case", TOKEN.toUpperCase(), "mismatch"],
    ["the token twice", `${TOKEN}, ${TOKEN}`, "mismatch"],
    ["the secret key", OPTIONS.secretKey, "mismatch"],
  ])("%s is refused with 401, and shows no secret", async (_name, token, problem) => {
    const error = (
      await links.parseWebhook("xendit", delivery(callback(), { "x-callback-token": token }))
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem, acknowledgement: { status: 401 } });
    expectToHide(error, [TOKEN, OPTIONS.secretKey, "payer@example.test"]);
  });
});

describe("a callback about an invoice", () => {
  test.each([
    ["PAID", "paid", true],
    ["SETTLED", "settled", true],
    ["REVERSED", "unknown", false],
  ])("%s reports a payment that is %s, and is only as good as the token", async (status, expected, isPaid) => {
    expect(await observationIn(callback({ status }))).toMatchObject({
      kind: "history",
      trust: "token",
      history: {
        id: HISTORY,
        linkId: `xendit:${ID}`,
        reference: "INV-1",
        status: expected,
        isPaid,
        amount: idr(30_000),
      },
      linkCandidates: [{ id: `xendit:${ID}`, reference: "INV-1" }],
    });
    expect(http.sent).toEqual([]);
  });

  test("names the method and the time, and keeps the id of the payment", async () => {
    const observed = await observationIn(callback());
    if (observed.kind !== "history") throw new Error("expected a history");
    expect(observed.history.method).toEqual({ kind: "virtual_account", channel: "bca", raw: "BCA" });
    expect(observed.history.record.otherIds).toEqual(["py-0001"]);
    expect(observed.history.record.attempts[0]?.facts.paid).toEqual({ at: "2026-01-01T03:04:05.678Z" });
  });

  test.each([["EXPIRED"], ["PENDING"]])("%s is a notice of the link, which names it", async (status) => {
    expect(await observationIn(callback({ status, paid_amount: undefined }))).toEqual({
      gateway: "xendit",
      kind: "notice",
      trust: "token",
      resource: "link",
      id: `xendit:${ID}`,
      linkCandidates: [{ id: `xendit:${ID}`, reference: "INV-1" }],
    });
  });

  test("PAID, SETTLED and a refund are one history, in any order", async () => {
    const observed = [];
    for (const body of [refundCallback(), callback({ status: "SETTLED" }), callback()])
      observed.push(await observationIn(body));
    const histories = observed.flatMap((each) => (each.kind === "history" ? [each.history] : []));
    const merged = (order: readonly number[]) =>
      order.map((at) => histories[at]).reduce((left, right) => mergeHistories(left as never, right as never));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      expect(merged(order)).toMatchObject({
        id: HISTORY,
        status: "partially_refunded",
        refunded: idr(10_000),
        isPaid: true,
      });
    }
  });

  test("of another account is an unknown event, if the driver knows its own", async () => {
    const ours = createLinks({ businessId: "5f00000000000000000000aa" });
    expect((await observationIn(callback(), ours)).kind).toBe("history");
    expect(await observationIn(callback({ user_id: "other" }), ours)).toMatchObject({ kind: "unknown" });
    expect(await observationIn({ ...refundCallback(), business_id: "other" }, ours)).toMatchObject({ kind: "unknown" });
    expect((await observationIn(callback({ user_id: "other" }), createLinks({ forUserId: "sub" }))).kind).toBe(
      "unknown",
    );
  });
});

describe("a callback that names its event", () => {
  test.each([
    ["refund.succeeded", "SUCCEEDED", "partially_refunded"],
    ["refund.failed", "FAILED", "paid"],
  ])("%s of an invoice is a fact about its payment", async (event, status, expected) => {
    const observed = await observationIn({ ...refundCallback({ status }), event });
    expect(observed).toMatchObject({
      kind: "history",
      trust: "token",
      history: { id: HISTORY, linkId: `xendit:${ID}` },
    });
    http.reply("GET", PATH, { body: invoice({ status: "PAID" }) });
    http.reply("GET", REFUNDS, { body: { data: [{ id: "rfd-1", amount: 10_000, currency: "IDR", status }] } });
    expect((await links.confirm(observed))._unsafeUnwrap()).toMatchObject({
      trust: "read",
      history: { status: expected },
    });
  });

  test("the refund of a payment without an invoice, and any other event, is unknown", async () => {
    const { data, ...head } = refundCallback() as { data: object };
    expect(await observationIn({ ...head, data: { ...data, invoice_id: undefined } })).toMatchObject({
      kind: "unknown",
      event: "refund.succeeded",
    });
    expect(await observationIn({ event: "payment.capture", business_id: "b", data: { id: 7 } })).toMatchObject({
      kind: "unknown",
      event: "payment.capture",
    });
  });

  test("a completed session is a payment, an expired one a notice", async () => {
    const envelope = (event: string, status: string) => ({
      event,
      business_id: "b",
      created: "x",
      data: session({ status, payment_id: "py-1" }),
    });
    expect(await observationIn(envelope("payment_session.completed", "COMPLETED"))).toMatchObject({
      kind: "history",
      trust: "token",
      history: { id: `xendit:${SESSION_ID}%231`, isPaid: true, record: { otherIds: ["py-1"] } },
    });
    expect(await observationIn(envelope("payment_session.expired", "EXPIRED"))).toMatchObject({
      kind: "notice",
      resource: "link",
      id: `xendit:${SESSION_ID}`,
    });
  });
});

describe("the account's other business", () => {
  const sessionEvent = (changes: Record<string, unknown>): object => ({
    event: "payment_session.completed",
    business_id: "b",
    created: "x",
    data: session({ status: "COMPLETED", ...changes }),
  });

  test.each<[string, object]>([
    ["a session that saves a card", sessionEvent({ session_type: "SAVE", amount: 0 })],
    ["a session in the merchant's own page", sessionEvent({ mode: "COMPONENTS", payment_link_url: undefined })],
    [
      "a payment into a fixed virtual account",
      { id: "1", external_id: "va", owner_id: "x", amount: 5, bank_code: "BCA", payment_id: "p" },
    ],
    [
      "a disbursement",
      {
        id: "1",
        user_id: "x",
        external_id: "d",
        amount: 5,
        status: "COMPLETED",
        bank_code: "BCA",
        account_holder_name: "Sari",
      },
    ],
  ])("%s is an unknown event and is acknowledged", async (_name, body) => {
    const parsed = (await links.parseWebhook("xendit", delivery(body)))._unsafeUnwrap();
    expect(parsed.observations).toMatchObject([{ kind: "unknown", trust: "token" }]);
    expect(parsed.acknowledgement.status).toBe(200);
  });
});

describe("confirm", () => {
  test.each([
    ["PAID", "paid", true],
    ["SETTLED", "settled", true],
    ["PENDING", "pending", false],
    ["EXPIRED", "expired", false],
    ["TELEPORTED", "unknown", false],
  ])("the invoice that reads %s alone counts, whatever the callback reports", async (word, status, isPaid) => {
    const observed = await observationIn(callback());
    http.reply("GET", PATH, { body: invoice({ status: word, payment_method: "EWALLET", payment_channel: "OVO" }) });
    if (isPaid || word === "TELEPORTED") http.reply("GET", REFUNDS, { body: { data: [], has_more: false } });
    expect((await links.confirm(observed))._unsafeUnwrap()).toMatchObject({
      kind: "history",
      trust: "read",
      history: { id: HISTORY, status, isPaid, linkId: `xendit:${ID}` },
    });
  });

  test.each([
    ["the channel of the callback, if the read has only its kind", "BANK_TRANSFER", "bca"],
    ["no channel of another kind of method", "EWALLET", undefined],
  ])("keeps %s", async (_name, payment_method, channel) => {
    const observed = await observationIn(callback());
    http.reply("GET", PATH, { body: invoice({ status: "PAID", payment_method }) });
    http.reply("GET", REFUNDS, { body: { data: [] } });
    const confirmed = (await links.confirm(observed))._unsafeUnwrap();
    if (confirmed.kind !== "history") throw new Error("expected a history");
    expect(confirmed.history.method?.channel).toBe(channel);
  });

  test("an expired link comes with its histories", async () => {
    http.reply("GET", PATH, { body: invoice({ status: "EXPIRED", expiry_date: "2025-12-31T00:00:00.000Z" }) });
    http.reply("GET", PATH, { body: invoice({ status: "EXPIRED", expiry_date: "2025-12-31T00:00:00.000Z" }) });
    const confirmed = await links.confirm(await observationIn(callback({ status: "EXPIRED" })));
    expect(confirmed._unsafeUnwrap()).toMatchObject({ kind: "link", link: { status: "expired" }, histories: [] });
  });

  test("an invoice that the account does not have is an error: absence does not prove that it is not ours", async () => {
    const observed = await observationIn(callback());
    http.reply("GET", PATH, { status: 404, body: errorBody("INVOICE_NOT_FOUND_ERROR") });
    const error = (await links.confirm(observed))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "not_found", retryable: true });
    expect(error.hint).toContain("businessId");
  });
});

describe("callbacks that cannot be read", () => {
  test.each<[string, unknown, Record<string, string>?]>([
    ["an empty body", ""],
    ["a list", "[]"],
    ["no fields", {}],
    ["a form", "status=PAID", { "content-type": "application/x-www-form-urlencoded" }],
    ["no amount", callback({ amount: undefined })],
    ["an amount of nothing", callback({ amount: 0 })],
    ["an amount in words", callback({ amount: "many" })],
    ["a refund without an id", refundCallback({ id: undefined })],
    ["a session without an amount", { event: "payment_session.completed", data: session({ amount: undefined }) }],
    ["an event that is a number", { event: 7 }],
  ])("%s: malformed_webhook, answered with 400", async (_name, body, headers) => {
    const error = (await links.parseWebhook("xendit", delivery(body, headers)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status: 400 } });
    expectToHide(error, [TOKEN, "payer@example.test"]);
  });
});

describe("explainWebhook", () => {
  const explain = (headers: Record<string, string | undefined>, from = links) =>
    from.explainWebhook("xendit", delivery(callback(), headers));

  test.each<[string, string | undefined, RegExp]>([
    ["a missing header", undefined, /x-callback-token/],
    ["the secret key in its place", OPTIONS.secretKey, /API key|secretKey/],
  ])("%s is named", async (_name, token, message) => {
    expect(JSON.stringify(await explain({ "x-callback-token": token }))).toMatch(message);
  });

  test("a token with a line end in the configuration is named by its place", async () => {
    const quoted = createLinks({ webhookTokens: [`"${TOKEN}"`] });
    const explained = JSON.stringify(await explain({}, quoted));
    expect(explained).toContain("webhookTokens[0]");
    expect(explained).not.toContain(TOKEN);
  });
});

// Refusals, lists of sessions, and their words.
import { money } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import {
  API,
  charge,
  createLinks,
  intent,
  KEY,
  LINK_ID,
  link,
  list,
  NOW,
  refund,
  SECRET,
  SESSION_ID,
  session,
} from "./support.ts";

const http = mockHttp(API);
const LINKS = "/v1/payment_links";
const READ = `${LINKS}/${LINK_ID}?expand[0]=line_items`;
const LINK = `stripe:${LINK_ID}` as const;
const PAYMENT = "data.payment_intent.latest_charge.refunds";
const SESSIONS = `/v1/checkout/sessions?expand[0]=${PAYMENT}&limit=100&payment_link=${LINK_ID}`;
const request = { reference: "INV-1", amount: money("10.50", "USD"), expiresAt: "never", title: "For Sri" } as const;

describe("addresses", () => {
  test.each([["javascript:alert(1)"], ["/test_1"], ["ftp://example.test/x"], ["data:text/html,x"]])(
    "a link with the address %s is not returned: a shop would put it into its page",
    async (url) => {
      // Stripe keeps its answer under the key, so that it is asked once more.
      for (let times = 0; times < 2; times += 1) http.reply("POST", LINKS, { body: link({ url }) });
      const created = (await createLinks().create(request))._unsafeUnwrapErr();
      expect([created.kind, created.outcome]).toEqual(["malformed_response", "unknown"]);
      http.reply("GET", READ, { body: link({ url }) });
      expect((await createLinks().get(LINK))._unsafeUnwrapErr().kind).toBe("malformed_response");
    },
  );

  test("a redirect that is no web address counts as absent", async () => {
    const redirectTo = (url: string) => link({ after_completion: { type: "redirect", redirect: { url } } });
    http.reply("GET", READ, { body: redirectTo("javascript:alert(1)") });
    expect((await createLinks().get(LINK))._unsafeUnwrap().redirect).toBeUndefined();
    http.reply("GET", READ, { body: redirectTo("https://shop.example/thanks") });
    expect((await createLinks().get(LINK))._unsafeUnwrap().redirect).toEqual({ url: "https://shop.example/thanks" });
  });
});

describe("refusals of a create", () => {
  const TEXT = `for Sri, with ${KEY} and ${SECRET}`;
  test.each([
    [400, { type: "invalid_request_error", param: "metadata" }, "invalid_request", "refused"],
    [400, { type: "invalid_request_error", code: "rate_limit" }, "rate_limited", "refused"],
    [401, { type: "invalid_request_error" }, "unauthenticated", "refused"],
    [401, { type: "authentication_error" }, "unauthenticated", "refused"],
    [402, { type: "card_error", code: "card_declined" }, "rejected", "refused"],
    [403, { type: "invalid_request_error", code: "more_permissions_required" }, "forbidden", "refused"],
    [404, { type: "invalid_request_error", code: "resource_missing" }, "not_found", "refused"],
    [429, { type: "invalid_request_error", code: "lock_timeout" }, "rate_limited", "refused"],
  ])("HTTP %i with %o: %s, %s, and no secret is shown", async (status, error, kind, outcome) => {
    http.reply("POST", LINKS, { status, body: { error: { ...error, message: TEXT } } });
    const failed = (await createLinks().create(request))._unsafeUnwrapErr();
    expect([failed.kind, failed.outcome, failed.status]).toEqual([kind, outcome, status]);
    expectToHide(failed, [KEY, SECRET, "For Sri"]);
  });

  test.each([
    [409, { type: "idempotency_error", code: "idempotency_key_in_use" }],
    [409, { type: "invalid_request_error" }],
    [500, { type: "api_error" }],
  ])("HTTP %i with %o is asked again once, and unknown if it stays", async (status, error) => {
    for (let times = 0; times < 2; times += 1) http.reply("POST", LINKS, { status, body: { error } });
    const failed = (await createLinks().create(request))._unsafeUnwrapErr();
    expect([failed.kind, failed.outcome, failed.retryable]).toEqual(["unavailable", "unknown", true]);
    expect(http.sent[0]?.body).toBe(http.sent[1]?.body);
  });

  test.each([
    [400, "<html>Bad request</html>"],
    [401, '{"message":"proxy"}'],
    [403, '{"error":"blocked"}'],
    [404, '{"error":{"type":"proxy_error"}}'],
  ])("HTTP %i in the form of a proxy proves nothing", async (status, body) => {
    for (let times = 0; times < 2; times += 1) http.reply("POST", LINKS, { status, body });
    expect((await createLinks().create(request))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test.each([
    ["line_items[1][quantity]", "items[1]"],
    ["line_items[0][price_data][unit_amount]", "amount"],
    ["restrictions[completed_sessions][limit]", "usage.limit"],
    ["payment_method_types[0]", "methods"],
    ["after_completion[redirect][url]", "redirect.url"],
    ["something_new", ""],
  ])("the parameter %s is %s", async (param, path) => {
    const error = { type: "invalid_request_error", param, message: "wrong" };
    http.reply("POST", LINKS, { status: 400, body: { error } });
    const failed = (await createLinks().create(request))._unsafeUnwrapErr();
    expect(failed.kind === "invalid_request" && failed.issues).toEqual([{ path, message: "wrong" }]);
  });
});

describe("reads", () => {
  test("Stripe-Should-Retry decides whether a read is sent again", async () => {
    const error = { error: { type: "api_error", message: "no" } };
    http.reply("GET", READ, { status: 503, body: error, headers: { "stripe-should-retry": "false" } });
    const failed = (await createLinks(undefined, { transport: undefined }).get(LINK))._unsafeUnwrapErr();
    expect([failed.kind, http.sent.length]).toEqual(["unavailable", 1]);
  });

  test("an unknown cursor is an invalid request, whoever finds out", async () => {
    const links = createLinks();
    const odd = (await links.listHistories(LINK, { cursor: "stripe:no/id" }))._unsafeUnwrapErr();
    expect([odd.kind, odd.outcome]).toEqual(["invalid_request", "not_sent"]);
    const error = { type: "invalid_request_error", code: "resource_missing", param: "starting_after", message: "no" };
    http.reply("GET", `${SESSIONS}&starting_after=cs_test_gone`, { status: 400, body: { error } });
    const gone = (await links.listHistories(LINK, { cursor: "stripe:cs_test_gone" }))._unsafeUnwrapErr();
    expect([gone.kind, gone.outcome]).toEqual(["invalid_request", "refused"]);
  });
});

describe("lists of histories", () => {
  const visit = (id: string) => session({ id, status: "open", payment_status: "unpaid", payment_intent: null });

  test("visits without an attempt are passed over, and the cursor is behind them", async () => {
    const links = createLinks();
    const rows = [visit("cs_v1"), session({ id: "cs_p1" }), visit("cs_v2"), session({ id: "cs_p2" }), visit("cs_v3")];
    http.reply("GET", SESSIONS, { body: list(rows) });
    const first = (await links.listHistories(LINK, { limit: 1 }))._unsafeUnwrap();
    expect([first.items.map(({ providerId }) => providerId), first.nextCursor]).toEqual([["cs_p1"], "stripe:cs_p1"]);
    http.reply("GET", `${SESSIONS}&starting_after=cs_p1`, { body: list(rows.slice(2)) });
    const second = (await links.listHistories(LINK, { limit: 2, cursor: first.nextCursor }))._unsafeUnwrap();
    expect(second.items.map(({ providerId }) => providerId)).toEqual(["cs_p2"]);
    expect(second.nextCursor).toBeUndefined();
  });

  test("pages of visits alone are read on to a payment", async () => {
    http.reply("GET", SESSIONS, { body: list([visit("cs_v1")], true) });
    http.reply("GET", `${SESSIONS}&starting_after=cs_v1`, { body: list([session()]) });
    const page = (await createLinks().listHistories(LINK, { limit: 5 }))._unsafeUnwrap();
    expect(page.items.map(({ providerId }) => providerId)).toEqual([SESSION_ID]);
  });

  test("paid ones only are asked of Stripe", async () => {
    const path = `/v1/checkout/sessions?expand[0]=${PAYMENT}&limit=5&payment_link=${LINK_ID}&status=complete`;
    const unpaid = session({
      id: "cs_delayed",
      payment_status: "unpaid",
      payment_intent: intent({ status: "processing" }),
    });
    http.reply("GET", path, { body: list([session(), unpaid]) });
    const page = (await createLinks().listHistories(LINK, { limit: 5, paidOnly: true }))._unsafeUnwrap();
    expect(page.items.map(({ providerId }) => providerId)).toEqual([SESSION_ID]);
  });

  test("those of the account since a time are of links only", async () => {
    const since = Math.floor(NOW / 1000) - 3600;
    const path = `/v1/checkout/sessions?created[gte]=${since}&expand[0]=${PAYMENT}&limit=100`;
    http.reply("GET", path, { body: list([session(), session({ id: "cs_own", payment_link: null })]) });
    const page = (await createLinks().listRecentHistories({ since: new Date(NOW) }))._unsafeUnwrap();
    expect(page.items.map(({ providerId }) => providerId)).toEqual([SESSION_ID]);
  });

  test("disputes of the account's other business are not read, so that they cannot stop the list", async () => {
    const since = new Date(NOW).toISOString();
    const disputed = intent({ latest_charge: charge({ disputed: true }) });
    const rows = [session({ id: "cs_own", payment_link: null, payment_intent: disputed }), session({ id: "cs_p1" })];
    const created = Math.floor(NOW / 1000) - 3600;
    http.reply("GET", `/v1/checkout/sessions?created[gte]=${created}&expand[0]=${PAYMENT}&limit=100`, {
      body: list(rows),
    });
    const page = (await createLinks().listRecentHistories({ since }))._unsafeUnwrap();
    expect(page.items.map(({ providerId }) => providerId)).toEqual(["cs_p1"]);
    expect(http.sent).toHaveLength(1);
  });

  test("a row that cannot be read makes the list unreadable", async () => {
    http.reply("GET", SESSIONS, { body: list([session({ created: "x" })]) });
    expect((await createLinks().listHistories(LINK))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });
});

describe("words of a session and its payment", () => {
  const historyOf = async (changes: Record<string, unknown>) => {
    http.reply("GET", `/v1/checkout/sessions/${SESSION_ID}?expand[0]=${PAYMENT.slice(5)}`, { body: session(changes) });
    return (await createLinks().getHistory(`stripe:${SESSION_ID}`))._unsafeUnwrap();
  };
  const open = { status: "open", payment_status: "unpaid" };
  const unpaid = { status: "complete", payment_status: "unpaid" };
  const failedIntent = intent({
    status: "requires_payment_method",
    last_payment_error: { type: "card_error", charge: "ch_3DemoCharge" },
  });

  test.each([
    ["paid", {}, "paid"],
    ["a delayed method", { ...unpaid, payment_intent: intent({ status: "processing" }) }, "pending"],
    ["a delayed method that failed", { ...unpaid, payment_intent: failedIntent }, "failed"],
    ["a card that failed", { ...open, payment_intent: failedIntent }, "failed"],
    ["a payer at the bank", { ...open, payment_intent: intent({ status: "requires_action" }) }, "pending"],
    ["to be captured", { ...unpaid, payment_intent: intent({ status: "requires_capture" }) }, "authorized"],
    ["cancelled", { ...open, payment_intent: intent({ status: "canceled", canceled_at: 1 }) }, "cancelled"],
    ["expired", { ...open, status: "expired", payment_intent: failedIntent }, "expired"],
    ["a new word of a session", { ...unpaid, status: "paused" }, "paid"],
    ["a new word of a payment", { ...unpaid, payment_intent: intent({ status: "paid_later" }) }, "opened"],
  ])("%s", async (name, changes, status) => {
    const history = await historyOf(changes);
    expect([history.status, history.isPaid]).toEqual([status, status === "paid"]);
    if (name === "a new word of a payment") expect(history.notes).toEqual(["payment_intent.status=paid_later"]);
    if (name === "a new word of a session") expect(history.notes).toEqual(["status=paused"]);
  });

  test("nothing to pay is not a payment", async () => {
    const free = await historyOf({ amount_total: 0, payment_status: "no_payment_required", payment_intent: null });
    expect([free.isPaid, free.notes]).toEqual([false, ["paid with amount=0"]]);
  });

  test("a session that only stores a card is not a payment", async () => {
    const setup = await historyOf({ mode: "setup", payment_status: "no_payment_required", payment_intent: null });
    expect([setup.isPaid, setup.status, setup.notes]).toEqual([false, "unknown", ["mode=setup"]]);
  });

  test("more refunds than are listed count by their total", async () => {
    const refunds = list([refund({ amount: 100 })], true);
    const latest_charge = charge({ amount_refunded: 900, refunds });
    const history = await historyOf({ payment_intent: intent({ latest_charge }) });
    expect([history.status, history.refunded]).toEqual(["partially_refunded", money("9", "USD")]);
  });

  test("a visit without an attempt is not found", async () => {
    http.reply("GET", `/v1/checkout/sessions/${SESSION_ID}?expand[0]=${PAYMENT.slice(5)}`, {
      body: session({ ...open, payment_intent: null }),
    });
    expect((await createLinks().getHistory(`stripe:${SESSION_ID}`))._unsafeUnwrapErr().kind).toBe("not_found");
  });
});

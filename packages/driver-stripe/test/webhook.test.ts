import type { Observation } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import {
  API,
  CHARGE_ID,
  charge,
  createLinks,
  delivery,
  dispute,
  event,
  INTENT_ID,
  intent,
  LINK_ID,
  link,
  list,
  NOW_S,
  plainSession,
  refund,
  SESSION_ID,
  session,
} from "./support.ts";

const http = mockHttp(API);

const observe = async (body: unknown): Promise<readonly Observation[]> => {
  const parsed = await createLinks().parseWebhook("stripe", delivery(body));
  return parsed.match(
    ({ observations }) => observations,
    (error) => {
      throw new Error(`${error.kind}: ${error.message}`);
    },
  );
};

describe("events of sessions are histories", () => {
  test.each([
    ["checkout.session.completed", plainSession(), "paid", true],
    ["checkout.session.completed", plainSession({ payment_status: "unpaid" }), "pending", false],
    ["checkout.session.async_payment_succeeded", plainSession(), "paid", true],
    ["checkout.session.async_payment_failed", plainSession({ payment_status: "unpaid" }), "failed", false],
    ["checkout.session.expired", plainSession({ status: "expired", payment_status: "unpaid" }), "expired", false],
  ])("%s of %o is %s", async (type, object, status, isPaid) => {
    const [observation, ...others] = await observe(event(type, object));
    expect(others).toEqual([]);
    expect(observation).toMatchObject({
      kind: "history",
      trust: "signed",
      linkCandidates: [{ id: `stripe:${LINK_ID}`, reference: "INV-1" }],
      history: {
        id: `stripe:${SESSION_ID}`,
        linkId: `stripe:${LINK_ID}`,
        reference: "INV-1",
        status,
        isPaid,
        amount: { amount: "10.5", currency: "USD" },
        openedAt: new Date((NOW_S - 120) * 1000).toISOString(),
      },
    });
    expect(observation).toMatchObject({ history: { record: { otherIds: [INTENT_ID] } } });
  });

  test("a payment later than a failure of the same delayed method counts", async () => {
    const [failed] = await observe(
      event("checkout.session.async_payment_failed", plainSession({ payment_status: "unpaid" })),
    );
    const [paid] = await observe(event("checkout.session.async_payment_succeeded", plainSession()));
    if (failed?.kind !== "history" || paid?.kind !== "history") throw new Error("expected two histories");
    expect(createLinks().mergeHistories(failed.history, paid.history).status).toBe("paid");
  });

  test("a visit without an attempt is no history", async () => {
    const visit = plainSession({ status: "expired", payment_status: "unpaid", payment_intent: null });
    expect(await observe(event("checkout.session.expired", visit))).toMatchObject([
      { kind: "unknown", event: "checkout.session.expired" },
    ]);
  });

  test("a session of the account's own checkout is not ours", async () => {
    const own = plainSession({ payment_link: null });
    expect(await observe(event("checkout.session.completed", own))).toMatchObject([{ kind: "unknown" }]);
  });

  test("an event of a connected account is not ours", async () => {
    const connected = event("checkout.session.completed", plainSession(), { account: "acct_1Other" });
    expect(await observe(connected)).toMatchObject([{ kind: "unknown", event: "checkout.session.completed" }]);
  });

  test("a session of a payment that cannot be read is asked for again", async () => {
    const odd = plainSession({ created: "yesterday" });
    const error = (
      await createLinks().parseWebhook("stripe", delivery(event("checkout.session.completed", odd)))
    )._unsafeUnwrapErr();
    expect([error.kind, error.retryable, error.acknowledgement.status]).toEqual(["malformed_webhook", true, 503]);
    expect(error.message).toContain("created");
  });
});

describe("events of payments are notices with the reference", () => {
  const PAYMENTS = ["succeeded", "processing", "payment_failed", "canceled", "requires_action", "partially_funded"];
  test.each(PAYMENTS.map((each) => `payment_intent.${each}`))("%s", async (type) => {
    expect(await observe(event(type, intent({ latest_charge: CHARGE_ID })))).toEqual([
      {
        kind: "notice",
        gateway: "stripe",
        trust: "signed",
        resource: "history",
        id: `stripe:${INTENT_ID}`,
        linkCandidates: [{ reference: "INV-1" }],
      },
    ]);
  });

  test.each([
    ["charge.refunded", charge(), ["INV-1"]],
    ["charge.refund.updated", refund(), []],
    ["refund.created", refund(), []],
    ["refund.updated", refund(), []],
    ["refund.failed", refund({ status: "failed" }), []],
    ["charge.dispute.created", dispute(), []],
    ["charge.dispute.closed", dispute({ status: "lost" }), []],
  ])("%s", async (type, object, references) => {
    expect(await observe(event(type, object))).toMatchObject([
      {
        kind: "notice",
        resource: "history",
        id: `stripe:${INTENT_ID}`,
        linkCandidates: references.map((reference) => ({ reference })),
      },
    ]);
  });

  test("a refund of a charge without a payment intent is not ours", async () => {
    expect(await observe(event("refund.created", refund({ payment_intent: null })))).toMatchObject([
      { kind: "unknown", event: "refund.created" },
    ]);
  });

  test("an id that could change a path is not one", async () => {
    expect(await observe(event("payment_intent.succeeded", intent({ id: "../refunds" })))).toMatchObject([
      { kind: "unknown" },
    ]);
  });
});

test.each(["payment_link.created", "payment_link.updated"])("%s is a notice of the link", async (type) => {
  expect(await observe(event(type, link({ active: false })))).toEqual([
    { kind: "notice", gateway: "stripe", trust: "signed", resource: "link", id: `stripe:${LINK_ID}` },
  ]);
});

describe("an event of the other mode", () => {
  const ofBoth = (changes: object = {}) => [
    event("checkout.session.completed", plainSession(), { livemode: true, ...changes }),
    { id: "evt_1", object: "v2.core.event", type: "v1.payment_link.updated", livemode: true, ...changes },
  ];

  test.each(ofBoth())("is no payment of this one: %o", async (body) => {
    const error = (await createLinks().parseWebhook("stripe", delivery(body)))._unsafeUnwrapErr();
    expect([error.kind, error.retryable, error.acknowledgement.status]).toEqual(["malformed_webhook", true, 503]);
    expect(error.hint).toContain("webhookSecrets");
  });

  test.each(ofBoth({ account: "acct_1Other" }))("of a connected account is not ours: %o", async (body) => {
    expect(await observe(body)).toMatchObject([{ kind: "unknown" }]);
  });
});

describe("events whose object is not in them", () => {
  test("a visit without an attempt is not ours, and a payment is the history of its session", async () => {
    const links = createLinks();
    const completed = delivery(thin("v1.checkout.session.completed", SESSION_ID));
    const [observation] = (await links.parseWebhook("stripe", completed))._unsafeUnwrap().observations;
    if (!observation) throw new Error("expected an observation");
    http.reply("GET", SESSION, {
      body: session({ status: "expired", payment_status: "unpaid", payment_intent: null }),
    });
    expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({ kind: "unknown", trust: "read" });
    http.reply("GET", SESSION, { body: session() });
    expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({
      kind: "history",
      history: { id: `stripe:${SESSION_ID}`, isPaid: true },
      linkCandidates: [{ id: `stripe:${LINK_ID}`, reference: "INV-1" }],
    });
  });

  const SESSION = `/v1/checkout/sessions/${SESSION_ID}?expand[0]=payment_intent.latest_charge.refunds`;

  /** https://docs.stripe.com/event-destinations, "Thin events". */
  const thin = (type: string, id?: string): object => ({
    id: "evt_1",
    object: "v2.core.event",
    type,
    livemode: false,
    created: "2026-01-01T00:00:00.000Z",
    ...(id !== undefined && { related_object: { id, type: "any", url: `/v1/any/${id}` } }),
  });

  test.each([
    ["v1.checkout.session.completed", SESSION_ID, "history"],
    ["v1.payment_intent.succeeded", INTENT_ID, "history"],
    ["v1.payment_link.updated", LINK_ID, "link"],
  ])("%s is a notice, because its object can be read", async (type, id, resource) => {
    expect(await observe(thin(type, id))).toMatchObject([
      { kind: "notice", trust: "signed", resource, id: `stripe:${id}` },
    ]);
  });

  test.each([
    thin("v1.checkout.session.completed"),
    thin("v1.charge.refunded", CHARGE_ID),
    thin("v1.refund.created", "re_1"),
    { ...event("checkout.session.completed", plainSession()), created: "yesterday" },
    { ...event("charge.dispute.created", dispute()), data: null },
  ])("about money, it is never acknowledged unread: %o", async (body) => {
    const error = (await createLinks().parseWebhook("stripe", delivery(body)))._unsafeUnwrapErr();
    expect([error.kind, error.retryable, error.acknowledgement.status]).toEqual(["malformed_webhook", true, 503]);
  });
});

test.each([
  [event("product.created", { id: "prod_1" }), "product.created"],
  [
    { id: "evt_1", object: "v2.core.event", type: "v1.billing.meter.no_meter_found" },
    "v1.billing.meter.no_meter_found",
  ],
])("another event is unknown: %o", async (body, name) => {
  expect(await observe(body)).toMatchObject([{ kind: "unknown", trust: "signed", event: name }]);
});

describe("confirm", () => {
  const INTENT_SESSIONS = `/v1/checkout/sessions?expand[0]=data.payment_intent.latest_charge.refunds&limit=1&payment_intent=${INTENT_ID}`;
  const INTENT = `/v1/payment_intents/${INTENT_ID}`;
  const confirm = async (type: string, object: unknown) => {
    const links = createLinks();
    const [observation] = (await links.parseWebhook("stripe", delivery(event(type, object))))._unsafeUnwrap()
      .observations;
    if (!observation) throw new Error("expected an observation");
    return links.confirm(observation);
  };
  const others = (changes: object = {}) => intent({ metadata: {}, latest_charge: null, ...changes });

  test("a payment is the history of its session", async () => {
    http.reply("GET", INTENT_SESSIONS, { body: list([session()]) });
    expect((await confirm("payment_intent.succeeded", intent()))._unsafeUnwrap()).toMatchObject({
      kind: "history",
      trust: "read",
      history: { id: `stripe:${SESSION_ID}`, status: "paid", method: { kind: "card", raw: "card" } },
      linkCandidates: [{ id: `stripe:${LINK_ID}`, reference: "INV-1" }],
    });
  });

  test("a declined card is a failed attempt, which another can follow", async () => {
    const declined = intent({
      status: "requires_payment_method",
      last_payment_error: { type: "card_error", code: "card_declined", charge: CHARGE_ID },
      latest_charge: charge({ status: "failed", paid: false }),
    });
    const open = session({ status: "open", payment_status: "unpaid", payment_intent: declined });
    http.reply("GET", INTENT_SESSIONS, { body: list([open]) });
    const failed = (await confirm("payment_intent.payment_failed", declined))._unsafeUnwrap();
    expect(failed).toMatchObject({ history: { status: "failed", isPaid: false } });
    const [pending] = await observe(event("checkout.session.completed", plainSession({ payment_status: "unpaid" })));
    if (failed.kind !== "history" || pending?.kind !== "history") throw new Error("expected two histories");
    expect(createLinks().mergeHistories(failed.history, pending.history).status).toBe("pending");
  });

  test.each([
    ["in part", [refund()], "partially_refunded", true],
    ["in full", [refund({ amount: 1050 })], "refunded", false],
    ["not, because it failed", [refund({ status: "failed" })], "paid", true],
  ])("a charge is refunded %s", async (_name, refunds, status, isPaid) => {
    const refunded = intent({ latest_charge: charge({ amount_refunded: 500, refunds: list(refunds) }) });
    http.reply("GET", INTENT_SESSIONS, { body: list([session({ payment_intent: refunded })]) });
    expect((await confirm("charge.refunded", charge()))._unsafeUnwrap()).toMatchObject({ history: { status, isPaid } });
  });

  test.each([
    ["needs_response", "disputed"],
    ["lost", "reversed"],
    ["won", "paid"],
    ["warning_needs_response", "paid"],
    ["new_word", "paid"],
  ])("a dispute that is %s", async (word, status) => {
    const disputed = intent({ latest_charge: charge({ disputed: true }) });
    http.reply("GET", INTENT_SESSIONS, { body: list([session({ payment_intent: disputed })]) });
    http.reply("GET", `/v1/disputes?limit=100&payment_intent=${INTENT_ID}`, {
      body: list([dispute({ status: word })]),
    });
    const confirmed = (await confirm("charge.dispute.created", dispute()))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ history: { status } });
  });

  test("a payment without a session and without our reference is not ours", async () => {
    http.reply("GET", INTENT_SESSIONS, { body: list([]) });
    http.reply("GET", INTENT, { body: others() });
    expect((await confirm("payment_intent.succeeded", others()))._unsafeUnwrap()).toMatchObject({
      kind: "unknown",
      trust: "read",
      event: "payment_intent",
    });
  });

  test("a payment of the account's own checkout is not ours", async () => {
    http.reply("GET", INTENT_SESSIONS, { body: list([session({ payment_link: null, metadata: {} })]) });
    expect((await confirm("refund.created", refund()))._unsafeUnwrap()).toMatchObject({ kind: "unknown" });
  });

  test("a payment of a link that was made elsewhere is one", async () => {
    http.reply("GET", INTENT_SESSIONS, { body: list([session({ metadata: {} })]) });
    const confirmed = (await confirm("payment_intent.succeeded", others()))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ kind: "history", linkCandidates: [{ id: `stripe:${LINK_ID}` }] });
  });

  test("without proof it is asked for again: our reference and no session", async () => {
    http.reply("GET", INTENT_SESSIONS, { body: list([]) });
    const named = (await confirm("payment_intent.succeeded", intent()))._unsafeUnwrapErr();
    expect([named.kind, named.retryable]).toEqual(["reply_mismatch", true]);
    http.reply("GET", INTENT_SESSIONS, { body: list([]) });
    http.reply("GET", INTENT, { body: intent({ latest_charge: CHARGE_ID }) });
    const read = (await confirm("refund.created", refund()))._unsafeUnwrapErr();
    expect([read.kind, read.retryable]).toEqual(["reply_mismatch", true]);
  });

  test.each([
    [404, { code: "resource_missing", param: "intent" }, "not_found"],
    [403, { code: "more_permissions_required" }, "forbidden"],
    [500, { type: "api_error" }, "unavailable"],
  ])("without proof it is asked for again: HTTP %i", async (status, error, kind) => {
    http.reply("GET", INTENT_SESSIONS, { body: list([]) });
    http.reply("GET", INTENT, { status, body: { error: { type: "invalid_request_error", message: "no", ...error } } });
    const failed = (await confirm("refund.created", refund()))._unsafeUnwrapErr();
    expect(failed.kind).toBe(kind);
    if (kind === "not_found") expect(failed.retryable).toBe(true);
  });

  test("a link is read, with its histories", async () => {
    http.reply("GET", `/v1/payment_links/${LINK_ID}?expand[0]=line_items`, { body: link({ active: false }) });
    http.reply(
      "GET",
      `/v1/checkout/sessions?expand[0]=data.payment_intent.latest_charge.refunds&limit=100&payment_link=${LINK_ID}`,
      {
        body: list([
          session(),
          session({ id: "cs_test_visit", status: "open", payment_status: "unpaid", payment_intent: null }),
        ]),
      },
    );
    expect((await confirm("payment_link.updated", link()))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      link: { id: `stripe:${LINK_ID}`, status: "closed" },
      histories: [{ id: `stripe:${SESSION_ID}`, status: "paid" }],
    });
  });
});

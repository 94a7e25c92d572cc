import { mergeHistories, type Observation } from "@tautan/core";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  API,
  BEARER,
  CLIENT_SECRET,
  callsOf,
  canonical,
  createClock,
  createLinks,
  delivery,
  fixture,
  fixtureText,
  historyIn,
  LINKS,
  link,
  linkV2,
  refusal,
  SIGNED_AT,
  type Signing,
  startLinks,
  startLinksV2,
  success,
  TARGET,
} from "./support.ts";

const http = mockHttp(API);
const AT = SIGNED_AT * 1000;
const links = createLinks(createClock(AT));
const parse = (body: unknown, signing?: Signing) => links.parseWebhook("singapay", delivery(body, signing));
const observe = async (body: unknown) => (await parse(body))._unsafeUnwrap().observations;

const paid = fixture("notification-paid") as { data: Record<string, Record<string, unknown>> } & Record<
  string,
  unknown
>;
const inquiry = fixture("notification-inquiry") as { data: Record<string, Record<string, unknown>> };
const transaction = (changes: object) => ({
  ...paid,
  data: { ...paid.data, transaction: { ...paid.data["transaction"], ...changes } },
});
const payment = (changes: object, event = "payment-link-inquiry") => ({
  ...inquiry,
  event,
  data: { ...inquiry.data, payment_link_history: { ...inquiry.data["payment_link_history"], ...changes } },
});

/** Our own known answer for `signed-body.json`. */
const VECTOR =
  "9bd9d05ec999636b7a4a7755266f515ad133d3fbfba76ed80a621007c40445f94b7372f95f38f9b65ada43da2689b9317ea431a1710c6532ea7d56bfe9f5536e";

describe("signature", () => {
  const vector = (changes: Readonly<Record<string, string | undefined>> = {}) => ({
    method: "POST",
    url: TARGET,
    headers: {
      "Content-Type": "application/json",
      "X-Signature": VECTOR,
      "X-Timestamp": "1773544830",
      Authorization: `Bearer ${BEARER}`,
      ...changes,
    },
    body: fixtureText("signed-body"),
  });

  test("vector: body, address, token and time as they were signed", async () => {
    expect((await links.parseWebhook("singapay", vector())).isOk()).toBe(true);
    expect((await links.parseWebhook("singapay", vector({ "X-Signature": VECTOR.toUpperCase() }))).isOk()).toBe(true);
  });

  test("vector: a Fetch Request with the whole address", async () => {
    const { headers, body } = vector();
    const request = new Request(`https://shop.example${TARGET}`, { method: "POST", headers, body });
    expect((await links.parseWebhook("singapay", request)).isOk()).toBe(true);
  });

  test("vector: keys in another order and white space do not matter", async () => {
    const turned = JSON.stringify(
      JSON.parse(vector().body, (_key, value: unknown) => reversed(value)),
      undefined,
      2,
    );
    expect(turned).not.toBe(vector().body);
    expect((await links.parseWebhook("singapay", { ...vector(), body: turned })).isOk()).toBe(true);
  });

  test.each<[string, object]>([
    ["another path", { url: "/webhooks/other?src=pl" }],
    ["no query", { url: "/webhooks/singapay" }],
    ["another query", { url: "/webhooks/singapay?src=va" }],
    ["the address with a host before it in the path", { url: "/shop.example/webhooks/singapay?src=pl" }],
    ["a changed amount", { body: fixtureText("signed-body").replace("75000.00", "75000.01") }],
    ["another link", { body: fixtureText("signed-body").replace('"id":301', '"id":302') }],
    ["a field more", { body: fixtureText("signed-body").replace('"tip":null', '"tip":null,"x":{}') }],
    ["a list turned", { body: fixtureText("signed-body").replace('"tip":null', '"tip":[2,1]') }],
    ["a text in place of a number", { body: fixtureText("signed-body").replace('"id":301', '"id":"301"') }],
  ])("%s is refused with the answer for forgeries", async (_name, changes) => {
    const error = (await links.parseWebhook("singapay", { ...vector(), ...changes }))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "signature_invalid",
      problem: "mismatch",
      operation: "parseWebhook",
      acknowledgement: { status: 401, body: '{"status":"error","message":"Invalid signature"}' },
    });
    expect(error.hint).toContain("webhookSecrets");
  });

  test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ["another token", { Authorization: "Bearer wh-random-token-02" }, "mismatch"],
    ["another time", { "X-Timestamp": "1773544831" }, "mismatch"],
    ["no signature", { "X-Signature": undefined }, "missing"],
    ["no time", { "X-Timestamp": undefined }, "missing"],
    ["no token", { Authorization: undefined }, "missing"],
    ["an empty signature", { "X-Signature": "" }, "malformed"],
    ["a signature cut short", { "X-Signature": VECTOR.slice(1) }, "malformed"],
    ["a signature that is too long", { "X-Signature": `${VECTOR}0` }, "malformed"],
    ["a signature of other letters", { "X-Signature": VECTOR.replace("9", "g") }, "malformed"],
    ["the signature twice", { "X-Signature": `${VECTOR}, ${VECTOR}` }, "malformed"],
    ["a time in milliseconds", { "X-Timestamp": "1773544830000" }, "malformed"],
    ["a time in words", { "X-Timestamp": "now" }, "malformed"],
    ["the time twice", { "X-Timestamp": "1773544830, 1773544830" }, "malformed"],
    ["a token of another scheme", { Authorization: `Basic ${BEARER}` }, "malformed"],
    ["an empty token", { Authorization: "Bearer " }, "malformed"],
    ["the token twice", { Authorization: `Bearer ${BEARER}, Bearer ${BEARER}` }, "malformed"],
    ["two tokens in one", { Authorization: `Bearer ${BEARER},${BEARER}` }, "malformed"],
  ])("%s", async (_name, headers, problem) => {
    const error = (await links.parseWebhook("singapay", vector(headers)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem, acknowledgement: { status: 401 } });
    expect(error.hint).not.toBe("");
  });

  test("headers that differ only in their capitals are two of one name", async () => {
    const doubled = { ...vector().headers, "x-signature": VECTOR };
    const parsed = await links.parseWebhook("singapay", { ...vector(), headers: doubled });
    expect(parsed._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem: "malformed" });
  });

  test("the dashboard's Test button sends no signature, and text for data", async () => {
    const body = { status: 200, success: true, event: "payment-link-transaction", data: "This is a test" };
    const headers = { "X-Signature": undefined, "X-Timestamp": undefined, Authorization: undefined };
    const error = (await parse(body, { headers }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "missing" });
    expect(error.hint).toContain("Test button");
  });

  test("any secret of the list may have signed; another account's may not", async () => {
    const both = createLinks(createClock(AT), { webhookSecrets: ["the-new-one", "the-old-one"] });
    for (const secret of ["the-new-one", "the-old-one"]) {
      expect((await both.parseWebhook("singapay", delivery(paid, { secret }))).isOk(), secret).toBe(true);
    }
    // A list of one's own takes the place of the client secret.
    for (const secret of [CLIENT_SECRET, "somebody-elses"]) {
      const error = (await both.parseWebhook("singapay", delivery(paid, { secret })))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
    }
  });

  test("a body whose bytes were hashed as they came verifies too", async () => {
    const text = JSON.stringify(paid, undefined, 1);
    expect((await parse(text, { hashed: text })).isOk()).toBe(true);
    expect((await parse(`${text} `, { hashed: text }))._unsafeUnwrapErr().kind).toBe("signature_invalid");
  });

  test("an empty object is signed as an empty list, and either spelling verifies", async () => {
    const body = { ...paid, data: { ...paid.data, extra: {} } };
    const swapped = JSON.stringify({ ...paid, data: { ...paid.data, extra: [] } });
    const signed = delivery(body);
    expect((await links.parseWebhook("singapay", signed)).isOk()).toBe(true);
    expect((await links.parseWebhook("singapay", { ...signed, body: swapped })).isOk()).toBe(true);
  });

  test.each(["75000.00", "75000.0", "75000", "7.5e4", "12345678901234567890"])(
    "a number that was signed as %s verifies, and another of it does not",
    async (written) => {
      const amount = JSON.stringify(transaction({ amount: "@" }));
      const text = amount.replace('"@"', written);
      const sorted = JSON.stringify(JSON.parse(amount, (_key, value: unknown) => sortedKeys(value)));
      const hashed = sorted.replace('"@"', written);
      expect((await parse(text, { hashed })).isOk()).toBe(true);
      const other = amount.replace('"@"', `${written}1`);
      expect((await parse(other, { hashed }))._unsafeUnwrapErr().kind).toBe("signature_invalid");
    },
  );

  test.each([["\u2028"], ["\u2029"]])(
    "a name with the line terminator %j verifies, escaped or not, and no other does",
    async (terminator) => {
      const customer = (name: string) => ({ ...paid, data: { ...paid.data, customer: { name } } });
      const body = customer(`Sari${terminator}Dewi`);
      const escape = terminator === "\u2028" ? "\\u2028" : "\\u2029";
      const hashed = canonical(body).replaceAll(terminator, escape);
      expect(hashed).toContain(escape);
      expect((await parse(body, { hashed })).isOk()).toBe(true);
      expect((await parse(body)).isOk()).toBe(true);
      const other = customer(`Sari${escape}Dewi`);
      expect((await parse(other, { hashed }))._unsafeUnwrapErr().kind).toBe("signature_invalid");
    },
  );

  test("prototype keys are signed like others", async () => {
    const text = JSON.stringify(paid).replace(/}$/, ',"__proto__":{"b":1,"a":{}},"constructor":1}');
    expect((await parse(text)).isOk()).toBe(true);
    const signed = delivery(text);
    const without = { ...signed, body: JSON.stringify(paid) };
    expect((await links.parseWebhook("singapay", without))._unsafeUnwrapErr().kind).toBe("signature_invalid");
    const changed = { ...signed, body: text.replace('"b":1', '"b":2') };
    expect((await links.parseWebhook("singapay", changed))._unsafeUnwrapErr().kind).toBe("signature_invalid");
  });

  test("whatever the body, it verifies with its own signature and not with a bit of it flipped", async () => {
    const body = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 0, max: 127 }), async (fields, place) => {
        const signed = delivery(JSON.stringify(fields));
        expect((await links.parseWebhook("singapay", signed)).isOk()).toBe(true);
        const signature = signed.headers["X-Signature"];
        const digit = (Number.parseInt(signature.charAt(place), 16) ^ 1).toString(16);
        const flipped = signature.slice(0, place) + digit + signature.slice(place + 1);
        const headers = { ...signed.headers, "X-Signature": flipped };
        expect((await links.parseWebhook("singapay", { ...signed, headers })).isErr()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("time", () => {
  const at = (nowMs: number) => createLinks(createClock(nowMs));

  const DAYS_30 = 30 * 86_400_000;

  test.each([
    // Both happened in production: github.com/theotheobeats/tokko-v2-backend, commits de23793 and efe25fc.
    ["a payment that comes five minutes and five seconds late", 305_000],
    ["one that is sent again by hand 47 hours later, with its first time", 47 * 3_600_000],
    ["one that is 30 days old", DAYS_30],
    ["five minutes early", -300_000],
  ])("%s is in time", async (_name, offset) => {
    const parsed = await at(AT + offset).parseWebhook("singapay", delivery(paid));
    expect(historyIn(parsed._unsafeUnwrap().observations[0]).isPaid).toBe(true);
  });

  test.each([
    ["a moment after 30 days", DAYS_30 + 1, "X-Timestamp is 30 days old", "webhookMaxAgeMs"],
    ["a year later", 31_536_000_000, "X-Timestamp is 365 days old", "webhookMaxAgeMs"],
    ["a moment too early, from the future", -300_001, "ahead of this machine's clock", "clock"],
    ["a day from the future", -86_400_000, "86400 s ahead", "clock"],
  ])("%s is signature_expired, answered like a forgery", async (_name, offset, message, hint) => {
    const error = (await at(AT + offset).parseWebhook("singapay", delivery(paid)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_expired", acknowledgement: { status: 401 } });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test("webhookMaxAgeMs sets how old, and nothing about the future", async () => {
    const parseAt = (offset: number) =>
      createLinks(createClock(AT + offset), { webhookMaxAgeMs: 900_000 }).parseWebhook("singapay", delivery(paid));
    expect((await parseAt(900_000)).isOk()).toBe(true);
    expect((await parseAt(900_001))._unsafeUnwrapErr()).toMatchObject({
      kind: "signature_expired",
      message: "X-Timestamp is 901 s old, and webhookMaxAgeMs accepts at most 900 s",
    });
    expect((await parseAt(-300_001))._unsafeUnwrapErr().kind).toBe("signature_expired");
  });

  test("the time of what nobody signed means nothing: a stale forgery is a forgery", async () => {
    const forged = delivery(paid, { secret: "somebody-elses" });
    expect((await at(AT + 365 * 86_400_000).parseWebhook("singapay", forged))._unsafeUnwrapErr().kind).toBe(
      "signature_invalid",
    );
  });
});

describe("deliveries that cannot be read", () => {
  test.each<[string, unknown, Readonly<Record<string, string>>?]>([
    ["an empty body", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a text", '"paid"'],
    ["JSON cut short", '{"status":200'],
    ["a form", "status=200", { "Content-Type": "application/x-www-form-urlencoded" }],
    ["JSON that says it is text", paid, { "Content-Type": "text/plain" }],
    ["5 MB", JSON.stringify({ ...paid, padding: "x".repeat(5_000_000) })],
  ])("%s: malformed_webhook, answered with 4xx", async (name, body, headers) => {
    const error = (await parse(body, { headers: headers ?? {} }))._unsafeUnwrapErr();
    const status = name === "5 MB" ? 413 : 400;
    expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status } });
  });

  test("only POST is a delivery", async () => {
    const parsed = await links.parseWebhook("singapay", { ...delivery(paid), method: "GET" });
    expect(parsed._unsafeUnwrapErr().kind).toBe("malformed_webhook");
  });

  test("a body nested deeper than its sender could read is no forgery's way in, and does not throw", async () => {
    const text = `{"data":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
    const error = (await parse(text, { hashed: "another body" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
    // The hash of its bytes is still a hash of its bytes.
    expect((await parse(text, { hashed: text })).isOk()).toBe(true);
  });

  test("no content type is taken for JSON", async () => {
    const { "Content-Type": _, ...headers } = delivery(paid).headers;
    expect((await links.parseWebhook("singapay", { ...delivery(paid), headers })).isOk()).toBe(true);
  });
});

describe("a payment", () => {
  test("what it says, with the answers that SingaPay wants", async () => {
    const parsed = (await parse(paid))._unsafeUnwrap();
    expect(parsed).toMatchObject({
      gateway: "singapay",
      acknowledgement: { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"success"}' },
      // 429 buys five retries, 503 four, 400 and 404 two, 500 one.
      retryLater: { status: 429 },
    });
    const [observation] = parsed.observations;
    expect(parsed.observations).toHaveLength(1);
    expect(observation).toMatchObject({
      kind: "history",
      trust: "partly_signed",
      linkCandidates: [{ id: "singapay:301", reference: "ORD-1001" }],
    });
    const history = historyIn(observation);
    expect(history).toMatchObject({
      id: "singapay:30170120260315101500",
      linkId: "singapay:301",
      reference: "ORD-1001",
      status: "paid",
      isPaid: true,
      amount: { amount: "75000", currency: "IDR" },
      paidAt: "2026-03-15T03:20:30.000Z",
      notes: [],
    });
    // The delivery never says which method was used.
    expect("method" in history).toBe(false);
    expect(history.raw).toEqual(paid);
    expect(JSON.stringify(parsed)).not.toContain("sari@");
  });

  test.each([
    ["payment-link-transaction"],
    ["payment_link_transaction"],
    ["payment_link.transaction"],
    ["Payment-Link-Transaction"],
    [undefined],
    [""],
    [7],
  ])("goes by the event %s, or by its shape where there is none", async (event) => {
    const { event: _, ...rest } = paid;
    const [observation] = await observe({ ...rest, ...(event !== undefined && { event }) });
    expect(historyIn(observation).isPaid).toBe(true);
  });

  test.each<[string, object]>([
    ["type pl alone", { transaction: paid.data["transaction"], payment: {} }],
    ["method payment_link alone", { ...paid.data, transaction: { ...paid.data["transaction"], type: "other" } }],
  ])("without an event, %s is enough", async (_name, data) => {
    const { event: _event, ...rest } = paid;
    expect(historyIn((await observe({ ...rest, data }))[0]).isPaid).toBe(true);
  });

  test.each([
    ["paid", "paid", true],
    ["PAID", "paid", true],
    ["settled", "settled", true],
    ["pending", "pending", false],
    ["failed", "failed", false],
    ["expired", "expired", false],
    ["unpaid", "unknown", false],
    ["constructor", "unknown", false],
    ["success", "unknown", false],
  ])("only the word of its status decides: %s is %s", async (word, status, isPaid) => {
    const history = historyIn((await observe(transaction({ status: word })))[0]);
    expect(history).toMatchObject({ status, isPaid });
    expect(history.notes).toEqual(status === "unknown" ? [`status=${word}`] : []);
  });

  test.each([
    [
      { value: "75000.00", currency: "IDR" },
      { amount: "75000", currency: "IDR" },
    ],
    [
      { value: 75000, currency: "IDR" },
      { amount: "75000", currency: "IDR" },
    ],
    [{ value: "75000.50" }, { amount: "75000.5", currency: "IDR" }],
    [
      { value: "10.5", currency: "USD" },
      { amount: "10.5", currency: "USD" },
    ],
    ["75000.00", { amount: "75000", currency: "IDR" }],
    [75000, { amount: "75000", currency: "IDR" }],
    [
      { value: "75000.00", currency: "idr" },
      { amount: "75000", currency: "IDR" },
    ],
    [
      { value: "75000.00", currency: null },
      { amount: "75000", currency: "IDR" },
    ],
    // No currency is SingaPay's one. One that cannot be read is not taken for it.
    [{ value: "10.5", currency: "US$" }, undefined],
    [{ value: "10.5", currency: 840 }, undefined],
    [{ value: "10.5", currency: "" }, undefined],
    [{ value: "many", currency: "IDR" }, undefined],
    [null, undefined],
    [[75000], undefined],
  ])("an amount of %j", async (amount, expected) => {
    const history = historyIn((await observe(transaction({ amount })))[0]);
    expect(history.isPaid).toBe(true);
    expect(history.amount).toEqual(expected);
  });

  test.each([
    ["15 Mar 2026 10:20:30", "2026-03-15T03:20:30.000Z"],
    ["1 Jan 2026 06:59:59", "2025-12-31T23:59:59.000Z"],
    ["29 feb 2028 00:00:00", "2028-02-28T17:00:00.000Z"],
    ["31 Dec 2026 23:59:59", "2026-12-31T16:59:59.000Z"],
    ["2026-03-15T10:20:30+07:00", "2026-03-15T03:20:30.000Z"],
    ["29 Feb 2026 00:00:00", undefined],
    ["31 Abc 2026 00:00:00", undefined],
    ["15 Mar 2026 25:00:00", undefined],
    ["15 March 2026 10:20:30", undefined],
    ["2026-03-15 10:20:30", undefined],
    ["", undefined],
    [null, undefined],
    [1773544830, undefined],
  ])("paid at %s", async (processed_timestamp, expected) => {
    const history = historyIn((await observe(transaction({ processed_timestamp })))[0]);
    expect(history.isPaid).toBe(true);
    expect(history.paidAt).toBe(expected);
  });

  test.each<[string, unknown]>([
    ["no payment", undefined],
    ["a payment without details", { method: "payment_link" }],
    ["details as a text", { method: "payment_link", additional_info: "{}" }],
    ["a link that is a number", { method: "payment_link", additional_info: { payment_link: 301 } }],
  ])("%s: the payment stands, without a link", async (_name, payment) => {
    const [observation] = await observe({ ...paid, data: { ...paid.data, payment } });
    const history = historyIn(observation);
    expect(history.isPaid).toBe(true);
    expect(history).not.toHaveProperty("linkId");
    expect(observation).toMatchObject({ linkCandidates: [] });
  });

  test("an account's number and other ids are not taken for the link's", async () => {
    const history = historyIn((await observe(paid))[0]);
    expect(JSON.stringify(history)).not.toContain('"35"');
  });

  test.each<[string, object]>([
    ["no reference", { reff_no: undefined }],
    ["a reference past what JSON numbers hold", { reff_no: Number("30170120260315101500") }],
  ])("%s: all that is sure is that the link and its histories should be read", async (_name, changes) => {
    expect(await observe(transaction(changes))).toEqual([
      { kind: "notice", gateway: "singapay", trust: "signed", resource: "link", id: "singapay:301" },
    ]);
  });

  test.each<[string, object]>([
    ["no status", { status: undefined }],
    ["a status that is a number", { status: 1 }],
  ])("%s: the payment should be read", async (_name, changes) => {
    expect(await observe(transaction(changes))).toEqual([
      {
        kind: "notice",
        gateway: "singapay",
        trust: "signed",
        resource: "history",
        id: "singapay:30170120260315101500",
      },
    ]);
  });

  test.each<[string, object]>([
    ["data as a text", { data: "paid" }],
    ["no data", { data: undefined }],
    ["an empty list for data", { data: [] }],
    ["a transaction that is a list, and no link", { data: { transaction: [paid.data["transaction"]] } }],
    ["a link without a number", { data: { payment: { additional_info: { payment_link: { id: 0 } } } } }],
  ])("%s: signed and about money, so that it is not acknowledged but asked for again", async (_name, changes) => {
    const error = (await parse({ ...paid, ...changes }))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      retryable: true,
      acknowledgement: { status: 429 },
      message: "the signature is valid, but the delivery is a payment without its own reference or a link",
    });
  });
});

describe("an inquiry", () => {
  test("tells the method that the payment will not, under the same identity", async () => {
    const [observation] = await observe(inquiry);
    const opened = historyIn(observation);
    expect(opened).toMatchObject({
      id: "singapay:30170120260315101500",
      status: "pending",
      isPaid: false,
      method: { kind: "retail", channel: "alfamart", raw: "Alfamart (Linkqu)" },
      amount: { amount: "75000", currency: "IDR" },
    });
    const payment = historyIn((await observe(paid))[0]);
    for (const merged of [mergeHistories(opened, payment), mergeHistories(payment, opened)]) {
      expect(merged).toMatchObject({
        status: "paid",
        isPaid: true,
        method: { kind: "retail", channel: "alfamart" },
        linkId: "singapay:301",
        conflicts: [],
      });
    }
  });

  test.each(["payment-link-inquiry", "payment_link.inquiry", "payment_link_inquiry"])("%s", async (event) => {
    expect(historyIn((await observe({ ...inquiry, event }))[0]).status).toBe("pending");
  });

  test.each(["payment-link-inquiry-expired", "payment_link.inquiry.expired"])(
    "%s is expired, though the row still reads pending",
    async (event) => {
      const history = historyIn((await observe(payment({ expired_at: "2026-03-16T10:15:00+07:00" }, event)))[0]);
      expect(history).toMatchObject({ status: "expired", isPaid: false, expiresAt: "2026-03-16T03:15:00.000Z" });
    },
  );

  test.each([
    ["16 Mar 2026 10:15:00", "2026-03-16T03:15:00.000Z"],
    ["2026-03-16T03:15:00.000000Z", "2026-03-16T03:15:00.000Z"],
    // Without a zone, and not in the form that is Jakarta's.
    ["2026-03-16 10:15:00", undefined],
    ["soon", undefined],
  ])("times of a payment in either form of webhooks: %s", async (text, expected) => {
    const times = { created_at: text, expired_at: text };
    const history = historyIn((await observe(payment(times, "payment_link.inquiry.expired")))[0]);
    expect(history.status).toBe("expired");
    expect(history.openedAt).toBe(expected);
    expect(history.expiresAt).toBe(expected);
    expect(history.record.attempts[0]?.facts.expired?.at).toBe(expected);
  });

  test("an expiry that comes after the payment takes nothing back", async () => {
    const expired = historyIn((await observe(payment({}, "payment_link.inquiry.expired")))[0]);
    const made = historyIn((await observe(paid))[0]);
    expect(mergeHistories(made, expired)).toMatchObject({ status: "paid", isPaid: true });
    expect(mergeHistories(expired, made)).toMatchObject({ status: "paid", isPaid: true });
  });

  test.each<[string, object, object]>([
    ["beside the payment", {}, { payment_link: { id: 301, reff_no: "ORD-1001" } }],
    ["in the payment", { payment_link: { id: 301, reff_no: "ORD-1001" } }, {}],
    ["in the payment by two fields", { payment_link_id: 301, payment_link_reff_no: "ORD-1001" }, {}],
  ])("a link that is named %s", async (_name, inside, beside) => {
    const body = payment(inside);
    const [observation] = await observe({ ...body, data: { ...body.data, ...beside } });
    expect(observation).toMatchObject({ linkCandidates: [{ id: "singapay:301", reference: "ORD-1001" }] });
    expect(historyIn(observation)).toMatchObject({ linkId: "singapay:301", reference: "ORD-1001" });
  });

  test("a link that is not named", async () => {
    expect((await observe(inquiry))[0]).toMatchObject({ kind: "history", linkCandidates: [] });
  });

  test("an amount in the payment goes before the one beside it", async () => {
    expect(historyIn((await observe(payment({ amount: "80000.00" })))[0]).amount?.amount).toBe("80000");
  });

  test("no word of status is no fact", async () => {
    const history = historyIn((await observe(payment({ status: undefined })))[0]);
    expect(history).toMatchObject({ status: "unknown", isPaid: false });
  });

  test.each<[string, object, object]>([
    ["no payment, but a link", { data: { payment_link: { id: 301 } } }, { kind: "notice", id: "singapay:301" }],
    ["a payment by 0 for a number", { data: { payment_link_history: { id: 0, reff_no: "A" } } }, { kind: "history" }],
  ])("%s", async (_name, changes, expected) => {
    expect(await observe({ ...inquiry, ...changes })).toMatchObject([expected]);
  });

  test("0 is no row's number: a payment is not asked for by it", async () => {
    const history = historyIn((await observe(payment({ id: 0, payment_link_id: 0 })))[0]);
    expect(history.record.otherIds).toEqual([]);
    expect(history).not.toHaveProperty("linkId");
  });

  test.each<[string, object]>([
    ["no payment and no link", { data: { amount: 1 } }],
    ["a payment without a reference", { data: { payment_link_history: { status: "pending" } } }],
    ["a payment that is a text", { data: { payment_link_history: "x" } }],
    ["nothing", { data: null }],
  ])("%s is asked for again", async (_name, changes) => {
    const error = (await parse({ ...inquiry, ...changes }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", retryable: true, acknowledgement: { status: 429 } });
  });
});

describe("batches", () => {
  const row = (index: number, changes: object = {}) => ({
    id: 9000 + index,
    reff_no: `ATT-${index}`,
    status: "expired",
    amount: "75000.00",
    payment_method_name: "QRIS",
    payment_link_reff_no: `ORD-${index}`,
    expired_at: "2026-03-15T10:00:00+07:00",
    ...changes,
  });
  const batch = (event: string, data: object) => ({ status: 200, success: true, event, data });

  test.each(["transaction-expiration", "transaction_expiration"])(
    "%s: twenty expiries in one delivery",
    async (event) => {
      const payment_link_histories = Array.from({ length: 20 }, (_, index) => row(index));
      const data = { payment_link_histories, virtual_account_transactions: [], qris_histories: [] };
      const observations = await observe(batch(event, data));
      expect(observations).toHaveLength(20);
      const histories = observations.map(historyIn);
      expect(new Set(histories.map((each) => each.id)).size).toBe(20);
      for (const [index, history] of histories.entries()) {
        expect(history).toMatchObject({
          id: `singapay:ATT-${index}`,
          reference: `ORD-${index}`,
          status: "expired",
          isPaid: false,
          method: { kind: "qris", raw: "QRIS" },
          record: {
            otherIds: [String(9000 + index)],
            attempts: [{ facts: { expired: { at: "2026-03-15T03:00:00.000Z" } } }],
          },
        });
      }
      expect(histories[0]?.raw).toEqual(row(0));
    },
  );

  test("rows whose words are older than the event are expired; those that were paid are paid", async () => {
    const rows = [row(1, { status: "pending" }), row(2, { status: undefined }), row(3, { status: "paid" })];
    const observations = await observe(batch("transaction-expiration", { payment_link_histories: rows }));
    expect(observations.map((each) => historyIn(each).status)).toEqual(["expired", "expired", "paid"]);
  });

  test("what is not about payment links is one unknown observation more", async () => {
    const data = { payment_link_histories: [row(1)], virtual_account_transactions: [{ id: 1 }], qris_histories: [] };
    expect(await observe(batch("transaction-expiration", data))).toMatchObject([
      { kind: "history" },
      { kind: "unknown", event: "transaction-expiration" },
    ]);
  });

  test.each<[string, object]>([
    ["nothing in it", { payment_link_histories: [], virtual_account_transactions: [], qris_histories: [] }],
    ["other rows alone", { virtual_account_transactions: [{ id: 1 }] }],
    ["no lists", {}],
    ["a text for a list", { payment_link_histories: "none" }],
  ])("a batch with %s is an unknown observation", async (_name, data) => {
    expect(await observe(batch("transaction-expiration", data))).toMatchObject([{ kind: "unknown" }]);
  });

  test("a row that cannot be read loses none of the others", async () => {
    const rows = [row(1), "garbage", null, { id: 7 }, row(2)];
    const observations = await observe(batch("transaction-expiration", { payment_link_histories: rows }));
    expect(observations.map((each) => each.kind)).toEqual(["history", "history", "unknown"]);
  });

  test("product-expiration names links to read, and nothing else is believed", async () => {
    const data = {
      payment_links: [{ id: 301, reff_no: "ORD-1001", status: "open" }, { id: "302" }, { reff_no: "ORD-3" }],
      virtual_accounts: [],
      qris_transactions: [],
    };
    expect(await observe(batch("product-expiration", data))).toMatchObject([
      { kind: "notice", resource: "link", trust: "signed", id: "singapay:301" },
      { kind: "notice", resource: "link", trust: "signed", id: "singapay:302" },
      { kind: "unknown", event: "product-expiration" },
    ]);
  });
});

describe("whose account a delivery is about", () => {
  const own = createLinks(createClock(AT), { accountNumber: "35" });
  const observeOwn = async (body: unknown) =>
    (await own.parseWebhook("singapay", delivery(body)))._unsafeUnwrap().observations;
  const accounts = (account: unknown, body: unknown = paid): unknown =>
    JSON.parse(JSON.stringify(body).replace('"account_id":35', `"account_id":${JSON.stringify(account)}`));
  const rows = (...payment_link_histories: readonly object[]) => ({
    event: "transaction-expiration",
    data: { payment_link_histories },
  });
  const foreign = { kind: "unknown", trust: "signed" } as const;

  test.each([[35], ["35"], [ACCOUNT], [ACCOUNT.toLowerCase()]])("%j is this gateway's: signed", async (account) => {
    expect(await observeOwn(accounts(account))).toMatchObject([{ kind: "history", trust: "signed" }]);
  });

  test.each([[36], ["36"], ["01K0DEMOACCOUNT0000000000B"]])("%j is another's: no history of ours", async (account) => {
    const observations = await observeOwn(accounts(account));
    expect(observations).toMatchObject([{ ...foreign, event: "payment-link-transaction" }]);
    expect(
      (await own.parseWebhook("singapay", delivery(accounts(account))))._unsafeUnwrap().acknowledgement.status,
    ).toBe(200);
  });

  test.each<[string, unknown]>([
    ["a number, where ours is not known", accounts(36)],
    ["none", accounts(null)],
    ["0", accounts(0)],
    ["a list", accounts([35])],
  ])("%s: partly signed, so that confirm asks", async (_name, body) => {
    expect(await observe(body)).toMatchObject([{ kind: "history", trust: "partly_signed" }]);
  });

  test("a ULID of another account is another's, whatever the number", async () => {
    expect(await observe(accounts("01K0DEMOACCOUNT0000000000B"))).toMatchObject([foreign]);
    expect(await observe(accounts(ACCOUNT))).toMatchObject([{ kind: "history", trust: "signed" }]);
  });

  test.each<[string, object]>([
    ["in an inquiry", { ...inquiry, data: { ...inquiry.data, account_id: 36 } }],
    ["in an inquiry's payment", payment({ account: { id: 36, name: "Other" } })],
    ["in a link beside an inquiry", { ...inquiry, data: { ...inquiry.data, payment_link: { id: 1, account_id: 36 } } }],
    ["around a payment", { ...paid, account_id: "36" }],
    ["in a row of a batch", rows({ reff_no: "A", account_id: 36 })],
    ["in an expired link", { event: "product-expiration", data: { payment_links: [{ id: 302, account_id: 36 }] } }],
    ["in a payment that cannot be read", { ...paid, data: { account_id: 36 } }],
  ])("another account %s", async (_name, body) => {
    expect(await observeOwn(body)).toMatchObject([foreign]);
  });

  test("in a batch each row stands for itself", async () => {
    const body = rows({ reff_no: "A", account_id: 35 }, { reff_no: "B", account_id: 36 }, { reff_no: "C" });
    expect(await observeOwn(body)).toMatchObject([
      { kind: "history", trust: "signed", history: { id: "singapay:A" } },
      { kind: "history", trust: "partly_signed", history: { id: "singapay:C" } },
      foreign,
    ]);
  });

  test("a link of another account is not found, though version 2 reads it by its id alone", async () => {
    const reading = startLinksV2(http);
    http.reply("GET", "/api/v2.0/payment-link/302", success(linkV2({ account: { id: "01K0DEMOACCOUNT0000000000B" } })));
    const error = (await reading.get("singapay:302"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "not_found", outcome: "refused" });
    expect(error.message).toContain("another account");
  });
});

describe("events about something else", () => {
  test.each([
    ["va-transaction"],
    ["qris-acquirer-transaction"],
    ["ewallet-native-transaction"],
    ["settlement.completed"],
    ["settlement.refunded"],
    ["settlement.refund_cancelled"],
    ["disbursement"],
    ["constructor"],
  ])("%s is acknowledged and unknown", async (event) => {
    const parsed = (await parse({ ...paid, event }))._unsafeUnwrap();
    expect(parsed.acknowledgement.status).toBe(200);
    expect(parsed.observations).toMatchObject([{ kind: "unknown", trust: "signed", event }]);
  });

  test.each<[string, object]>([
    ["a payment through something else", { data: { transaction: { type: "va", status: "paid", reff_no: "x" } } }],
    ["an empty body", {}],
  ])("no event, and %s", async (_name, body) => {
    expect(await observe({ status: 200, ...body })).toMatchObject([{ kind: "unknown", event: "(no event)" }]);
  });
});

describe("an event about payment links whose name nobody knows", () => {
  const named = (event: string, data: object = paid.data) => observe({ ...paid, event, data });

  test.each(["payment-link-transaction-v2", "payment_link.paid", "Payment-Link-Refund"])(
    "%s: what became of the payment is read, not believed",
    async (event) => {
      expect(await named(event)).toEqual([
        {
          kind: "notice",
          gateway: "singapay",
          trust: "signed",
          resource: "history",
          id: "singapay:30170120260315101500",
        },
      ]);
      expect(await named(event, inquiry.data)).toMatchObject([{ kind: "notice", resource: "history" }]);
    },
  );

  test("one that names a link alone: the link and its histories are read", async () => {
    const data = { ...paid.data, transaction: undefined };
    expect(await named("payment-link-transaction-v2", data)).toMatchObject([
      { kind: "notice", resource: "link", id: "singapay:301" },
    ]);
    expect(await named("payment-link-created", { payment_link: { id: 301 } })).toMatchObject([
      { kind: "notice", resource: "link", id: "singapay:301" },
    ]);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["a payment that cannot be read", { transaction: "paid", payment_link: 7 }],
  ])("one that names %s is acknowledged and unknown", async (_name, data) => {
    expect(await named("payment-link-news", data)).toMatchObject([{ kind: "unknown", event: "payment-link-news" }]);
  });

  test("one about another account is acknowledged and unknown", async () => {
    const own = createLinks(createClock(AT), { accountNumber: "36" });
    const body = { ...paid, event: "payment-link-transaction-v2" };
    const parsed = (await own.parseWebhook("singapay", delivery(body)))._unsafeUnwrap();
    expect(parsed.observations).toMatchObject([{ kind: "unknown", event: "payment-link-transaction-v2" }]);
  });
});

describe("confirm", () => {
  test("a payment that is proven to be this account's needs no question", async () => {
    const named = createLinks(createClock(AT), { accountNumber: "35" });
    const [observation] = (await named.parseWebhook("singapay", delivery(paid)))._unsafeUnwrap().observations;
    expect(observation?.trust).toBe("signed");
    expect((await named.confirm(observation as Observation))._unsafeUnwrap()).toBe(observation);
    expect(http.sent).toEqual([]);
  });

  describe("a payment whose delivery does not prove whose account it is", () => {
    const LIST = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc&reff_no=30170120260315101500`;
    const confirmWith = async (rows: readonly object[]) => {
      const reading = startLinks(http);
      http.reply("GET", LIST, success(rows, { pagination: { total_pages: 1 } }));
      return reading.confirm((await observe(paid))[0] as Observation);
    };

    test("is looked for among this account's payments", async () => {
      const confirmed = (await confirmWith([fixture("history")]))._unsafeUnwrap();
      expect(confirmed).toMatchObject({
        kind: "history",
        trust: "read",
        // The row names the link by its reference alone, the delivery by its number as well.
        history: { isPaid: true, linkId: "singapay:301", reference: "ORD-1001" },
        linkCandidates: [{ id: "singapay:301", reference: "ORD-1001" }],
      });
    });

    test("keeps to the link that the row names", async () => {
      const confirmed = (await confirmWith([{ ...fixture("history"), payment_link_reff_no: "ORD-7" }]))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ history: { reference: "ORD-7" }, linkCandidates: [{ reference: "ORD-7" }] });
      expect(confirmed).not.toHaveProperty("history.linkId");
    });

    test("has the link of its delivery where the row has no word on links, as that of the older pages", async () => {
      const { payment_link_reff_no: _, ...row } = fixture("history");
      expect((await confirmWith([row]))._unsafeUnwrap()).toMatchObject({
        history: { isPaid: true, linkId: "singapay:301", reference: "ORD-1001" },
        linkCandidates: [{ id: "singapay:301", reference: "ORD-1001" }],
      });
    });

    test("has none where the row says that there is none", async () => {
      const confirmed = (await confirmWith([{ ...fixture("history"), payment_link_reff_no: null }]))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ history: { isPaid: true }, linkCandidates: [] });
      expect(confirmed).not.toHaveProperty("history.reference");
    });

    test("that is another account's is not found, and never paid here", async () => {
      expect((await confirmWith([]))._unsafeUnwrapErr()).toMatchObject({ kind: "not_found" });
    });

    test("that is not found may be there later, or is of an account whose number the driver can be told", async () => {
      const error = (await confirmWith([]))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "not_found", retryable: true });
      expect(error.hint).toContain("accountNumber");
      const reading = createLinks(createClock(AT), { accountNumber: "35" });
      const unnamed = transaction({});
      const parsed = await reading.parseWebhook("singapay", delivery(withoutAccount(unnamed)));
      startLinks(http);
      http.reply("GET", LIST, success([], { pagination: { total_pages: 1 } }));
      const told = await reading.confirm(parsed._unsafeUnwrap().observations[0] as Observation);
      expect(told._unsafeUnwrapErr().hint).not.toContain("accountNumber");
    });

    test.each(["pending", "expired", "unpaid"])(
      "and which reads as %s yet is an error to try again, not an unpaid payment",
      async (status) => {
        const row = { ...fixture("history"), status, status_computed: status };
        const error = (await confirmWith([row]))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind: "reply_mismatch", retryable: true });
        expect(error.hint).toContain("retryLater");
      },
    );
  });

  test("a payment that could not be read whole comes with the link's histories", async () => {
    const [hinted] = await observe(transaction({ reff_no: undefined }));
    const reading = startLinks(http);
    for (let times = 0; times < 2; times += 1) {
      http.reply("GET", `${LINKS}/301`, success(link({ current_usage: 1, max_usage: 3 })));
    }
    const path = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc`;
    http.reply("GET", path, success([fixture("history")], { pagination: { total_pages: 1 } }));
    expect((await reading.confirm(hinted as Observation))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      link: { id: "singapay:301" },
      histories: [{ id: "singapay:30170120260315101500", isPaid: true, linkId: "singapay:301" }],
    });
  });

  const hint = { kind: "notice", gateway: "singapay", trust: "signed" } as const;

  test("confirm of a notice of a link returns the link", async () => {
    const reading = startLinks(http);
    // Once for itself and once for its histories, which are read although no use is counted.
    for (let times = 0; times < 2; times += 1) {
      http.reply("GET", `${LINKS}/301`, success(link({ status_computed: "expired" })));
    }
    const path = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc`;
    http.reply("GET", path, success([], { pagination: { total_pages: 1 } }));
    const confirmed = await reading.confirm({ ...hint, resource: "link", id: "singapay:301" });
    expect(confirmed._unsafeUnwrap()).toMatchObject({
      kind: "link",
      trust: "read",
      link: { status: "expired" },
      histories: [],
    });
  });

  test("confirm of a notice of a history returns the history and the links it may belong to", async () => {
    const reading = startLinks(http);
    const path = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc&reff_no=30170120260315101500`;
    http.reply("GET", path, success([fixture("history")]));
    const confirmed = await reading.confirm({ ...hint, resource: "history", id: "singapay:30170120260315101500" });
    expect(confirmed._unsafeUnwrap()).toMatchObject({
      kind: "history",
      trust: "read",
      history: { isPaid: true, method: { kind: "virtual_account", channel: "bri" } },
      linkCandidates: [{ reference: "ORD-1001" }],
    });
  });

  describe("by the number of its row, where a delivery told it", () => {
    const ROW = "/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A/9101";
    const LIST = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc&reff_no=30170120260315101500`;
    const expiry = {
      status: 200,
      success: true,
      event: "transaction-expiration",
      data: { payment_link_histories: [{ ...fixture("history"), status: "pending", status_computed: "pending" }] },
    };
    /** As if somebody had let the delivery in unsigned. */
    const doubted = async (body: unknown): Promise<Observation> => {
      const [observation] = await observe(body);
      return { ...observation, trust: "unsigned" } as Observation;
    };

    test("the exact request: one row, and no search", async () => {
      const reading = startLinks(http);
      http.reply("GET", ROW, success(fixture("history")));
      const confirmed = (await reading.confirm(await doubted(expiry)))._unsafeUnwrap();
      expect(confirmed).toMatchObject({
        kind: "history",
        trust: "read",
        history: { id: "singapay:30170120260315101500", isPaid: true },
        linkCandidates: [{ reference: "ORD-1001" }],
      });
      expect(callsOf(http).map((each) => each.path)).toEqual([ROW]);
    });

    test.each<[string, Parameters<typeof http.reply>[2]]>([
      ["a number that SingaPay no longer knows", { status: 404, body: fixture("error-404") }],
      ["a row of somebody else's", success({ ...fixture("history"), reff_no: "ANOTHER" })],
      ["a row that cannot be read", success({ id: 9101 })],
      ["a row that is none", success([])],
    ])("%s: the payment is searched for by its reference", async (_name, reply) => {
      const reading = startLinks(http);
      http.reply("GET", ROW, reply);
      http.reply("GET", LIST, success([fixture("history")]));
      const confirmed = (await reading.confirm(await doubted(expiry)))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ kind: "history", trust: "read", history: { isPaid: true } });
    });

    test("a refusal is the answer", async () => {
      const reading = startLinks(http);
      http.reply("GET", ROW, refusal(403));
      expect((await reading.confirm(await doubted(expiry)))._unsafeUnwrapErr().kind).toBe("forbidden");
    });

    test("a payment, which tells no number, is searched for", async () => {
      const reading = startLinks(http);
      http.reply("GET", LIST, success([fixture("history")]));
      const confirmed = (await reading.confirm(await doubted(paid)))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ history: { method: { kind: "virtual_account", channel: "bri" } } });
    });
  });

  test("a payment gets its method from the row that a read gives, whichever comes first", async () => {
    const reading = startLinks(http);
    const path = `/api/v1.0/payment-link-histories/01K0DEMOACCOUNT0000000000A?page=1&per_page=100&sort_by=id&sort_order=desc&reff_no=30170120260315101500`;
    http.reply("GET", path, success([fixture("history")]));
    const payment = historyIn((await observe(paid))[0]);
    expect(payment).not.toHaveProperty("method");
    const read = (await reading.getHistory(payment.id))._unsafeUnwrap();
    for (const merged of [mergeHistories(payment, read), mergeHistories(read, payment)]) {
      expect(merged).toMatchObject({
        id: payment.id,
        linkId: "singapay:301",
        isPaid: true,
        method: { kind: "virtual_account", channel: "bri" },
        conflicts: [],
      });
    }
  });

  test.each([
    ["404", refusal(404), "not_found"],
    ["another link", success(link({ id: 302 })), "reply_mismatch"],
    ["HTML", { body: "<html></html>" }, "malformed_response"],
  ])("%s: an error, and nothing is taken for known", async (_name, reply, kind) => {
    const reading = startLinks(http);
    http.reply("GET", `${LINKS}/301`, reply);
    const confirmed = await reading.confirm({ ...hint, resource: "link", id: "singapay:301" });
    expect(confirmed._unsafeUnwrapErr().kind).toBe(kind);
  });
});

test("whatever a signed body holds, nothing throws and nothing unpaid is paid", async () => {
  const word = fc.constantFrom(
    "paid",
    "pending",
    "expired",
    "x",
    "payment_link",
    "pl",
    "__proto__",
    "301",
    301,
    null,
    true,
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      word,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.record(
        Object.fromEntries(
          [
            "transaction",
            "payment",
            "additional_info",
            "payment_link",
            "payment_link_history",
            "payment_link_histories",
            "payment_links",
            "reff_no",
            "status",
            "type",
            "method",
            "amount",
            "id",
          ].map((name) => [name, tie("value")]),
        ),
        { requiredKeys: [] },
      ),
    ),
  }));
  const event = fc.constantFrom(
    "payment-link-transaction",
    "payment_link.inquiry",
    "payment_link.inquiry.expired",
    "transaction-expiration",
    "product-expiration",
    undefined,
  );
  await fc.assert(
    fc.asyncProperty(event, value, async (name, data) => {
      const text = JSON.stringify({ event: name, data });
      const parsed = await parse(text);
      if (parsed.isErr()) {
        expect(parsed.error).toMatchObject({ kind: "malformed_webhook", retryable: true });
        return;
      }
      const { observations } = parsed.value;
      expect(observations.length).toBeGreaterThan(0);
      const isPaid = observations.some((each) => each.kind === "history" && each.history.isPaid);
      if (isPaid) expect(text).toContain('"status":"paid"');
    }),
    { numRuns: 300 },
  );
});

const withoutAccount = (body: unknown): unknown => JSON.parse(JSON.stringify(body).replace(/,"account_id":35/, ""));

const reversed = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toReversed())
    : value;

const sortedKeys = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

test.each([["0.00"], ["0"], ["-75000.00"]])("a signed amount of %s is no payment, and says so", async (value) => {
  const [observation] = await observe(transaction({ amount: { value, currency: "IDR" } }));
  const history = historyIn(observation);
  expect(history.isPaid).toBe(false);
  expect(history.notes.join()).toMatch(/with amount=/);
});

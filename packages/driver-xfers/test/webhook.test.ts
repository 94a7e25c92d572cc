import { mergeHistories, type Observation } from "@tautan/core";
import { historyRecord } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver } from "@tautan/driver-xfers";
import { describe, expect, test } from "vitest";
import {
  API,
  createLinks,
  delivery,
  fixture,
  fixtureText,
  ID,
  LINK_PATH,
  linkBody,
  NOW,
  OPTIONS,
  SIGNING_SECRET,
  signatureOf,
} from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
type Headers = Record<string, string | readonly string[] | undefined>;
const parse = (body: unknown, headers: Headers = {}) => links.parseWebhook("xfers", delivery(body, headers));
const observationIn = async (body: unknown): Promise<Observation> => {
  const [observation, ...others] = (await parse(body))._unsafeUnwrap().observations;
  if (!observation || others.length > 0) throw new Error("expected exactly one observation");
  return observation;
};
const historyIn = (observation: Observation | undefined) => {
  if (observation?.kind !== "history") throw new Error(`expected a history, got ${observation?.kind}`);
  return observation.history;
};

const A = '{"id":"contract_12345678"}';
const B = `{"data":{"id":"${ID}","type":"payment_links","attributes":{"status":"paid","amount":"10000.0","referenceId":"ORDER-1"}}}`;
const C = `{"data":{"id":"${ID}","type":"payment_links","attributes":{"status":"completed","amount":"10000.0","referenceId":"ORDER-1","description":"Tom \\u0026 Jerry"}}}`;
const SIGNATURE_A = "6b79486fadb4b37c3020f47a868de02d953c96609041015c0e1dd415fc9f29b2";
const SIGNATURE_B = "268236ddc1ce7fb14dc7d5160319999895358a7ac0680b5d2667f851d2e03804";
const SIGNATURE_C = "ca9e28ad974347c20378a5ef07f2458c1f7de9b013cd87d4d12a5aa8bca91a76";

describe("signature", () => {
  test("vector A: the page's own body is genuine, but says nothing about a payment link", async () => {
    expect(A).toHaveLength(26);
    const error = (await parse(A, { "xfers-signature": SIGNATURE_A }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status: 400 } });
    expect(error.message).toContain("data.type");
  });

  test.each([
    ["B", B, 159, SIGNATURE_B, "paid"],
    ["C, with an escape in it", C, 197, SIGNATURE_C, "settled"],
  ])("vector %s", async (_name, body, length, signature, status) => {
    expect(body).toHaveLength(length);
    const parsed = (await parse(body, { "xfers-signature": signature }))._unsafeUnwrap();
    expect(historyIn(parsed.observations[0])).toMatchObject({ status, isPaid: true });
    // The same digest in capitals is the same digest.
    expect((await parse(body, { "xfers-signature": signature.toUpperCase() })).isOk()).toBe(true);
  });

  test("vector: C parsed and written again does not fit C's signature, and is told apart from a forgery", async () => {
    const rewritten = JSON.stringify(JSON.parse(C));
    expect(rewritten).toHaveLength(192);
    expect(signatureOf(rewritten)).toBe("a36650f43204546558c8ebd053598beb477c6245ce8945eff019c9e143c46a04");
    const error = (await parse(rewritten, { "xfers-signature": SIGNATURE_C }))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "signature_invalid",
      problem: "body_reserialised",
      acknowledgement: { status: 401 },
    });
    expect(error.hint).toMatch(/raw body/);
  });

  test("vector: B in two-space JSON does not fit B's signature, and is told apart from a forgery", async () => {
    const rewritten = JSON.stringify(JSON.parse(B), null, 2);
    expect(rewritten).toHaveLength(214);
    expect(signatureOf(rewritten)).toBe("577333bf54416cb786c2ead3605adee67a0e58be5140dd60044eee46a46b3d8d");
    const error = (await parse(rewritten, { "xfers-signature": SIGNATURE_B }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "body_reserialised" });
  });

  test("a body that was written without the two spaces it was signed with is told apart too", async () => {
    const signed = JSON.stringify(JSON.parse(B), null, 2);
    const error = (await parse(B, { "xfers-signature": signatureOf(signed) }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "body_reserialised" });
  });

  test.each([
    ["a changed status", B.replace("paid", "completed")],
    ["a changed amount", B.replace("10000.0", "10000.1")],
    ["a changed id", B.replace("00112233", "99112233")],
    ["one more space at the end", `${B} x`],
    ["one byte less", B.slice(0, -1)],
    ["an empty body", ""],
  ])("%s is a mismatch", async (_name, body) => {
    const error = (await parse(body, { "xfers-signature": SIGNATURE_B }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch", acknowledgement: { status: 401 } });
  });

  test("bytes that are not ASCII are signed as they came", async () => {
    const body = JSON.stringify(linkBody({ status: "paid", customerName: "Zoë 佐藤 😀" }));
    const parsed = await links.parseWebhook("xfers", {
      ...delivery(body),
      body: new TextEncoder().encode(body),
    });
    expect(parsed.isOk()).toBe(true);
    expect((await parse(body)).isOk()).toBe(true);
  });

  test("any of several secrets may fit, and none of another account", async () => {
    const both = createLinks({ signingSecrets: ["ss_accept", "ss_send"] });
    for (const secret of ["ss_accept", "ss_send"]) {
      const parsed = await both.parseWebhook("xfers", delivery(B, { "xfers-signature": signatureOf(B, secret) }));
      expect(parsed.isOk()).toBe(true);
    }
    for (const secret of [SIGNING_SECRET, "ss_accept,ss_send", "secret_abc", ""]) {
      const parsed = await both.parseWebhook("xfers", delivery(B, { "xfers-signature": signatureOf(B, secret) }));
      expect(parsed._unsafeUnwrapErr()).toMatchObject({ problem: "mismatch" });
    }
  });

  test.each<[string, Headers]>([
    ["Xfers-Signature with capitals", { "xfers-signature": undefined, "Xfers-Signature": SIGNATURE_B }],
    ["X-Xfers-Signature in its place", { "xfers-signature": undefined, "x-xfers-signature": SIGNATURE_B }],
    ["both, and they agree", { "x-xfers-signature": SIGNATURE_B }],
    ["both, and they agree but for capitals", { "x-xfers-signature": SIGNATURE_B.toUpperCase() }],
    ["one header twice, and they agree", { "xfers-signature": [SIGNATURE_B, SIGNATURE_B] }],
    ["white space around it", { "xfers-signature": ` ${SIGNATURE_B} ` }],
  ])("%s is read", async (_name, headers) => {
    expect((await parse(B, headers)).isOk()).toBe(true);
  });

  test.each<[string, Headers, string]>([
    ["no header", { "xfers-signature": undefined }, "missing"],
    ["a header of another name", { "xfers-signature": undefined, "x-fazz-signature": SIGNATURE_B }, "missing"],
    ["an empty header", { "xfers-signature": "" }, "malformed"],
    ["a signature cut short", { "xfers-signature": SIGNATURE_B.slice(1) }, "malformed"],
    ["a signature with one digit more", { "xfers-signature": `${SIGNATURE_B}0` }, "malformed"],
    ["a prefix", { "xfers-signature": `sha256=${SIGNATURE_B}` }, "malformed"],
    ["Base64", { "xfers-signature": Buffer.from(SIGNATURE_B, "hex").toString("base64") }, "malformed"],
    ["both headers, and they differ", { "x-xfers-signature": SIGNATURE_C }, "malformed"],
    ["both headers, one of them empty", { "x-xfers-signature": "" }, "malformed"],
    ["one header twice, and they differ", { "xfers-signature": [SIGNATURE_B, SIGNATURE_C] }, "malformed"],
    ["the signature of another body", { "xfers-signature": SIGNATURE_C }, "mismatch"],
    ["64 digits of nothing", { "xfers-signature": "0".repeat(64) }, "mismatch"],
  ])("%s is refused with the answer for forgeries", async (_name, headers, problem) => {
    const error = (await parse(B, headers))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "signature_invalid",
      problem,
      acknowledgement: { status: 401 },
      operation: "parseWebhook",
      retryable: false,
    });
    expect(error.hint).not.toBe("");
    expectToHide(error, [SIGNING_SECRET, SIGNATURE_B, "10000.0", "ORDER-1"]);
  });

  test.each([
    ["deep nesting", `{"data":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
    ["a large body", JSON.stringify({ padding: "x".repeat(65_000) })],
  ])("%s with a forged signature is a mismatch and no fault of the driver", async (_name, body) => {
    const error = (await parse(body, { "xfers-signature": SIGNATURE_B }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
    expect(error.hint).not.toMatch(/fault in the driver/);
  });
});

describe("deliveries that cannot be read", () => {
  test.each<[string, unknown, Headers?]>([
    ["an empty body", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["JSON cut short", '{"data":'],
    ["JSON in a text", JSON.stringify(JSON.stringify(linkBody()))],
    ["a form", "data=paid", { "content-type": "application/x-www-form-urlencoded" }],
    ["JSON that says it is text", linkBody({ status: "paid" }), { "content-type": "text/plain" }],
    ["no data", {}],
    ["data that is a list", { data: [] }],
    ["no type", { data: { id: ID, attributes: {} } }],
    ["a type that is a number", { data: { id: ID, type: 7 } }],
    ["no id", linkBody({ status: "paid" }, null)],
    ["no attributes", { data: { id: ID, type: "payment_links" } }],
    ["no status", linkBody({ status: undefined })],
    ["no amount", linkBody({ status: "paid", amount: undefined })],
    ["an amount in words", linkBody({ status: "paid", amount: "many" })],
    ["a fraction of a rupiah", linkBody({ status: "paid", amount: "10000.5" })],
    ["5 MB", linkBody({ status: "paid", padding: "x".repeat(5_000_000) })],
  ])("%s: malformed_webhook, answered with 4xx", async (name, body, headers) => {
    const error = (await parse(body, headers))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      acknowledgement: { status: name === "5 MB" ? 413 : 400 },
      operation: "parseWebhook",
    });
    expect(error.hint).not.toMatch(/fault in the driver/);
    expectToHide(error, ["sari@example.test", "Sari Dewi", SIGNING_SECRET]);
  });

  test.each([[undefined], ["application/json; charset=utf-8"], ["application/vnd.api+json"]])(
    "the content type %s is read",
    async (type) => {
      expect((await parse(linkBody({ status: "paid" }), { "content-type": type })).isOk()).toBe(true);
    },
  );

  test("a forgery is a forgery first, whatever its content type", async () => {
    const error = (await parse(B, { "content-type": "text/plain", "xfers-signature": undefined }))._unsafeUnwrapErr();
    expect(error.kind).toBe("signature_invalid");
  });

  test("only POST is a delivery", async () => {
    const parsed = await links.parseWebhook("xfers", { ...delivery(B), method: "GET" });
    expect(parsed._unsafeUnwrapErr().kind).toBe("malformed_webhook");
  });
});

describe("what a callback says", () => {
  const SAMPLE_ID = "paymentlink_fd65953f01a9de1364fe899d2722f255";

  test.each([
    ["callback-paid", "paid"],
    ["callback-completed", "settled"],
  ])("the documented %s, byte for byte", async (name, status) => {
    const parsed = (await parse(fixtureText(name)))._unsafeUnwrap();
    expect(parsed).toMatchObject({
      gateway: "xfers",
      acknowledgement: { status: 200, body: null },
      retryLater: { status: 503 },
    });
    const [observation] = parsed.observations;
    expect(observation).toMatchObject({
      kind: "history",
      trust: "signed",
      // The sample's reference is not the one its link was made with, so the id comes first.
      linkCandidates: [{ id: `xfers:${SAMPLE_ID}`, reference: "Payment_link_test_05122021_1" }],
    });
    const history = historyIn(observation);
    expect(history).toMatchObject({
      id: `xfers:${SAMPLE_ID}%231`,
      linkId: `xfers:${SAMPLE_ID}`,
      reference: "Payment_link_test_05122021_1",
      status,
      isPaid: true,
      amount: { amount: "10000", currency: "IDR" },
    });
    for (const field of ["method", "paidAt", "settledAt"]) expect(history).not.toHaveProperty(field);
    expect(history.raw).toEqual(fixture(name));
  });

  test.each([
    ["paid", "paid", true],
    ["Paid", "paid", true],
    ["completed", "settled", true],
    ["COMPLETED", "settled", true],
    ["failed", "failed", false],
  ])("%s is news of the payment", async (word, status, isPaid) => {
    const observation = await observationIn(linkBody({ status: word }));
    expect(observation).toMatchObject({ kind: "history", trust: "signed" });
    expect(historyIn(observation)).toMatchObject({ status, isPaid, providerId: `${ID}#1` });
  });

  test.each([["refunded"], ["disputed"], ["constructor"]])(
    "%s, which is not known, is news of the payment that says so, and takes nothing back by itself",
    async (word) => {
      const history = historyIn(await observationIn(linkBody({ status: word })));
      expect(history).toMatchObject({ status: "unknown", isPaid: false, notes: [`status=${word}`] });
      const paid = historyIn(await observationIn(linkBody({ status: "paid" })));
      for (const joined of [mergeHistories(paid, history), mergeHistories(history, paid)]) {
        expect(joined).toMatchObject({ status: "paid", isPaid: true, notes: [`status=${word}`] });
      }
    },
  );

  test("a payment without a reference is known by its link's id", async () => {
    const observation = await observationIn(linkBody({ status: "paid", referenceId: null }));
    expect(observation).toMatchObject({ kind: "history", linkCandidates: [{ id: `xfers:${ID}` }] });
    expect(historyIn(observation)).not.toHaveProperty("reference");
  });

  test.each([
    ["pending", "active"],
    ["processing", "active"],
    ["expired", "expired"],
    ["cancelled", "closed"],
    ["draft", "draft"],
  ])("%s is news of the link", async (word, status) => {
    const observation = await observationIn(linkBody({ status: word }));
    expect(observation).toEqual({
      kind: "link",
      gateway: "xfers",
      trust: "signed",
      link: {
        id: `xfers:${ID}`,
        gateway: "xfers",
        providerId: ID,
        reference: "ORDER-1",
        url: `https://id-payment-link.xfers.com/${ID}`,
        status,
        acceptsPayments: status === "active",
        title: "Order Number 0001",
        amount: { amount: "10000", currency: "IDR" },
        usage: { limit: 1, used: 0, held: 0 },
        expiresAt: "2021-12-06T09:00:00.000Z",
        createdAt: "2021-12-05T15:05:26.000Z",
        customer: { name: "Sari Dewi", email: "sari@example.test", phone: "081100000001" },
        warnings: [],
      },
    });
  });

  test.each([
    ["an address", { status: "expired", paymentLinkUrl: undefined }],
    ["a reference", { status: "cancelled", referenceId: undefined }],
  ])("news of a link without %s says to read the link, which confirm does", async (_name, changes) => {
    const observation = await observationIn(linkBody(changes));
    expect(observation).toEqual({
      kind: "notice",
      gateway: "xfers",
      trust: "signed",
      resource: "link",
      id: `xfers:${ID}`,
    });
    // Once for the link, and once for its histories.
    for (const _ of [1, 2]) http.reply("GET", LINK_PATH, { body: linkBody({ status: changes.status }) });
    expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      trust: "read",
      link: { id: `xfers:${ID}` },
    });
  });

  test.each([
    ["payment", { id: "contract_00112233445566778899aabbccddeeff", type: "payment", attributes: { status: "paid" } }],
    ["payment_link", { id: ID, type: "payment_link", attributes: { status: "paid" } }],
    ["Payment_Links", { id: ID, type: "Payment_Links", attributes: { status: "paid" } }],
    ["disbursement", { type: "disbursement" }],
    ["constructor", { type: "constructor" }],
  ])("the type %s is a value to acknowledge, never a payment", async (type, data) => {
    const parsed = (await parse({ data }))._unsafeUnwrap();
    expect(parsed.acknowledgement.status).toBe(200);
    expect(parsed.observations).toEqual([{ kind: "unknown", gateway: "xfers", trust: "signed", event: type }]);
    expect(parsed.observations[0]).toHaveProperty("raw", { data });
  });

  test("in whatever order and however often they come, completed and paid are one settled payment", async () => {
    const paid = historyIn(await observationIn(linkBody({ status: "paid" })));
    const completed = historyIn(await observationIn(linkBody({ status: "completed" })));
    const failed = historyIn(await observationIn(linkBody({ status: "failed" })));
    expect(mergeHistories(paid, completed)).toMatchObject({ status: "settled", isPaid: true });
    expect(mergeHistories(completed, paid)).toBe(completed);
    expect(mergeHistories(paid, paid)).toBe(paid);
    // A payment beats a soft end, in either order.
    expect(mergeHistories(failed, paid)).toMatchObject({ status: "paid", isPaid: true });
    expect(mergeHistories(paid, failed)).toMatchObject({ status: "paid", isPaid: true });
  });
});

describe("confirm", () => {
  test("a signed callback stands as it is, without a request", async () => {
    const observation = await observationIn(B);
    expect((await links.confirm(observation))._unsafeUnwrap()).toBe(observation);
    expect(http.sent).toEqual([]);
  });

  /** The same news from a source that proves nothing, as a ledger may keep it. */
  const unproven = async (): Promise<Observation> => {
    const observation = await observationIn(B);
    return { ...observation, trust: "unsigned" };
  };

  test.each([
    ["paid", "paid", true],
    ["completed", "settled", true],
    ["failed", "failed", false],
    // Whoever was told of a payment learns that there is none: an answer, not an error to ask again about.
    ["pending", "pending", false],
    ["processing", "pending", false],
    ["expired", "expired", false],
    ["cancelled", "cancelled", false],
    ["draft", "unknown", false],
    ["teleported", "unknown", false],
  ])("news of a payment is answered by the link, which reads %s", async (word, status, isPaid) => {
    http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
    const confirmed = (await links.confirm(await unproven()))._unsafeUnwrap();
    expect(confirmed).toMatchObject({
      kind: "history",
      trust: "read",
      linkCandidates: [{ id: `xfers:${ID}`, reference: "ORDER-1" }],
    });
    expect(historyIn(confirmed)).toMatchObject({ id: `xfers:${ID}%231`, status, isPaid });
    expect(historyIn(confirmed).notes).toEqual(word === "teleported" ? ["status=teleported"] : []);
    expect(http.sent).toHaveLength(1);
  });

  test("news of a link is answered by the link", async () => {
    const observation = {
      ...(await observationIn(linkBody({ status: "cancelled" }))),
      trust: "unsigned",
    } as Observation;
    // The link, and its histories.
    for (const _ of [1, 2]) http.reply("GET", LINK_PATH, { body: linkBody({ status: "paid" }) });
    expect((await links.confirm(observation))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      trust: "read",
      link: { status: "exhausted" },
      histories: [{ status: "paid" }],
    });
  });

  test.each([
    ["404", { status: 404 }, "not_found"],
    ["another link", { body: linkBody({ status: "paid" }, "paymentlink_other") }, "reply_mismatch"],
    ["HTML", { body: "<html></html>" }, "malformed_response"],
    ["401", { status: 401 }, "unauthenticated"],
    ["500", { status: 500 }, "unavailable"],
  ])("%s: an error, and nothing is taken for paid", async (_name, reply, kind) => {
    http.reply("GET", LINK_PATH, reply);
    expect((await links.confirm(await unproven()))._unsafeUnwrapErr().kind).toBe(kind);
  });

  test("a history whose id is none of ours is not_found without a request", async () => {
    const driver = createXfersDriver(OPTIONS);
    const subject = {
      kind: "history",
      providerId: ID,
      record: historyRecord({ providerId: ID, trust: "unsigned" }),
    } as const;
    const confirmed = await driver.handlers.confirm(subject, {
      clock: { now: () => NOW },
      signal: AbortSignal.timeout(1000),
    });
    expect(confirmed._unsafeUnwrapErr()).toMatchObject({ kind: "not_found", outcome: "not_sent" });
    expect(http.sent).toEqual([]);
  });
});

test.each([["0.0"], ["0"], ["-10000.0"]])("a signed amount of %s is no payment", async (amount) => {
  for (const status of ["paid", "completed"]) {
    const error = (await parse(linkBody({ status, amount })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook" });
    expect(error.message).toContain("data.attributes.amount");
  }
});

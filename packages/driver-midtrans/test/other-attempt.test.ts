// Get Status by an order id tells the latest try alone. What a notification told of an earlier one must not be lost with it.
import type { Observation, PaymentLinkHistory } from "@tautan/core";
import { type MockReply, mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, notification } from "./support.ts";

const http = mockHttp(API);
const links = createLinks();
const OWN = "INV-001-1767225600123";
const FIRST = "11111111-2222-4333-8444-555555555555";
const SECOND = "22222222-3333-4444-8555-666666666666";
const UNKNOWN: MockReply = {
  body: { status_code: "404", status_message: "Transaction doesn't exist.", id: "0f6c0000" },
};
const PENDING = { transaction_status: "pending", status_code: "201", settlement_time: undefined };
const DENIED = { transaction_status: "deny", status_code: "202", settlement_time: undefined };

const observe = async (changes: Record<string, unknown> = {}): Promise<Observation> =>
  (await links.parseWebhook("midtrans", delivery(notification(changes))))
    ._unsafeUnwrap()
    .observations.at(0) as Observation;
const historyIn = (observation: Observation): PaymentLinkHistory => {
  if (observation.kind !== "history") throw new Error(`expected a history, got ${observation.kind}`);
  return observation.history;
};
const status = (changes: Record<string, unknown> = {}): MockReply => {
  const { signature_key: _, ...body } = notification(changes);
  return { body };
};

const requests = () => http.sent.map((each) => each.path);
const BY_ORDER = `/v2/${OWN}/status`;
const BY_FIRST = `/v2/${FIRST}/status`;

describe("a payment by an earlier try than the latest", () => {
  test.each<[string, Record<string, unknown>]>([
    ["still open", { ...PENDING, payment_type: "gopay" }],
    ["denied", { ...DENIED, payment_type: "credit_card" }],
    ["expired", { ...PENDING, transaction_status: "expire", status_code: "407" }],
  ])("is paid, where the latest is %s", async (_name, latest) => {
    http.reply("GET", BY_ORDER, status({ ...latest, transaction_id: SECOND }));
    http.reply("GET", BY_FIRST, status());
    const history = historyIn((await links.confirm(await observe()))._unsafeUnwrap());
    expect(history).toMatchObject({ id: `midtrans:${OWN}`, reference: "INV-001", isPaid: true });
    expect(history.record.attempts.map(({ id }) => id)).toEqual([FIRST]);
  });

  test("is asked for in the form of BI-SNAP where the other does not know it", async () => {
    http.reply("GET", BY_ORDER, status({ ...PENDING, transaction_id: SECOND }));
    http.reply("GET", BY_FIRST, UNKNOWN);
    http.reply("GET", BY_FIRST, status({ payment_type: "dana" }));
    expect(historyIn((await links.confirm(await observe()))._unsafeUnwrap()).isPaid).toBe(true);
    expect(http.sent.map((each) => each.headers.get("transaction-source"))).toEqual([null, null, "SNAP_API"]);
  });

  test("that was taken back is taken back", async () => {
    http.reply("GET", BY_ORDER, status({ ...PENDING, transaction_id: SECOND }));
    http.reply("GET", BY_FIRST, status({ transaction_status: "deny", status_code: "202" }));
    const denied = await observe({ transaction_status: "deny", status_code: "202" });
    expect(historyIn((await links.confirm(denied))._unsafeUnwrap())).toMatchObject({ status: "reversed" });
  });

  test.each<[string, MockReply]>([
    ["is not known", UNKNOWN],
    ["is of another order", status({ order_id: "INV-002-1767225600999", custom_field1: "INV-002" })],
    ["is of another order that is not named", status({ order_id: FIRST, custom_field1: "INV-002" })],
  ])("whose id %s is asked about again, and is not paid", async (_name, reply) => {
    http.reply("GET", BY_ORDER, status({ ...PENDING, transaction_id: SECOND }));
    http.reply("GET", BY_FIRST, reply);
    if (reply === UNKNOWN) http.reply("GET", BY_FIRST, reply);
    const error = (await links.confirm(await observe()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", retryable: true });
    expect(error.hint).toContain("retryLater");
  });

  test("is asked about again where that cannot be read just now", async () => {
    http.reply("GET", BY_ORDER, status({ ...PENDING, transaction_id: SECOND }));
    http.reply("GET", BY_FIRST, { status: 500 });
    expect((await links.confirm(await observe()))._unsafeUnwrapErr()).toMatchObject({ kind: "unavailable" });
  });
});

describe("one request is enough", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["the latest try is paid", DENIED, {}],
    ["the notification tells no money", PENDING, { ...DENIED, payment_type: "credit_card" }],
    ["a card was refused", { ...DENIED, payment_type: "credit_card" }, PENDING],
  ])("where %s", async (_name, told, latest) => {
    http.reply("GET", BY_ORDER, status({ ...latest, transaction_id: SECOND }));
    await links.confirm(await observe(told));
    expect(requests()).toEqual([BY_ORDER]);
  });
});

describe("a payment that Midtrans does not know", () => {
  const GONE: MockReply = { status: 404, body: { error_messages: ["not found"] } };

  test("may be known later: asked about again", async () => {
    http.reply("GET", BY_ORDER, UNKNOWN);
    http.reply("GET", BY_FIRST, UNKNOWN);
    http.reply("GET", "/v1/payment-links/INV-001", GONE);
    const error = (await links.confirm(await observe()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "not_found", retryable: true });
    expect(error.hint).toContain("retryLater");
  });

  test.each([["x".repeat(65)], ["x".repeat(30_000)], ["a/b"], ["a b"]])(
    "is not asked for by a transaction id that is none (%#): nobody signed it",
    async (transaction_id) => {
      http.reply("GET", BY_ORDER, UNKNOWN);
      http.reply("GET", "/v1/payment-links/INV-001", GONE);
      await links.confirm(await observe({ transaction_id }));
      expect(requests()).toEqual([BY_ORDER, "/v1/payment-links/INV-001"]);
    },
  );
});

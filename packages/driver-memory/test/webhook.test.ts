import { createHmac } from "node:crypto";
import { idr, type Observation } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { describe, expect, test } from "vitest";
import { setUp } from "./support.ts";

describe("webhooks", () => {
  const paid = async (options: object = {}) => {
    const all = setUp(options);
    await all.create();
    const { webhook } = await all.memory.simulate.pay("INV-001");
    return { ...all, webhook };
  };

  test("are signed, and confirmed by themselves", async () => {
    const { links, webhook } = await paid();
    const delivery = (await links.parseWebhook("memory", webhook))._unsafeUnwrap();
    const [observation] = delivery.observations;
    expect(observation).toMatchObject({ trust: "signed", linkCandidates: [{ reference: "INV-001" }] });
    expect((await links.confirm(observation as Observation))._unsafeUnwrap()).toBe(observation);
  });

  test("a hint about a link or a history is confirmed by reading it", async () => {
    const { links } = await paid();
    const link = (await links.find({ reference: "INV-001" }))._unsafeUnwrap();
    const [history] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    const hint = { kind: "notice", gateway: "memory", trust: "unsigned" } as const;
    expect((await links.confirm({ ...hint, resource: "link", id: link.id }))._unsafeUnwrap()).toMatchObject({
      kind: "link",
      trust: "read",
      link: { id: link.id },
    });
    expect(
      (await links.confirm({ ...hint, resource: "history", id: history?.id ?? "memory:x" }))._unsafeUnwrap(),
    ).toMatchObject({ kind: "history", history: { isPaid: true } });
    expect((await links.confirm({ ...hint, resource: "history", id: "memory:x" }))._unsafeUnwrapErr().kind).toBe(
      "not_found",
    );
  });

  test.each<[string, (webhook: { headers: object; body: unknown }) => object, string]>([
    ["a changed body", ({ body }) => ({ body: String(body).replace("190000", "1") }), "signature_invalid"],
    [
      "a body written again with spaces",
      ({ body }) => ({ body: JSON.stringify(JSON.parse(String(body)), null, 1) }),
      "signature_invalid",
    ],
    ["no signature", () => ({ headers: { "content-type": "application/json" } }), "signature_invalid"],
    ["half a signature", () => ({ headers: { "memory-signature": "abc" } }), "signature_invalid"],
    [
      "two signatures",
      ({ headers }) => ({ headers: { ...headers, "Memory-Signature": "0".repeat(64) } }),
      "signature_invalid",
    ],
    [
      "another content type",
      ({ headers }) => ({ headers: { ...headers, "content-type": "text/plain" } }),
      "malformed_webhook",
    ],
  ])("%s is refused", async (_name, change, kind) => {
    const { links, webhook } = await paid();
    expect(
      (await links.parseWebhook("memory", { ...webhook, ...change(webhook as never) } as never))._unsafeUnwrapErr()
        .kind,
    ).toBe(kind);
  });

  const signed = async (change: (report: Record<string, unknown>) => unknown) => {
    const { links, webhook } = await paid({ webhookSecret: "known-to-the-test" });
    const body = JSON.stringify(change(JSON.parse(webhook.body) as Record<string, unknown>));
    const signature = createHmac("sha256", "known-to-the-test").update(body).digest("hex");
    const headers = { ...webhook.headers, "memory-signature": signature };
    return links.parseWebhook("memory", { ...webhook, headers, body });
  };
  const inPayment = (changes: object) => (report: Record<string, unknown>) => ({
    ...report,
    payment: { ...(report["payment"] as object), ...changes },
  });
  const refund = { id: "refund-000009", amount: idr(5), at: "2026-01-01T00:00:00.000Z" };

  test("a report that somebody with the secret wrote is read like ours", async () => {
    const [observation] = (await signed(inPayment({ refunds: [refund] })))._unsafeUnwrap().observations;
    expect(observation).toMatchObject({ kind: "history", history: { status: "partially_refunded" } });
  });

  test.each<[string, (report: Record<string, unknown>) => unknown]>([
    ["null", () => null],
    ["a list", (report) => [report]],
    ["no link", ({ link: _, ...rest }) => rest],
    ["a link without a reference", (report) => ({ ...report, link: { id: "link-000001" } })],
    ["no payment", ({ payment: _, ...rest }) => rest],
    ["no word on expiry", ({ expired: _, ...rest }) => rest],
    ["a payment that is a text", (report) => ({ ...report, payment: "payment-000002" })],
    ["a payment without an id", inPayment({ id: "" })],
    ["no method", inPayment({ method: null })],
    ["a method of no kind", inPayment({ method: { kind: "constructor" } })],
    ["a channel that is a number", inPayment({ method: { kind: "qris", channel: 7 } })],
    ["an amount that is a number", inPayment({ amount: { amount: 190_000, currency: "IDR" } })],
    ["an amount in words", inPayment({ amount: { amount: "much", currency: "IDR" } })],
    ["an amount that is not canonical", inPayment({ amount: { amount: "0190000.00", currency: "IDR" } })],
    ["an amount below zero", inPayment({ amount: idr(-5) })],
    ["an amount without a currency", inPayment({ amount: { amount: "190000" } })],
    ["no opening", inPayment({ openedAt: undefined })],
    ["a time in words", inPayment({ paidAt: "yesterday" })],
    ["a time without an offset", inPayment({ paidAt: "2026-01-01T00:00:00" })],
    ["a payment that is null", inPayment({ paidAt: null })],
    ["refunds that are no list", inPayment({ refunds: {} })],
    ["a refund that is null", inPayment({ refunds: [null] })],
    [
      "a refund of an amount in words",
      inPayment({ refunds: [{ ...refund, amount: { amount: "x", currency: "IDR" } }] }),
    ],
    ["a refund without an id", inPayment({ refunds: [{ ...refund, id: undefined }] })],
  ])("%s is malformed, though it is signed, and nothing throws", async (_name, change) => {
    expect((await signed(change))._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_webhook",
      acknowledgement: { status: 400 },
    });
  });

  test("another secret does not fit", async () => {
    const { webhook } = await paid({ webhookSecret: "CANARY-one" });
    const other = setUp({ webhookSecret: "CANARY-two" });
    const error = (await other.links.parseWebhook("memory", webhook))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch", acknowledgement: { status: 401 } });
    expectToHide(error, ["CANARY"]);
  });
});

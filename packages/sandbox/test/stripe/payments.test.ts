import type { Stripe } from "stripe";
import { describe, expect, test } from "vitest";
import { call, dayMs, hourMs, startMerchant } from "../support.ts";
import { COFFEE, startStripe } from "./setting.ts";

const EURO: Stripe.PaymentLinkCreateParams.LineItem = {
  price_data: { currency: "eur", unit_amount: 1_999, product_data: { name: "Tea" } },
  quantity: 1,
};
const YEN: Stripe.PaymentLinkCreateParams.LineItem = {
  price_data: { currency: "jpy", unit_amount: 500, product_data: { name: "Onigiri" } },
  quantity: 3,
};

describe("a visit", () => {
  test("is a session of its own each time the link is opened, which sends nothing and expires after a day", async () => {
    const { sandbox, client, create, newTypes } = await startStripe();
    const link = await create();
    newTypes();
    const first = await call(`${link.url}?client_reference_id=C-1&prefilled_email=a%40b.test`);
    const second = await call(link.url);
    expect([first.status, second.status]).toEqual([303, 303]);
    const { data } = await client.checkout.sessions.list({ payment_link: link.id });
    expect(data).toMatchObject([
      { status: "open", payment_status: "unpaid", client_reference_id: null },
      { status: "open", payment_intent: null, client_reference_id: "C-1", customer_email: "a@b.test" },
    ]);
    expect(data.map(({ url }) => url)).toEqual([second, first].map(({ headers }) => headers.get("location")));
    expect(data[0]?.expires_at).toBe((data[0]?.created ?? 0) + 86_400);
    expect(sandbox.links[0]?.payments).toEqual([]);
    expect(newTypes()).toEqual([]);
    await sandbox.advance(dayMs - 1000);
    expect(newTypes()).toEqual([]);
    await sandbox.advance(1000);
    expect(newTypes()).toEqual(["checkout.session.expired", "checkout.session.expired"]);
    const expired = await client.checkout.sessions.list({ payment_link: link.id, status: "expired" });
    expect(expired.data.map(({ url }) => url)).toEqual([null, null]);
    expect((await call(String(data[0]?.url))).status).toBe(410);
  });

  test("is ended by the merchant, once", async () => {
    const { client, create } = await startStripe();
    const link = await create();
    await call(link.url);
    const [session] = (await client.checkout.sessions.list({ payment_link: link.id })).data;
    expect((await client.checkout.sessions.expire(session?.id ?? "")).status).toBe("expired");
    await expect(client.checkout.sessions.expire(session?.id ?? "")).rejects.toThrow("a status of expired");
  });
});

describe("the limit of completed sessions", () => {
  test("deactivates the link, tells so, and lets open visits complete", async () => {
    const { sandbox, client, create, events, newTypes } = await startStripe();
    const link = await create({ restrictions: { completed_sessions: { limit: 1 } } });
    const visit = (await call(link.url)).headers.get("location") ?? "";
    newTypes();
    await sandbox.pay(link.url);
    expect(newTypes()).toContain("payment_link.updated");
    const updated = (await events()).findLast(({ type }) => type === "payment_link.updated");
    expect(updated?.data).toMatchObject({
      object: { active: false, restrictions: { completed_sessions: { count: 1, limit: 1 } } },
      previous_attributes: { active: true, restrictions: { completed_sessions: { count: 0 } } },
    });
    await expect(sandbox.pay(link.url)).rejects.toThrow("its limit of 1 completed sessions is reached");
    expect((await call(link.url)).status).toBe(410);
    await sandbox.pay(visit);
    expect((await client.paymentLinks.retrieve(link.id)).restrictions).toEqual({
      completed_sessions: { count: 2, limit: 1 },
    });
    await expect(client.paymentLinks.update(link.id, { active: true })).rejects.toThrow(
      "limit of 1 completed sessions",
    );
    const raised = await client.paymentLinks.update(link.id, {
      active: true,
      restrictions: { completed_sessions: { limit: 3 } },
    });
    expect([raised.active, (await sandbox.pay(link.url)).status]).toEqual([true, "paid"]);
  });

  test("is not reached by visits and refused cards", async () => {
    const { sandbox, client, create } = await startStripe();
    const link = await create({ restrictions: { completed_sessions: { limit: 1 } } });
    await call(link.url);
    await sandbox.fail(link.url);
    expect((await client.paymentLinks.retrieve(link.id)).restrictions?.completed_sessions.count).toBe(0);
    expect((await sandbox.pay(link.url)).status).toBe("paid");
  });
});

describe("a payment", () => {
  test("that is refused leaves the session open, with the error on its PaymentIntent, and can be tried again", async () => {
    const { sandbox, client, create, newTypes } = await startStripe();
    const link = await create();
    newTypes();
    const failed = await sandbox.fail(link.url);
    expect(newTypes()).toEqual(["charge.failed", "payment_intent.payment_failed"]);
    expect(failed.status).toBe("requires_payment_method");
    const intent = await client.paymentIntents.retrieve(failed.transactionId ?? "");
    expect(intent).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { type: "card_error", code: "card_declined", decline_code: "generic_decline" },
    });
    const paid = await sandbox.pay(link.url, { payment: failed.id });
    expect(paid).toMatchObject({ id: failed.id, transactionId: failed.transactionId, status: "paid" });
    expect(newTypes()).toEqual(["charge.succeeded", "checkout.session.completed", "payment_intent.succeeded"]);
    await expect(sandbox.pay(link.url, { payment: failed.id })).rejects.toThrow("to be paid it must be open");
  });

  test("by direct debit completes the session at once, and succeeds or fails later", async () => {
    const { sandbox, client, newTypes } = await startStripe();
    const link = await client.paymentLinks.create({ line_items: [EURO] });
    newTypes();
    const good = await sandbox.open(link.url, { method: "sepa_debit" });
    expect(newTypes()).toEqual(["checkout.session.completed", "payment_intent.processing"]);
    expect(await client.checkout.sessions.retrieve(good.id)).toMatchObject({
      status: "complete",
      payment_status: "unpaid",
    });
    const bad = await sandbox.open(link.url, { method: "sepa_debit" });
    newTypes();
    await sandbox.pay(link.url, { payment: good.id });
    expect(newTypes()).toEqual([
      "charge.succeeded",
      "checkout.session.async_payment_succeeded",
      "payment_intent.succeeded",
    ]);
    expect((await sandbox.fail(link.url, { payment: bad.id })).status).toBe("failed");
    expect(newTypes()).toEqual([
      "charge.failed",
      "checkout.session.async_payment_failed",
      "payment_intent.payment_failed",
    ]);
    expect(await client.checkout.sessions.retrieve(bad.id, { expand: ["payment_intent"] })).toMatchObject({
      status: "complete",
      payment_status: "unpaid",
      payment_intent: { status: "requires_payment_method" },
    });
    await expect(sandbox.expire(link.url, { payment: good.id })).rejects.toThrow("is paid");
  });

  test("by voucher fails by the clock if nobody pays it", async () => {
    const { sandbox, client, newTypes } = await startStripe();
    const link = await client.paymentLinks.create({ line_items: [YEN], payment_method_types: ["card", "konbini"] });
    const { id } = await sandbox.open(link.url, { method: "konbini" });
    expect(newTypes()).toContain("payment_intent.requires_action");
    await sandbox.advance(3 * dayMs);
    expect(newTypes()).toEqual([
      "charge.failed",
      "checkout.session.async_payment_failed",
      "payment_intent.payment_failed",
    ]);
    expect((await client.checkout.sessions.retrieve(id)).payment_status).toBe("unpaid");
  });

  test("of nothing needs none", async () => {
    const { sandbox, client, newTypes } = await startStripe();
    const free = { ...EURO, price_data: { ...EURO.price_data, currency: "eur", unit_amount: 0 } };
    const link = await client.paymentLinks.create({ line_items: [free] });
    newTypes();
    expect(await sandbox.pay(link.url)).toMatchObject({ status: "no_payment_required", amount: 0 });
    expect(newTypes()).toEqual(["checkout.session.completed"]);
    const [session] = (await client.checkout.sessions.list({ payment_link: link.id })).data;
    expect(session).toMatchObject({ payment_status: "no_payment_required", payment_intent: null });
  });

  test.each([
    ["idr", 1_500_050, "Rp15.000,5"],
    ["jpy", 500, "¥500"],
    ["kwd", 5_120, "KWD5.12"],
    ["usd", 1_999, "$19.99"],
  ])("in %s counts Stripe's minor units", async (currency, amount, text) => {
    const { sandbox, client } = await startStripe();
    const item = { price_data: { currency, unit_amount: amount, product_data: { name: "Thing" } }, quantity: 1 };
    const link = await client.paymentLinks.create({ line_items: [item] });
    expect(await sandbox.pay(link.url)).toMatchObject({ amount, currency: currency.toUpperCase() });
    expect(
      (await call(`${sandbox.control.url}/inspector/link?url=${encodeURIComponent(link.url)}`)).text.replaceAll(
        /[\u00A0\uFFE5]/g,
        (sign) => (sign === "\uFFE5" ? "¥" : ""),
      ),
    ).toContain(text);
  });

  test.each<
    [{ readonly currency: string; readonly unit_amount: number; readonly quantity?: number }, string | undefined]
  >([
    [{ currency: "isk", unit_amount: 150 }, "invalid_charge_amount_no_decimal_compatible"],
    [{ currency: "kwd", unit_amount: 1_001 }, undefined],
    [{ currency: "usd", unit_amount: 49 }, "amount_too_small"],
    [{ currency: "usd", unit_amount: 99_999_999, quantity: 2 }, "amount_too_large"],
    [{ currency: "xyz", unit_amount: 100 }, undefined],
    [{ currency: "usd", unit_amount: -1 }, "parameter_invalid_integer"],
  ])("of %o is refused", async ({ quantity = 1, ...price }, code) => {
    const { client } = await startStripe();
    const item = { price_data: { ...price, product_data: { name: "Thing" } }, quantity };
    await expect(client.paymentLinks.create({ line_items: [item] })).rejects.toMatchObject({ statusCode: 400, code });
  });

  test("of a fraction of a unit is rounded in its sum", async () => {
    const { sandbox, client } = await startStripe();
    const price = await client.prices.create({
      currency: "usd",
      unit_amount_decimal: "12.345" as never,
      product_data: { name: "Grain" },
    });
    expect([price.unit_amount, String(price.unit_amount_decimal)]).toEqual([null, "12.345"]);
    const link = await client.paymentLinks.create({ line_items: [{ price: price.id, quantity: 100 }] });
    expect((await sandbox.pay(link.url)).amount).toBe(1_235);
  });
});

describe("afterwards", () => {
  test("a dispute takes the money back until it is won, and no refund is possible meanwhile", async () => {
    const { sandbox, client, create, newTypes } = await startStripe();
    const link = await create();
    const { transactionId = "" } = await sandbox.pay(link.url);
    newTypes();
    expect((await sandbox.chargeback(link.url)).status).toBe("disputed");
    expect(newTypes()).toEqual(["charge.dispute.created", "charge.dispute.funds_withdrawn"]);
    const [dispute] = (await client.disputes.list({ payment_intent: transactionId })).data;
    expect(dispute).toMatchObject({ status: "needs_response", amount: 3_000_000, reason: "fraudulent" });
    expect((await client.charges.retrieve(dispute?.charge as string)).disputed).toBe(true);
    await expect(client.refunds.create({ payment_intent: transactionId })).rejects.toMatchObject({
      code: "charge_disputed",
    });
    await client.disputes.update(dispute?.id ?? "", { evidence: { uncategorized_text: "winning_evidence" } });
    await sandbox.idle();
    expect(newTypes()).toEqual(["charge.dispute.closed", "charge.dispute.funds_reinstated", "charge.dispute.updated"]);
    expect((await client.disputes.retrieve(dispute?.id ?? "")).status).toBe("won");
    await expect(client.disputes.close(dispute?.id ?? "")).rejects.toThrow("already closed");
    expect(sandbox.links[0]?.payments[0]?.status).toBe("paid");
  });

  test("a dispute that is lost stays so", async () => {
    const { sandbox, create } = await startStripe();
    const link = await create();
    await expect(sandbox.loseDispute(link.url)).rejects.toThrow("No payment was made");
    await sandbox.pay(link.url);
    await expect(sandbox.loseDispute(link.url)).rejects.toThrow("is not disputed");
    await sandbox.chargeback(link.url, { amount: 1_000_000 });
    expect((await sandbox.loseDispute(link.url)).status).toBe("lost");
    await expect(sandbox.winDispute(link.url)).rejects.toThrow("is lost already");
    await expect(sandbox.chargeback(link.url)).rejects.toThrow("has the dispute");
  });

  test("a refund that fails gives its amount back to the charge", async () => {
    const { sandbox, client, create, newTypes } = await startStripe();
    const link = await create();
    const { transactionId = "" } = await sandbox.pay(link.url);
    expect((await sandbox.refund(link.url, { amount: 1_000_000 })).status).toBe("partially_refunded");
    newTypes();
    expect((await sandbox.failRefund(link.url)).status).toBe("paid");
    expect(newTypes()).toEqual(["charge.refund.updated", "refund.failed", "refund.updated"]);
    const [refund] = (await client.refunds.list({ payment_intent: transactionId })).data;
    expect(refund).toMatchObject({ status: "failed", failure_reason: "expired_or_canceled_card" });
    await expect(sandbox.failRefund(link.url)).rejects.toThrow("has no refund that could fail");
    expect((await sandbox.refund(link.url)).status).toBe("refunded");
  });
});

test("a webhook that is refused is sent three times more, each with a signature of its own time", async () => {
  const merchant = await startMerchant();
  const { sandbox, client, create } = await startStripe({ webhookUrls: { stripe: merchant.url } });
  merchant.answerWith(500);
  await create();
  await sandbox.idle();
  await sandbox.advance(3 * hourMs);
  const secret = sandbox.stripe.credentials.webhookSecret;
  const times = merchant.received.map(({ body, headers }) => {
    const header = String(headers["stripe-signature"]);
    const seconds = Number(/^t=(\d+)/.exec(header)?.[1]);
    expect(client.webhooks.constructEvent(body, header, secret, 300, undefined, seconds * 1000).type).toBe(
      "payment_link.created",
    );
    return seconds;
  });
  expect(times).toHaveLength(4);
  expect(new Set(times).size).toBe(4);
  expect(new Set(merchant.received.map(({ body }) => String(body))).size).toBe(1);
  await sandbox.advance(3 * dayMs);
  expect(merchant.received).toHaveLength(4);
});

test("what the sandbox does not simulate is refused by name", async () => {
  const { client } = await startStripe();
  await expect(client.paymentLinks.create({ line_items: [COFFEE], automatic_tax: { enabled: true } })).rejects.toThrow(
    "The sandbox does not simulate automatic_tax; leave it out.",
  );
});

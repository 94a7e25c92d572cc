// The client that Stripe publishes, which nobody here wrote, pointed at the simulator.
import { Stripe } from "stripe";
import { describe, expect, test } from "vitest";
import { startMerchant, startMs } from "../support.ts";
import { COFFEE, clientOf, startStripe } from "./setting.ts";

const errorOf = async (call: Promise<unknown>): Promise<Stripe.StripeRawError & { readonly statusCode?: number }> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error as never;
  throw new Error(`Expected an error of Stripe, got ${String(error)}.`);
};

describe("links", () => {
  test("are created, read, listed and changed", async () => {
    const { client, create } = await startStripe();
    const link = await create({
      restrictions: { completed_sessions: { limit: 5 } },
      after_completion: { type: "redirect", redirect: { url: "https://m.example/ok?s={CHECKOUT_SESSION_ID}" } },
    });
    expect(link).toMatchObject({
      object: "payment_link",
      active: true,
      currency: "idr",
      livemode: false,
      metadata: { ref: "INV-1" },
      restrictions: { completed_sessions: { limit: 5, count: 0 } },
      after_completion: { type: "redirect", redirect: { url: "https://m.example/ok?s={CHECKOUT_SESSION_ID}" } },
      payment_method_types: null,
    });
    expect(link.line_items).toBeUndefined();
    const read = await client.paymentLinks.retrieve(link.id, { expand: ["line_items.data.price.product"] });
    expect(read.line_items?.data).toMatchObject([
      {
        amount_total: 3_000_000,
        quantity: 2,
        description: "Kopi",
        price: { unit_amount: 1_500_000, product: { name: "Kopi" } },
      },
    ]);
    const items = await client.paymentLinks.listLineItems(link.id);
    expect(items.data.map(({ id }) => id)).toEqual(read.line_items?.data.map(({ id }) => id));
    const changed = await client.paymentLinks.update(link.id, {
      active: false,
      inactive_message: "Gone fishing",
      metadata: { ref: "", note: "x" },
      restrictions: "",
      line_items: [{ id: items.data[0]?.id ?? "", quantity: 3 }],
    });
    expect(changed).toMatchObject({
      active: false,
      inactive_message: "Gone fishing",
      metadata: { note: "x" },
      restrictions: null,
    });
    expect((await client.paymentLinks.listLineItems(link.id)).data[0]?.amount_total).toBe(4_500_000);
    expect((await client.paymentLinks.update(link.id, { metadata: "" as never, active: true })).metadata).toEqual({});
  });

  test("are listed page by page, the newest first, forwards and backwards", async () => {
    const { client, create } = await startStripe();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await create()).id);
    const listed: string[] = [];
    for await (const { id } of client.paymentLinks.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(ids);
    const before = await client.paymentLinks.list({ limit: 2, ending_before: ids[4] ?? "" });
    expect([before.data.map(({ id }) => id), before.has_more]).toEqual([[ids[2], ids[3]], true]);
    await client.paymentLinks.update(ids[1] ?? "", { active: false });
    expect((await client.paymentLinks.list({ active: false })).data.map(({ id }) => id)).toEqual([ids[1]]);
    expect(await errorOf(client.paymentLinks.list({ starting_after: "plink_none" }))).toMatchObject({
      type: "StripeInvalidRequestError",
      statusCode: 400,
      code: "resource_missing",
      param: "starting_after",
    });
  });

  test("are refused with the documented errors", async () => {
    const { sandbox, client, create } = await startStripe();
    const cases = [
      [client.paymentLinks.retrieve("plink_none"), { statusCode: 404, code: "resource_missing", param: "id" }],
      [create({ line_items: [] as never }), { statusCode: 400, code: "parameter_missing", param: "line_items" }],
      [create({ line_items: Array.from({ length: 21 }, () => COFFEE) }), { statusCode: 400, param: "line_items" }],
      [create({ colour: "red" } as never), { statusCode: 400, code: "parameter_unknown", param: "colour" }],
      [
        create({ inactive_message: "" }),
        { statusCode: 400, code: "parameter_invalid_empty", param: "inactive_message" },
      ],
      [
        create({ restrictions: { completed_sessions: { limit: 1.5 } } }),
        { statusCode: 400, code: "parameter_invalid_integer", param: "restrictions[completed_sessions][limit]" },
      ],
      [create({ payment_method_types: ["konbini"] }), { statusCode: 400, param: "payment_method_types" }],
      [create({ expand: ["colour"] }), { statusCode: 400, param: "expand" }],
      [
        clientOf(sandbox, "sk_test_of_somebody").paymentLinks.list(),
        { statusCode: 401, type: "StripeAuthenticationError" },
      ],
    ] as const;
    for (const [call, expected] of cases) expect(await errorOf(call)).toMatchObject(expected);
    expect((await client.paymentLinks.list()).data).toHaveLength(0);
  });
});

describe("payments", () => {
  test("are sessions with a PaymentIntent and a charge, and are refunded in part and in full", async () => {
    const { sandbox, client, create, newTypes } = await startStripe();
    const link = await create({ payment_intent_data: { metadata: { ref: "INV-1" } } });
    expect(newTypes()).toEqual(["payment_link.created"]);
    const payment = await sandbox.pay(link.url);
    expect(payment).toMatchObject({
      provider: "stripe",
      method: "card",
      status: "paid",
      amount: 3_000_000,
      currency: "IDR",
    });
    expect(newTypes()).toEqual(["charge.succeeded", "checkout.session.completed", "payment_intent.succeeded"]);
    const { data } = await client.checkout.sessions.list({ payment_link: link.id, status: "complete" });
    expect(data).toMatchObject([
      { id: payment.id, status: "complete", payment_status: "paid", amount_total: 3_000_000 },
    ]);
    const session = await client.checkout.sessions.retrieve(payment.id, { expand: ["payment_intent.latest_charge"] });
    const intent = session.payment_intent as Stripe.PaymentIntent;
    expect(intent).toMatchObject({
      status: "succeeded",
      amount_received: 3_000_000,
      metadata: { ref: "INV-1" },
      latest_charge: { status: "succeeded", paid: true, amount_refunded: 0, payment_method_details: { type: "card" } },
    });
    expect(await client.checkout.sessions.list({ payment_intent: intent.id })).toMatchObject({
      data: [{ id: payment.id }],
    });

    const part = await client.refunds.create({ payment_intent: intent.id, amount: 1_000_000, reason: "duplicate" });
    expect(part).toMatchObject({ object: "refund", amount: 1_000_000, status: "succeeded", reason: "duplicate" });
    expect(newTypes()).toEqual(["charge.refunded", "refund.created"]);
    expect(await errorOf(client.refunds.create({ payment_intent: intent.id, amount: 2_000_001 }))).toMatchObject({
      statusCode: 400,
      param: "amount",
    });
    const rest = await client.refunds.create({ payment_intent: intent.id });
    expect(rest.amount).toBe(2_000_000);
    expect(await errorOf(client.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
      code: "charge_already_refunded",
    });
    expect((await client.refunds.list({ payment_intent: intent.id })).data.map(({ id }) => id)).toEqual([
      rest.id,
      part.id,
    ]);
    const charge = await client.charges.retrieve(part.charge as string);
    expect([charge.refunded, charge.amount_refunded]).toEqual([true, 3_000_000]);
  });

  test("choose their amount at a price that says so", async () => {
    const { sandbox, client } = await startStripe();
    const price = await client.prices.create({
      currency: "usd",
      custom_unit_amount: { enabled: true, minimum: 500, maximum: 10_000, preset: 2_000 },
      product_data: { name: "Donation" },
    });
    expect(price).toMatchObject({
      unit_amount: null,
      custom_unit_amount: { minimum: 500, maximum: 10_000, preset: 2_000 },
    });
    const link = await client.paymentLinks.create({
      line_items: [{ price: price.id, quantity: 1 }],
      submit_type: "donate",
    });
    expect(sandbox.offer(link.url)).toMatchObject({ amount: { min: 500, max: 10_000 }, currency: "USD" });
    expect((await sandbox.pay(link.url)).amount).toBe(2_000);
    expect((await sandbox.pay(link.url, { amount: 700 })).amount).toBe(700);
    await expect(sandbox.pay(link.url, { amount: 499 })).rejects.toThrow("from $5 to $100");
  });
});

test("constructEvent takes what the simulator signs, and refuses a changed body", async () => {
  const merchant = await startMerchant();
  const { sandbox, client, create } = await startStripe({ webhookUrls: { stripe: merchant.url } });
  const secret = sandbox.stripe.credentials.webhookSecret;
  const link = await create();
  sandbox.chaos.set("stripe", "rolled_key", { next: 1 });
  sandbox.chaos.set("stripe", "wrong_key", { next: 1 });
  await sandbox.pay(link.url);
  await sandbox.pay(link.url);
  await sandbox.idle();
  const at = startMs / 1000;
  const verdicts = merchant.received.map(({ body, headers }) => {
    const header = String(headers["stripe-signature"]);
    const verdict = (text: string, nowSeconds = at): string => {
      try {
        return client.webhooks.constructEvent(text, header, secret, 300, undefined, nowSeconds * 1000).type;
      } catch (error) {
        return (error as Error).message.slice(0, 40);
      }
    };
    const text = body.toString();
    return [
      header.split("v1=").length - 1,
      verdict(text),
      verdict(text.replace("false", "true ")),
      verdict(text, at + 301),
    ];
  });
  expect(verdicts).toHaveLength(7);
  const refusal = "No signatures found matching the expected";
  const types = verdicts.map(([, type]) => type);
  // One delivery was signed with another key, and one with an earlier key beside the merchant's.
  expect(types.filter((type) => String(type).startsWith(refusal.slice(0, 40)))).toHaveLength(1);
  expect(verdicts.map(([count]) => count).toSorted()).toEqual([1, 1, 1, 1, 1, 1, 2]);
  for (const [, , changed, late] of verdicts) {
    expect(changed).toBe(refusal.slice(0, 40));
    expect(late).not.toContain(".");
  }
});

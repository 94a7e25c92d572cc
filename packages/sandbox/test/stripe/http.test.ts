import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stripe } from "../../src/stripe/definition.ts";
import { look, submit } from "../inspect.ts";
import { basic, call, type Json, type Reply, startMerchant } from "../support.ts";
import { clientOf, startStripe } from "./setting.ts";

test("the key is taken by Bearer and by Basic, and nothing else", async () => {
  const { sandbox } = await startStripe();
  const { url, credentials } = sandbox.stripe;
  const statusWith = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    return (await call(`${url}/v1/payment_links`, { headers })).status;
  };
  const { secretKey } = credentials;
  const wrong = [undefined, "Bearer x", basic(secretKey, "x"), basic("", secretKey), secretKey];
  expect(await Promise.all([`Bearer ${secretKey}`, basic(secretKey, "")].map(statusWith))).toEqual([200, 200]);
  expect(await Promise.all(wrong.map(statusWith))).toEqual(wrong.map(() => 401));
});

test("replies name their request and version; a version of another form and an unknown path are refused", async () => {
  const { sandbox } = await startStripe();
  const { url, credentials } = sandbox.stripe;
  const get = (path: string, version?: string): Promise<Reply> =>
    call(url + path, {
      headers: {
        Authorization: `Bearer ${credentials.secretKey}`,
        ...(version !== undefined && { "Stripe-Version": version }),
      },
    });
  const reply = await get("/v1/payment_links", "2023-10-16");
  expect([reply.status, reply.headers.get("stripe-version"), reply.headers.get("request-id")]).toEqual([
    200,
    "2023-10-16",
    expect.stringMatching(/^req_/),
  ]);
  expect((await get("/v1/payment_links", "latest")).status).toBe(400);
  expect([(await get("/v1/payment_link")).status, (await get("/v1/payment_link")).json]).toMatchObject([
    404,
    { error: { type: "invalid_request_error" } },
  ]);
  const deep = await get("/v1/checkout/sessions?expand[0]=data.payment_intent.latest_charge.refunds.data");
  expect([deep.status, deep.json]).toMatchObject([400, { error: { message: expect.stringContaining("4 levels") } }]);
});

test("sessions are filtered by the time of their creation and the e-mail address", async () => {
  const { sandbox, client, create } = await startStripe();
  const link = await create();
  await call(link.url);
  await sandbox.advance(10_000);
  const { id } = await sandbox.pay(link.url);
  const { created } = await client.checkout.sessions.retrieve(id);
  const idsWith = async (query: Parameters<typeof client.checkout.sessions.list>[0]): Promise<readonly string[]> =>
    (await client.checkout.sessions.list(query)).data.map((session) => session.id);
  expect(await idsWith({ created })).toEqual([id]);
  expect(await idsWith({ created: { gt: created - 10, lte: created } })).toEqual([id]);
  expect(await idsWith({ created: { gte: created - 10 } })).toHaveLength(2);
  expect(await idsWith({ customer_details: { email: "payer@example.test" } })).toEqual([id]);
  expect(await idsWith({ customer_details: { email: "other@example.test" } })).toEqual([]);
});

test("a signature that is forged does not hold, and one of two is enough", async () => {
  const { sandbox, create } = await startStripe();
  sandbox.chaos.set("stripe", "rolled_key", { next: 1 });
  await create();
  await create();
  const [rolled, single] = sandbox.deliveries;
  if (rolled === undefined || single === undefined) throw new Error("expected two deliveries");
  const headerOf = (value: string): Readonly<Record<string, string>> => ({ "Stripe-Signature": value });
  const [time = "", fake = "", earlier = "", own = ""] = (rolled.headers["Stripe-Signature"] ?? "").split(",");
  const cases = [
    rolled,
    single,
    { ...rolled, headers: headerOf(`${time},${own}`) },
    { ...rolled, headers: headerOf(`${time},${earlier}`) },
    { ...rolled, headers: headerOf(`t=1,${own}`) },
    { ...rolled, headers: headerOf(`${time},${fake.replace("v0", "v1")}`) },
    { ...rolled, headers: headerOf(own) },
    { ...rolled, headers: {} },
    { ...single, body: single.body.replace("idr", "usd") },
  ];
  expect(cases.map((delivery) => stripe.explainSignature(delivery).holds)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("each documented webhook can be sent by hand, with the object that it is about", async () => {
  const merchant = await startMerchant();
  const { sandbox, client, create } = await startStripe({ webhookUrls: { stripe: merchant.url } });
  const link = await create();
  const { transactionId = "" } = await sandbox.pay(link.url);
  await client.refunds.create({ payment_intent: transactionId, amount: 100 });
  await sandbox.chargeback(link.url);
  for (const { name } of stripe.webhookEvents) {
    const page = await look(sandbox, `/send?link=${encodeURIComponent(link.url)}&event=${name}`);
    await page.press("Sign and send");
    const sent = sandbox.deliveries.at(-1);
    const { type, data } = JSON.parse(sent?.body ?? "{}") as {
      readonly type: string;
      readonly data: { readonly object: Json };
    };
    expect([type, sent?.note]).toEqual([name, "sent by hand"]);
    const [kind = ""] = name.split(".");
    const about = name.includes("dispute") ? "dispute" : name.includes("refund.") ? "refund" : kind;
    expect(data.object["object"], name).toBe(about === "checkout" ? "checkout.session" : about);
  }
});

test("the inspector refunds, disputes and decides, with amounts in the currency of the payment", async () => {
  const { sandbox, client } = await startStripe();
  const price_data = { currency: "eur", unit_amount: 1_999, product_data: { name: "Tea" } };
  const link = await client.paymentLinks.create({ line_items: [{ price_data, quantity: 1 }] });
  const payments = [await sandbox.pay(link.url), await sandbox.pay(link.url)];
  const act = (fields: Readonly<Record<string, string>>, index = 0): ReturnType<typeof submit> =>
    submit(sandbox, "/link", { link: link.url, payment: payments[index]?.id ?? "", ...fields });
  const statuses = (): readonly unknown[] => sandbox.links[0]?.payments.map(({ status }) => status) ?? [];
  const refused = await act({ do: "refund", amount: "5.001" });
  expect([refused.status, refused.text.includes("The amount must be an amount in Euro")]).toEqual([400, true]);
  expect((await act({ do: "refund", amount: "5.00" })).status).toBe(303);
  expect((await client.refunds.list()).data[0]?.amount).toBe(500);
  await act({ do: "chargeback" }, 1);
  expect(statuses()).toEqual(["partially_refunded", "disputed"]);
  await act({ do: "failRefund" });
  await act({ do: "loseDispute" }, 1);
  expect(statuses()).toEqual(["paid", "lost"]);
  const page = await look(sandbox, `/link?url=${encodeURIComponent(link.url)}`);
  expect(page.text).toContain("€19.99");
  expect([page.has("button", /^Win the dispute/), page.has("button", /^Charge back/)]).toEqual([false, true]);
});

test("everything continues from a file: links, visits, payments, refunds and the replies to keys", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-stripe-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const stateFile = join(folder, "state.db");
  const { sandbox, client, create, events } = await startStripe({ stateFile });
  const options = { idempotencyKey: "k1" };
  const link = await create({ restrictions: { completed_sessions: { limit: 2 } } });
  const { transactionId = "" } = await sandbox.pay(link.url);
  await sandbox.fail(link.url);
  const refund = await client.refunds.create({ payment_intent: transactionId, amount: 100 }, options);
  const before = [
    await events(),
    (await client.checkout.sessions.list()).data,
    await client.paymentLinks.retrieve(link.id),
  ];
  await sandbox.close();
  const second = await startStripe({ stateFile });
  const again = clientOf(second.sandbox);
  expect([
    await second.events(),
    (await again.checkout.sessions.list()).data,
    await again.paymentLinks.retrieve(link.id),
  ]).toEqual(before);
  const repeated = await again.refunds.create({ payment_intent: transactionId, amount: 100 }, options);
  expect(repeated.id).toBe(refund.id);
  expect((await again.refunds.list()).data).toHaveLength(1);
  const url = second.sandbox.links[0]?.link ?? "";
  expect((await second.sandbox.pay(url)).status).toBe("paid");
  await expect(second.sandbox.pay(url)).rejects.toThrow("its limit of 2 completed sessions is reached");
});

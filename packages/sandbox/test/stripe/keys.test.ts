// Idempotency keys: docs.stripe.com/api/idempotent_requests and docs.stripe.com/error-low-level
import { expect, test } from "vitest";
import { call, dayMs, type Reply } from "../support.ts";
import { type StripeSetting, startStripe } from "./setting.ts";

const FIELDS = {
  "line_items[0][price_data][currency]": "usd",
  "line_items[0][price_data][unit_amount]": "1000",
  "line_items[0][price_data][product_data][name]": "Coffee",
  "line_items[0][quantity]": "1",
};

const post = (
  { sandbox: { stripe } }: Pick<StripeSetting, "sandbox">,
  key: string,
  more: Readonly<Record<string, string>> = {},
  path = "/v1/payment_links",
): Promise<Reply> =>
  call(stripe.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${stripe.credentials.secretKey}`, "Idempotency-Key": key },
    body: new URLSearchParams(path === "/v1/payment_links" ? { ...FIELDS, ...more } : more),
  });

const countOf = async ({ client }: StripeSetting): Promise<number> =>
  (await client.paymentLinks.list({ limit: 100 })).data.length;

test("the first reply is repeated as it was, also after the link has changed, for a day of the sandbox's clock", async () => {
  const setting = await startStripe();
  const first = await post(setting, "k1");
  await setting.client.paymentLinks.update(String(first.json["id"]), { active: false });
  await setting.sandbox.advance(dayMs - 1);
  const again = await post(setting, "k1");
  expect([again.status, again.text]).toEqual([200, first.text]);
  expect([first, again].map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
  await setting.sandbox.advance(1);
  const later = await post(setting, "k1");
  expect([later.headers.get("idempotent-replayed"), later.json["id"] === first.json["id"]]).toEqual([null, false]);
  expect(await countOf(setting)).toBe(2);
});

test("other parameters with a known key are refused, and so is a key that is too long", async () => {
  const setting = await startStripe();
  await post(setting, "k1");
  const other = await post(setting, "k1", { "line_items[0][quantity]": "2" });
  expect([other.status, other.json]).toMatchObject([400, { error: { type: "idempotency_error" } }]);
  const long = await post(setting, "k".repeat(256));
  expect([long.status, long.json]).toMatchObject([400, { error: { type: "idempotency_error" } }]);
  expect(await countOf(setting)).toBe(1);
});

test("a request that fails validation is not stored: corrected, it is carried out with the same key", async () => {
  const setting = await startStripe();
  const refused = await post(setting, "k1", { "line_items[0][quantity]": "x" });
  expect([refused.status, refused.json]).toMatchObject([
    400,
    { error: { code: "parameter_invalid_integer", param: "line_items[0][quantity]" } },
  ]);
  expect((await post(setting, "k1")).status).toBe(200);
});

test("of requests at the same time with one key, one is carried out", async () => {
  const setting = await startStripe();
  const replies = await Promise.all(Array.from({ length: 5 }, () => post(setting, "k1")));
  const kinds = new Set(
    replies.map(({ status, headers }) => (status === 409 ? "409" : (headers.get("idempotent-replayed") ?? "made"))),
  );
  for (const kind of kinds) expect(["409", "true", "made"]).toContain(kind);
  expect(
    replies.filter(({ status, headers }) => status === 200 && headers.get("idempotent-replayed") === null),
  ).toHaveLength(1);
  expect(await countOf(setting)).toBe(1);
});

test("a 500 after the link was made is repeated; a lost answer and a proxy's page are not", async () => {
  const setting = await startStripe();
  const { sandbox } = setting;
  sandbox.chaos.set("stripe", "server_error_after_commit", { next: 1 });
  const broken = await post(setting, "k1");
  const again = await post(setting, "k1");
  expect([broken.status, again.status, again.text]).toEqual([500, 500, broken.text]);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(broken.json).toMatchObject({ error: { type: "api_error" } });
  expect(await countOf(setting)).toBe(1);
  for (const [count, fault] of (["html_body_after_commit", "reset_after_commit"] as const).entries()) {
    sandbox.chaos.set("stripe", fault, { next: 1 });
    await post(setting, `lost-${count}`).catch(() => undefined);
    const found = await post(setting, `lost-${count}`);
    expect([found.status, found.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  }
  expect(await countOf(setting)).toBe(3);
  sandbox.chaos.set("stripe", "server_error", { next: 1 });
  expect((await post(setting, "k2")).status).toBe(500);
  expect((await post(setting, "k2")).status).toBe(200);
});

test("a refund that was refused is refused again with its key, as is one that was made", async () => {
  const setting = await startStripe();
  const link = await setting.create();
  const { transactionId = "" } = await setting.sandbox.pay(link.url);
  const refund = (key: string): Promise<Reply> => post(setting, key, { payment_intent: transactionId }, "/v1/refunds");
  const made = await refund("r1");
  expect((await refund("r1")).text).toBe(made.text);
  const refused = await refund("r2");
  expect([refused.status, refused.json]).toMatchObject([400, { error: { code: "charge_already_refunded" } }]);
  expect((await refund("r2")).headers.get("idempotent-replayed")).toBe("true");
});

test("too many requests are refused before anything is stored, in the documented form", async () => {
  const setting = await startStripe();
  setting.sandbox.chaos.set("stripe", "rate_limit", { next: 1 });
  const limited = await post(setting, "k1");
  expect([limited.status, limited.json]).toMatchObject([429, { error: { code: "rate_limit" } }]);
  expect((await post(setting, "k1")).status).toBe(200);
});

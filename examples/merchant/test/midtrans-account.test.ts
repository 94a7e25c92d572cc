// One Midtrans account, with links and another product, whose notifications come to the same address.
import { createPaymentLinks, idr, type Observation } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSandbox, type RecordedDelivery } from "@tautan/sandbox";
import { expect, onTestFinished, test } from "vitest";

const ORDER = { reference: "T-1", amount: idr(190_000) } as const;
const DANA = [{ kind: "ewallet", channel: "dana" }] as const;
const FOREIGN = "T-1-1712345678901";

const open = async () => {
  const sandbox = await createSandbox();
  onTestFinished(() => sandbox.close());
  const { url: baseUrl, credentials } = sandbox.midtrans;
  const driver = createMidtransDriver({ environment: "sandbox", baseUrl, ...credentials });
  const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans: driver } });
  const observe = async (delivery: RecordedDelivery): Promise<Observation> => {
    const parsed = await links.parseWebhook("midtrans", { ...delivery, url: "/webhooks/midtrans" });
    const [observation] = parsed._unsafeUnwrap().observations;
    if (!observation) throw new Error("expected an observation");
    return observation;
  };
  const lastNews = async (): Promise<Observation> => observe(sandbox.deliveries.at(-1) as RecordedDelivery);
  return { sandbox, links, observe, lastNews };
};

test.each([
  ["without custom_field1", {}],
  ["with a text of its own there", { customField1: "seat 7" }],
])("another product's payment %s is none of a link's, whether or not there is such a link", async (_name, more) => {
  const { sandbox, links, lastNews } = await open();
  for (const isThere of [false, true]) {
    if (isThere) (await links.create(ORDER))._unsafeUnwrap();
    const orderId = isThere ? "T-1-1712345678902" : FOREIGN;
    await sandbox.payElsewhere({ orderId, amount: 190_000, ...more });
    const told = await lastNews();
    expect(told).toMatchObject({ kind: "history", linkCandidates: [] });
    expect(told.kind === "history" && told.history.reference).toBeUndefined();
    const confirmed = (await links.confirm(told))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ kind: "unknown", trust: "read", event: "settlement" });
  }
});

test("nor where somebody writes the link's order id into its custom_field1", async () => {
  const { sandbox, links, observe } = await open();
  (await links.create(ORDER))._unsafeUnwrap();
  await sandbox.payElsewhere({ orderId: FOREIGN, amount: 190_000 });
  const genuine = sandbox.deliveries.at(-1) as RecordedDelivery;
  const body = JSON.stringify({ ...(JSON.parse(genuine.body) as object), custom_field1: "T-1" });
  expect((await links.confirm(await observe({ ...genuine, body })))._unsafeUnwrapErr().kind).toBe("reply_mismatch");
});

test("a transaction id of a paid order in a pending order's notification delivers nothing", async () => {
  const { sandbox, links, observe } = await open();
  const paid = (await links.create({ ...ORDER, reference: "A", methods: DANA }))._unsafeUnwrap();
  const pending = (await links.create({ ...ORDER, reference: "B", methods: DANA }))._unsafeUnwrap();
  const { transactionId } = await sandbox.pay(paid.url, { method: "dana" });
  await sandbox.pay(pending.url, { method: "dana", outcome: "pending" });
  const genuine = sandbox.deliveries.at(-1) as RecordedDelivery;
  const body = JSON.stringify({
    ...(JSON.parse(genuine.body) as object),
    transaction_status: "settlement",
    transaction_id: transactionId,
  });
  const confirmed = await links.confirm(await observe({ ...genuine, body }));
  expect(confirmed.isOk() && confirmed.value.kind === "history" && confirmed.value.history.isPaid).toBe(false);
});

test("a payment that is taken back is reversed, as Get Status alone tells", async () => {
  const { sandbox, links, lastNews } = await open();
  const link = (await links.create(ORDER))._unsafeUnwrap();
  await sandbox.pay(link.url, { method: "permata_va" });
  await sandbox.reverse(link.url);
  const confirmed = (await links.confirm(await lastNews()))._unsafeUnwrap();
  expect(confirmed).toMatchObject({
    kind: "history",
    history: { status: "reversed", isPaid: false, reference: "T-1" },
  });
});

test("a payment of a link with an own custom_field1 is the link's by its list", async () => {
  const { sandbox, links, lastNews } = await open();
  const providerOptions = { midtrans: { customField1: "till 7" } };
  const link = (await links.create({ ...ORDER, providerOptions }))._unsafeUnwrap();
  await sandbox.pay(link.url);
  const told = await lastNews();
  expect(told).toMatchObject({ linkCandidates: [] });
  const confirmed = (await links.confirm(told))._unsafeUnwrap();
  expect(confirmed).toMatchObject({
    kind: "history",
    history: { reference: "T-1", isPaid: true },
    linkCandidates: [{ reference: "T-1" }],
  });
});

test("a link without an end is made, and read as one", async () => {
  const { sandbox, links } = await open();
  const link = (await links.create({ ...ORDER, expiresAt: "never" }))._unsafeUnwrap();
  expect(link.warnings).toEqual([]);
  await sandbox.advance(400 * 24 * 3_600_000);
  const read = (await links.get(link.id))._unsafeUnwrap();
  expect(read.acceptsPayments).toBe(true);
  expect(read).not.toHaveProperty("expiresAt");
});

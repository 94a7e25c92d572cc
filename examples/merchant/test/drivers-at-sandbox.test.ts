// What one driver has and another has not, at the sandbox.
import { createPaymentLinks, idr, mergeHistories } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createSandbox, type RecordedDelivery } from "@tautan/sandbox";
import { expect, onTestFinished, test } from "vitest";

const order = {
  reference: "ORDER-1",
  title: "Concert, day 1",
  amount: idr(190_000),
  customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
} as const;

const open = async () => {
  const sandbox = await createSandbox();
  onTestFinished(() => sandbox.close());
  const { signingSecret, ...xfersKeys } = sandbox.xfers.credentials;
  const midtrans = createMidtransDriver({
    environment: "sandbox",
    baseUrl: sandbox.midtrans.url,
    ...sandbox.midtrans.credentials,
  });
  const xfers = createXfersDriver({
    environment: "sandbox",
    baseUrl: `${sandbox.xfers.url}/api/v4`,
    ...xfersKeys,
    signingSecrets: [signingSecret],
  });
  return { sandbox, xfers, links: createPaymentLinks({ default: "midtrans", gateways: { midtrans, xfers } }) };
};

test("Midtrans takes every option that only it knows", async () => {
  const { sandbox, links } = await open();
  const link = await links.create({
    ...order,
    items: [{ id: "tix-1", name: "Ticket", quantity: 1, unitPrice: idr(190_000) }],
    providerOptions: {
      midtrans: {
        items: [{ brand: "Konser", category: "Tickets", merchantName: "Toko Sari" }],
        customer: { lastName: "Dewi", notes: "Bring your ticket" },
        customerRequired: true,
        creditCard: {
          secure: true,
          bank: "bni",
          type: "authorize_capture",
          whitelistBins: ["48111111", "bca"],
          installment: { required: false, terms: { bni: [3, 6], offline: [12] } },
        },
        virtualAccounts: {
          bca: "12345678901",
          bni: "12345678",
          bri: "1234567890123",
          permata: "1234567890",
          cimb: "1",
        },
        customField2: "till 7",
        customField3: "seat 12",
      },
    },
  });
  const { id } = link._unsafeUnwrap();
  expect((await links.get(id))._unsafeUnwrap().customer).toMatchObject({ name: "Sari", email: "sari@example.test" });
  const sent = sandbox.requests.find((each) => each.method === "POST");
  expect(sent?.status).toBe(200);
});

test("closing a Midtrans link ends the virtual account that a payer has already got", async () => {
  const { sandbox, links } = await open();
  const link = (await links.create({ ...order, usage: { limit: 3 } }))._unsafeUnwrap();
  const paid = await sandbox.pay(link.url, { method: "bca_va" });
  const waiting = await sandbox.open(link.url, { method: "bni_va" });
  expect((await links.close(link.id))._unsafeUnwrap().status).toBe("deleted");
  for (const [payment, status] of [
    [paid, "paid"],
    [waiting, "expired"],
  ] as const) {
    expect((await links.getHistory(`midtrans:${payment.id}`))._unsafeUnwrap().status).toBe(status);
  }
  await expect(sandbox.pay(link.url, { payment: waiting.id })).rejects.toThrow(/expire/);
});

test("Xfers' own sandbox plays the payer and the bank", async () => {
  const { xfers, links } = await open();
  const link = (await links.create({ ...order, gateway: "xfers" }))._unsafeUnwrap();
  const history = async () => (await links.listHistories(link.id))._unsafeUnwrap().items[0];
  expect((await xfers.simulate.settle(link.providerId))._unsafeUnwrapErr().kind).toBe("invalid_state");
  expect((await xfers.simulate.receivePayment(link.providerId)).isOk()).toBe(true);
  expect(await history()).toMatchObject({ status: "paid", isPaid: true });
  expect((await xfers.simulate.settle(link.providerId)).isOk()).toBe(true);
  expect(await history()).toMatchObject({ status: "settled", isPaid: true });
  expect((await xfers.simulate.receivePayment(link.providerId))._unsafeUnwrapErr().kind).toBe("invalid_state");
});

const told = async (delivery: RecordedDelivery | undefined, links: Awaited<ReturnType<typeof open>>["links"]) => {
  if (!delivery) throw new Error("expected a delivery");
  const parsed = await links.parseWebhook("midtrans", { ...delivery, url: "/webhooks/midtrans" });
  const [observation] = parsed._unsafeUnwrap().observations;
  if (observation?.kind !== "history") throw new Error(`expected a history, got ${observation?.kind}`);
  return observation.history;
};

test("Midtrans: a card that was denied casts no doubt on the payment after it, whose notice was lost", async () => {
  const { sandbox, links } = await open();
  const link = (await links.create(order))._unsafeUnwrap();
  const card = await sandbox.fail(link.url, { method: "credit_card" });
  const stored = await told(sandbox.deliveries.at(-1), links);
  expect(stored).toMatchObject({ status: "failed", isPaid: false });
  await sandbox.pay(link.url, { payment: card.id, method: "bca_va" });

  const [listed] = (await links.listHistories(link.id))._unsafeUnwrap().items;
  if (!listed) throw new Error("expected a history");
  expect(listed.id).toBe(stored.id);
  for (const known of [mergeHistories(stored, listed), mergeHistories(listed, stored)]) {
    expect(known).toMatchObject({ status: "paid", isPaid: true, method: { kind: "virtual_account" } });
  }
});

test("Midtrans: a settlement that Permata takes back is reversed, though only an old list told of it", async () => {
  const { sandbox, links } = await open();
  const link = (await links.create(order))._unsafeUnwrap();
  await sandbox.pay(link.url, { method: "permata_va" });
  const [stored] = (await links.listHistories(link.id))._unsafeUnwrap().items;
  if (!stored) throw new Error("expected a history");
  expect(stored).toMatchObject({ status: "paid", isPaid: true });
  await sandbox.reverse(link.url);

  const denied = await told(sandbox.deliveries.at(-1), links);
  for (const known of [mergeHistories(stored, denied), mergeHistories(denied, stored)]) {
    expect(known).toMatchObject({ status: "reversed", isPaid: false });
  }
});

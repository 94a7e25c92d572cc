// What one driver has and another has not, at the sandbox.
import { createPaymentLinks, idr } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createSandbox } from "@tautan/sandbox";
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
  for (const [attempt, status] of [
    [paid, "paid"],
    [waiting, "expired"],
  ] as const) {
    expect((await links.getHistory(`midtrans:${attempt.id}`))._unsafeUnwrap().status).toBe(status);
  }
  await expect(sandbox.pay(link.url, { attempt: waiting.id })).rejects.toThrow(/expire/);
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

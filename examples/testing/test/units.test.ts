// Unit tests: the gateway is in memory, the payer is simulated, and the clock moves when the test moves it. No network, no waiting.
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import { expect, onTestFinished, test } from "vitest";
import { openShop } from "../src/shop.ts";

const HOUR_MS = 60 * 60 * 1000;

const openTestShop = () => {
  const clock = createManualClock("2026-03-15T10:00:00+07:00");
  const gateway = createMemoryDriver({ clock });
  const shop = openShop(createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock }), clock);
  onTestFinished(() => shop.close());
  /** Delivers a webhook as the gateway would, and returns the shop's answer. */
  const deliver = async ({ url, ...webhook }: SimulatedWebhook): Promise<number> => {
    const response = await shop.ledger.handle(new Request(new URL(url, "https://shop.example"), webhook));
    await shop.work();
    return response.status;
  };
  return { clock, payer: gateway.simulate, shop, deliver };
};

test("a paid order gets one parcel", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  const { webhook } = await payer.pay("INV-001");
  expect(shop.order("INV-001")).toEqual({ status: "new", reason: null, parcels: 0 });
  expect(await deliver(webhook)).toBe(200);
  expect(shop.order("INV-001")).toEqual({ status: "paid", reason: null, parcels: 1 });
});

test("the same webhook three times, two of them at once: still one parcel", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  const { webhook } = await payer.pay("INV-001");
  expect(await Promise.all([deliver(webhook), deliver(webhook)])).toEqual([200, 200]);
  expect(await deliver(webhook)).toBe(200);
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test("webhooks in the wrong order: the older one changes nothing", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  const opened = await payer.open("INV-001");
  const paid = await payer.pay("INV-001");
  await deliver(paid.webhook);
  expect(await deliver(opened.webhook)).toBe(200);
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test("a forged webhook is refused: the payment of another order, with the reference edited", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  await shop.buy("INV-002");
  const { webhook } = await payer.pay("INV-002");
  expect(await deliver({ ...webhook, body: webhook.body.replaceAll("INV-002", "INV-001") })).toBe(401);
  expect(shop.order("INV-001")).toMatchObject({ status: "new", parcels: 0 });
  expect(await deliver(webhook)).toBe(200);
  expect(shop.order("INV-002")).toMatchObject({ status: "paid", parcels: 1 });
});

test("buying again returns the same pay page", async () => {
  const { shop } = openTestShop();
  expect(await shop.buy("INV-001")).toBe(await shop.buy("INV-001"));
  expect(await shop.buy("INV-002")).not.toBe(await shop.buy("INV-001"));
});

test("nobody pays within a day: the goods are released", async () => {
  const { shop, clock } = openTestShop();
  await shop.buy("INV-001");
  clock.advance(23 * HOUR_MS);
  await shop.ledger.reconcile();
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "new" });
  clock.advance(2 * HOUR_MS);
  await shop.ledger.reconcile();
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "released" });
});

test("late: a transfer arrives after the link has expired", async () => {
  const { shop, payer, clock, deliver } = openTestShop();
  await shop.buy("INV-001");
  const { payment } = await payer.open("INV-001");
  clock.advance(30 * HOUR_MS);
  const { webhook } = await payer.pay("INV-001", { payment });
  await deliver(webhook);
  expect(shop.order("INV-001")).toEqual({ status: "review", reason: "late", parcels: 0 });
});

test("excess: an order is paid twice", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  const first = await payer.fail("INV-001");
  const second = await payer.pay("INV-001");
  await deliver(second.webhook);
  // The first attempt succeeds after all, at the payer's bank.
  const again = await payer.pay("INV-001", { payment: first.payment });
  await deliver(again.webhook);
  expect(shop.order("INV-001")).toEqual({ status: "review", reason: "excess", parcels: 1 });
});

test("mismatched: another amount than the order's", async () => {
  const { shop, payer, deliver } = openTestShop();
  await shop.buy("INV-001");
  const { webhook } = await payer.pay("INV-001", { amount: idr(19_000) });
  await deliver(webhook);
  expect(shop.order("INV-001")).toEqual({ status: "review", reason: "mismatched", parcels: 0 });
});

test("no webhook ever comes: reconcile finds the payment", async () => {
  const { shop, payer, clock } = openTestShop();
  await shop.buy("INV-001");
  await payer.pay("INV-001");
  clock.advance(HOUR_MS);
  const report = await shop.ledger.reconcile();
  expect(report._unsafeUnwrap().missed).toHaveLength(1);
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

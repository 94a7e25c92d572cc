// What does the shop do at a gateway that cannot do everything, and on its bad days? The gateway is in memory, with less than it has.
import { createPaymentLinks } from "@tautan/core";
import { createManualClock, createMemoryDriver, type MemoryTraits } from "@tautan/driver-memory";
import { expect, onTestFinished, test } from "vitest";
import { openShop, type Shop } from "../src/shop.ts";

const HOUR_MS = 60 * 60 * 1000;

/** A shop whose gateway delivers its webhooks by itself. */
const openTestShop = (traits: MemoryTraits = {}) => {
  const clock = createManualClock("2026-03-15T10:00:00+07:00");
  const shops: Shop[] = [];
  const deliverTo = async (webhook: Request): Promise<Response> => {
    const response = await (shops[0] as Shop).ledger.handle(webhook);
    await shops[0]?.work();
    return response;
  };
  const gateway = createMemoryDriver({ clock, traits, deliverTo });
  const shop = openShop(createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock }), clock);
  shops.push(shop);
  onTestFinished(() => shop.close());
  return { clock, gateway, shop };
};

test.each<[string, MemoryTraits]>([
  ["a whole history, signed", {}],
  ["a notice of the link", { notices: "link" }],
  ["a notice of the payment, without any proof", { notices: "history", trust: "unsigned" }],
  ["a shared token", { trust: "token" }],
  ["the only source of payments", { histories: "webhooks" }],
])("a webhook is %s: one parcel", async (_name, traits) => {
  const { gateway, shop } = openTestShop(traits);
  await shop.buy("INV-001");
  await gateway.simulate.pay("INV-001");
  expect(gateway.deliveries.map(({ answers }) => answers)).toEqual([[200]]);
  expect(shop.order("INV-001")).toEqual({ status: "paid", reason: null, parcels: 1 });
});

test("a forged body with the right token: the gateway is asked, and nobody has paid", async () => {
  const { gateway, shop } = openTestShop({ trust: "token" });
  await shop.buy("INV-001");
  const { webhook } = await gateway.simulate.open("INV-001");
  const body = JSON.parse(webhook.body) as { payment: object };
  const forged = { ...body, payment: { ...body.payment, paidAt: "2026-03-15T03:00:00.000Z" } };
  const { url, ...init } = { ...webhook, body: JSON.stringify(forged) };
  await shop.ledger.handle(new Request(new URL(url, "https://shop.example"), init));
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "new", parcels: 0 });
});

test("the webhook is lost: reconcile finds the payment", async () => {
  const { clock, gateway, shop } = openTestShop();
  await shop.buy("INV-001");
  gateway.simulate.loseNextDelivery();
  await gateway.simulate.pay("INV-001");
  expect(shop.order("INV-001")).toMatchObject({ status: "new" });
  clock.advance(HOUR_MS);
  await shop.ledger.reconcile();
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test("the webhook is lost, and there is nothing to read: the gateway's next attempt", async () => {
  const { clock, gateway, shop } = openTestShop({ histories: "webhooks" });
  await shop.buy("INV-001");
  gateway.simulate.loseNextDelivery();
  await gateway.simulate.pay("INV-001");
  clock.advance(HOUR_MS);
  await shop.ledger.reconcile();
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "new" });
  await gateway.simulate.redeliver();
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test.each<[string, MemoryTraits]>([
  ["finds links by reference", {}],
  ["searches its list", { createRecovery: "scan" }],
  ["keeps its first answer", { createRecovery: "keyed" }],
])("the answer to a create is lost at a gateway that %s: one link", async (_name, traits) => {
  const { gateway, shop } = openTestShop(traits);
  gateway.simulate.failNext("create", "lost_answer");
  const payPage = await shop.buy("INV-001");
  expect(await shop.buy("INV-001")).toBe(payPage);
  gateway.expectLink("INV-001", { status: "active" });
});

test("the answer to a create is lost, and no link can be found: never a second one", async () => {
  const { gateway, shop } = openTestShop({ createRecovery: "none" });
  gateway.simulate.failNext("create", "lost_answer");
  await expect(shop.buy("INV-001")).rejects.toThrow("the connection broke");
  await expect(shop.buy("INV-001")).rejects.toThrow("no way to find out");
  gateway.expectLink("INV-001", { links: 1 });
});

test("the gateway is down for two calls: buying works again afterwards", async () => {
  const { gateway, shop } = openTestShop();
  gateway.simulate.failNext("create", { kind: "unavailable", status: 503, outcome: "refused" }, 2);
  await expect(shop.buy("INV-001")).rejects.toThrow("as the test ordered");
  await expect(shop.buy("INV-001")).rejects.toThrow("as the test ordered");
  await shop.buy("INV-001");
  gateway.expectLink("INV-001");
});

test("the account's other business: acknowledged, and no order changes", async () => {
  const { gateway, shop } = openTestShop({ notices: "history", trust: "token" });
  await shop.buy("INV-001");
  await gateway.simulate.payElsewhere();
  expect(gateway.deliveries[0]?.answers).toEqual([200]);
  expect(shop.order("INV-001")).toMatchObject({ status: "new" });
});

test("a gateway without titles: refused with the field, before anything is sent", async () => {
  const { gateway, shop } = openTestShop({ without: ["title"] });
  await expect(shop.buy("INV-001")).rejects.toThrow("title");
  expect(gateway.calls).toEqual([]);
});

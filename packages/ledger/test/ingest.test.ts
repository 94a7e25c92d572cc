import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

describe.each(await databaseKinds())("a webhook on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const rowsOf = async (table: string): Promise<number> =>
    Number((await shop.database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.["n"]);

  test("is applied, and its payment is told once", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    expect(await shop.receive(webhook)).toMatchObject({
      state: "applied",
      links: [id],
      acknowledgement: { status: 200 },
    });
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    expect(await shop.drain()).toEqual([]);
    expect(await shop.effects()).toEqual([
      { type: "link_exhausted", reference: "INV-001" },
      { type: "paid", reference: "INV-001" },
    ]);
  });

  test("that comes three times is applied once, and is acknowledged each time", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    const states = [];
    for (let time = 0; time < 3; time += 1) states.push((await shop.receive(webhook)).state);
    expect(states).toEqual(["applied", "duplicate", "duplicate"]);
    expect(await rowsOf("tautan_deliveries")).toBe(1);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("that comes ten times at once, to two processes, is applied once", async () => {
    await shop.link({ reference: "INV-001" });
    const other = shop.another();
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    const received = await Promise.all(
      Array.from({ length: 10 }, (_, index) => shop.receive(webhook, index % 2 === 0 ? shop.ledger : other)),
    );
    expect(received.every(({ acknowledgement }) => acknowledgement.status === 200)).toBe(true);
    expect([await rowsOf("tautan_deliveries"), await rowsOf("tautan_histories")]).toEqual([1, 1]);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("that is forged is refused, and not stored", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    const forged = { ...webhook, body: webhook.body.replace("190000", "190001") };
    const refused = (await shop.ledger.ingest("memory", forged))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "signature_invalid", acknowledgement: { status: 401 } });
    expect(await rowsOf("tautan_deliveries")).toBe(0);
    expect(await shop.drain()).toEqual([]);
  });

  test("of a link that is not known waits; the gateway is asked for the link, then the payment is told", async () => {
    await shop.linkElsewhere({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    expect(await shop.receive(webhook)).toMatchObject({ state: "stored", links: [], acknowledgement: { status: 200 } });
    expect(await shop.drain()).toEqual([]);
    shop.clock.advance(60_000);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    expect(await rowsOf("tautan_delivery_candidates")).toBe(0);
  });

  test("of a link that the gateway does not know either is given up after a week", async () => {
    // Another account with the same secret.
    const elsewhere = createMemoryDriver({ clock: shop.clock });
    const others = createPaymentLinks({ default: "memory", gateways: { memory: elsewhere }, clock: shop.clock });
    (await others.create({ reference: "INV-009", amount: idr(1_000) }))._unsafeUnwrap();
    await shop.receive((await elsewhere.simulate.pay("INV-009")).webhook);
    for (let hour = 0; hour < 7 * 24; hour += 6) {
      expect(await shop.drain()).toEqual([]);
      expect(await shop.database.query("SELECT state FROM tautan_deliveries")).toEqual([{ state: "waiting" }]);
      shop.clock.advance(6 * 60 * 60_000);
    }
    expect(await shop.drain()).toEqual([]);
    expect(await shop.database.query("SELECT state, due_at FROM tautan_deliveries")).toEqual([
      { state: "ignored", due_at: null },
    ]);
  });

  test("the whole life of a payment is told in order, whatever the order of its webhooks", async () => {
    await shop.link({ reference: "INV-001" });
    const { payment, webhook: paid } = await shop.gateway.simulate.pay("INV-001");
    const { webhook: settled } = await shop.gateway.simulate.settle("INV-001", { payment });
    const { webhook: partly } = await shop.gateway.simulate.refund("INV-001", { payment, amount: idr(40_000) });
    const { webhook: rest } = await shop.gateway.simulate.refund("INV-001", { payment });
    for (const webhook of [settled, paid, rest, partly]) await shop.receive(webhook);
    expect(await shop.drain()).toEqual(["paid", "settled", "link_exhausted", "refunded", "refunded"]);
  });

  test("what was taken back before it was told is never told as paid", async () => {
    await shop.link({ reference: "INV-001" });
    const { payment, webhook: paid } = await shop.gateway.simulate.pay("INV-001");
    const { webhook: reversed } = await shop.gateway.simulate.reverse("INV-001", { payment });
    for (const webhook of [reversed, paid]) await shop.receive(webhook);
    expect(await shop.drain()).toEqual(["reversed"]);
  });

  test("beyond the limit of the link a payment is excess, not paid; after a reversal the next is paid again", async () => {
    await shop.link({
      reference: "INV-001",
      usage: { limit: 1 },
      expiresAt: new Date(shop.clock.now() + 30 * 86_400_000),
    });
    const pay = async (payment: string): Promise<unknown> =>
      shop.receive((await shop.gateway.simulate.pay("INV-001", { payment })).webhook);
    // Each is opened after the one before has expired, and is paid all the same.
    const payments: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      payments.push((await shop.gateway.simulate.open("INV-001")).payment);
      shop.clock.advance(2 * 86_400_000);
    }
    const [first = "", second = "", third = ""] = payments;
    await pay(first);
    await pay(second);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted", "excess"]);
    for (const payment of [first, second]) {
      await shop.receive((await shop.gateway.simulate.reverse("INV-001", { payment })).webhook);
    }
    await pay(third);
    expect(await shop.drain()).toEqual(["reversed", "reversed", "paid"]);
  });

  test("a payment of another amount is mismatched, not paid", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001", { amount: idr(1_000) })).webhook);
    expect(await shop.drain()).toEqual(["mismatched", "link_exhausted"]);
  });

  test("a payment long after the link's expiry is late; shortly after it is paid", async () => {
    const expiresAt = new Date(shop.clock.now() + 60_000);
    for (const reference of ["INV-001", "INV-002"]) await shop.link({ reference, expiresAt });
    const soon = await shop.gateway.simulate.open("INV-001");
    const late = await shop.gateway.simulate.open("INV-002");
    shop.clock.advance(10 * 60_000);
    await shop.receive((await shop.gateway.simulate.pay("INV-001", { payment: soon.payment })).webhook);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    shop.clock.advance(60 * 60_000);
    await shop.receive((await shop.gateway.simulate.pay("INV-002", { payment: late.payment })).webhook);
    expect(await shop.drain()).toEqual(["late", "link_exhausted"]);
  });

  test("handle answers a Fetch request; the last part of the path is the gateway", async () => {
    await shop.link({ reference: "INV-001" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    const request = (path: string): Request => new Request(`https://shop.example${path}`, webhook);
    expect((await shop.ledger.handle(request("/webhooks/memory"))).status).toBe(200);
    expect((await shop.ledger.handle(request("/anything"), "memory")).status).toBe(200);
    expect((await shop.ledger.handle(request("/webhooks/nobody"))).status).toBe(404);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });
});

import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createMemoryDriver, type MemoryDriver, type Simulated } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";
import { type Order, receive, type WithOrder } from "../readme/webhooks.ts";

interface Counter {
  readonly gateway: MemoryDriver;
  readonly links: PaymentLinks;
  /** What was done for the order, in order. */
  readonly done: string[];
  /** Thrown by the next delivery of goods. */
  failNext?: Error;
  readonly bring: (webhook: Simulated["webhook"]) => Promise<Response>;
}

/** The README's handler over a store in memory that locks an order and undoes what a failed transaction changed. */
const openCounter = async (
  { uses, limit = uses }: { uses: number; limit?: number } = { uses: 1 },
): Promise<Counter> => {
  const gateway = createMemoryDriver();
  const links: PaymentLinks = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  const created = await links.create({ reference: "INV-001", amount: idr(190_000), usage: { limit } });
  expect(created.isOk()).toBe(true);
  const done: string[] = [];
  let saved: Pick<Order, "payments" | "delivered"> = { payments: new Map(), delivered: new Set() };
  let last: Promise<void> = Promise.resolve();
  const counter: Counter = {
    gateway,
    links,
    done,
    bring: (webhook) => receive(links, withOrder, "memory", new Request(`https://shop.example${webhook.url}`, webhook)),
  };
  const withOrder: WithOrder = (reference, work) => {
    expect(reference).toBe("INV-001");
    const run = async (): Promise<void> => {
      const order: Order = {
        price: idr(190_000),
        uses,
        payments: new Map(saved.payments),
        delivered: new Set(saved.delivered),
        deliver: async () => {
          const { failNext } = counter;
          delete counter.failNext;
          if (failNext) throw failNext;
          done.push("delivered");
        },
        takeBack: async ({ status }) => void done.push(`taken back: ${status}`),
        review: async ({ amount }) => void done.push(`to review: ${amount?.amount}`),
      };
      await work(order);
      saved = order;
    };
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
  return counter;
};

describe("the README's webhook handler", () => {
  test("delivers once for a payment, however often and at once it is reported", async () => {
    const { gateway, bring, done } = await openCounter();
    const { webhook } = await gateway.simulate.pay("INV-001");
    const answers = await Promise.all(Array.from({ length: 10 }, () => bring(webhook)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(done).toEqual(["delivered"]);
  });

  test("does not deliver for another amount", async () => {
    const { gateway, bring, done } = await openCounter();
    const { webhook } = await gateway.simulate.pay("INV-001", { amount: idr(189_999) });
    expect((await bring(webhook)).ok).toBe(true);
    expect(done).toEqual(["to review: 189999"]);
  });

  test("does not deliver for a payment beyond the order's uses", async () => {
    const { gateway, bring, done } = await openCounter({ uses: 1, limit: 2 });
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    expect(done).toEqual(["delivered", "to review: 190000"]);
  });

  test("delivers for each use of a link with several", async () => {
    const { gateway, bring, done } = await openCounter({ uses: 2 });
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    expect(done).toEqual(["delivered", "delivered"]);
  });

  test("takes back what was refunded in full, and not what was refunded in part", async () => {
    const { gateway, bring, done } = await openCounter();
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    await bring((await gateway.simulate.refund("INV-001", { amount: idr(40_000) })).webhook);
    expect(done).toEqual(["delivered"]);
    await bring((await gateway.simulate.refund("INV-001")).webhook);
    expect(done).toEqual(["delivered", "taken back: refunded"]);
  });

  test("takes back what was reversed, and delivers for the payment that then uses the link again", async () => {
    const { gateway, bring, done } = await openCounter();
    const paid = await gateway.simulate.pay("INV-001");
    await bring(paid.webhook);
    const reversed = await gateway.simulate.reverse("INV-001");
    await bring(reversed.webhook);
    await bring(paid.webhook);
    expect(done).toEqual(["delivered", "taken back: reversed"]);
    await bring((await gateway.simulate.pay("INV-001")).webhook);
    expect(done).toEqual(["delivered", "taken back: reversed", "delivered"]);
  });

  test("does not deliver for a payment whose reversal came first", async () => {
    const { gateway, bring, done } = await openCounter();
    const paid = await gateway.simulate.pay("INV-001");
    await bring((await gateway.simulate.reverse("INV-001")).webhook);
    await bring(paid.webhook);
    expect(done).toEqual([]);
  });

  test("delivers with the next report what could not be delivered", async () => {
    const counter = await openCounter();
    const { webhook } = await counter.gateway.simulate.pay("INV-001");
    counter.failNext = new Error("the printer is out of paper");
    await expect(counter.bring(webhook)).rejects.toThrow("out of paper");
    expect(counter.done).toEqual([]);
    await counter.bring(webhook);
    expect(counter.done).toEqual(["delivered"]);
  });

  test("refuses a forged report with the gateway's own answer", async () => {
    const { gateway, bring, done } = await openCounter();
    const { webhook } = await gateway.simulate.pay("INV-001");
    const answer = await bring({ ...webhook, body: webhook.body.replace("190000", "190001") });
    expect(answer.status).toBe(401);
    expect(done).toEqual([]);
  });
});

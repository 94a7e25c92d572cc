import { idr } from "@tautan/core";
import { createManualClock, type Simulated } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";
import { createMerchant, type Merchant, orderOf } from "../src/merchant.ts";
import { openShop, type Shop } from "./support.ts";

interface Counter {
  readonly shop: Shop;
  readonly merchant: Merchant;
  /** Ids of the histories that were delivered, in order. */
  readonly delivered: string[];
  readonly mismatches: string[];
  readonly takenBack: string[];
  readonly bring: (webhook: Simulated["webhook"]) => Promise<Response>;
}

const openCounter = async (defaultKey: string): Promise<Counter> => {
  const shop = await openShop();
  const links = await shop.load(shop.configuration(defaultKey));
  const delivered: string[] = [];
  const mismatches: string[] = [];
  const takenBack: string[] = [];
  const merchant = await shop.serve(links, {
    onDelivery: ({ id }) => void delivered.push(id),
    onMismatch: ({ id }, reason) => void mismatches.push(`${id}: ${reason}`),
    onTakeBack: ({ status }) => void takenBack.push(status),
  });
  const bring = (webhook: Simulated["webhook"]): Promise<Response> =>
    merchant.receive("memory", new Request(`https://shop.example${webhook.url}`, webhook));
  return { shop, merchant, delivered, mismatches, takenBack, bring };
};

describe("delivering once", () => {
  test("a webhook that comes ten times, all at once, is one delivery", async () => {
    const { shop, merchant, delivered, mismatches, bring } = await openCounter("memory");
    await merchant.ledger.create(orderOf("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER");
    const answers = await Promise.all(Array.from({ length: 10 }, () => bring(webhook)));
    expect(answers.map(({ ok }) => ok)).toEqual(Array.from({ length: 10 }, () => true));
    await merchant.work();
    expect(delivered).toHaveLength(1);
    expect(merchant.tickets()).toEqual(delivered);
    expect(mismatches).toEqual([]);
  });

  test.each(["midtrans", "xfers", "singapay"])(
    "%s: the webhook and the customer who comes back at the same moment are one delivery",
    async (gateway) => {
      const { shop, merchant, delivered, mismatches } = await openCounter(gateway);
      const link = (await merchant.ledger.create(orderOf("ORDER")))._unsafeUnwrap();
      /** The customer is sent back to the shop, which asks the gateway rather than trusting that. */
      const comeBack = async (): Promise<void> => {
        (await merchant.ledger.confirm({ reference: "ORDER" }))._unsafeUnwrap();
        await merchant.work();
      };
      await Promise.all([shop.sandbox.pay(link.url), comeBack(), comeBack()]);
      await Promise.all([comeBack(), comeBack()]);
      expect(delivered).toHaveLength(1);
      expect(merchant.tickets()).toEqual(delivered);
      expect(mismatches).toEqual([]);
    },
  );

  test("a link for three that is paid twice is two deliveries, under two ids", async () => {
    const { shop, merchant, delivered } = await openCounter("singapay");
    const link = (await merchant.ledger.create(orderOf("ORDER")))._unsafeUnwrap();
    await shop.sandbox.pay(link.url);
    await shop.sandbox.pay(link.url);
    expect([delivered.length, new Set(delivered).size]).toEqual([2, 2]);
  });

  test("a delivery that fails leaves nothing, and is made later", async () => {
    const shop = await openShop();
    const links = await shop.load(shop.configuration("memory"));
    const clock = createManualClock(new Date().toISOString());
    const done: string[] = [];
    const events = {
      onDelivery: () => {
        if (done.length === 0) throw new Error("the printer is out of paper");
        done.push("delivered");
      },
      onFailure: (error: unknown) => void done.push(String(error)),
    };
    const merchant = createMerchant(links, events, { clock });
    await merchant.ledger.create(orderOf("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER");
    const response = await merchant.receive("memory", new Request(`https://shop.example${webhook.url}`, webhook));
    expect([response.ok, merchant.tickets()]).toEqual([true, []]);
    clock.advance(2_000);
    await merchant.work();
    await merchant.work();
    expect(done).toEqual(["Error: the printer is out of paper", "delivered"]);
    expect(merchant.tickets()).toHaveLength(1);
    await merchant.close();
  });
});

describe("delivering only what was paid for", () => {
  test.each([
    ["much less", 1_000],
    ["less", 189_999],
    ["more", 190_001],
  ])("%s than the price is not delivered, and reported once", async (_name, amount) => {
    const { shop, merchant, delivered, mismatches, bring } = await openCounter("memory");
    await merchant.ledger.create(orderOf("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER", { amount: idr(amount) });
    for (let count = 0; count < 3; count += 1) expect((await bring(webhook)).ok).toBe(true);
    expect(delivered).toEqual([]);
    expect(merchant.tickets()).toEqual([]);
    expect(mismatches).toEqual([
      expect.stringMatching(new RegExp(`^memory:\\S+: ${amount} IDR was paid, the price is 190000 IDR$`)),
    ]);
  });

  test("a forged webhook is refused, and nothing is delivered", async () => {
    const { shop, merchant, delivered, bring } = await openCounter("memory");
    await merchant.ledger.create(orderOf("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER");
    expect((await bring({ ...webhook, body: webhook.body.replace("190000", "190001") })).status).toBe(401);
    expect(delivered).toEqual([]);
  });
});

describe("what follows a delivery", () => {
  test("a payment that the bank took back is taken back, once", async () => {
    const { shop, merchant, delivered, takenBack, bring } = await openCounter("memory");
    await merchant.ledger.create(orderOf("ORDER"));
    const paid = await shop.memory.simulate.pay("ORDER");
    await bring(paid.webhook);
    const reversed = await shop.memory.simulate.reverse("ORDER");
    await bring(reversed.webhook);
    await bring(reversed.webhook);
    await bring(paid.webhook);
    expect([delivered.length, takenBack, merchant.tickets()]).toEqual([1, ["reversed"], []]);
  });

  test("a payment whose reversal was reported first is never delivered", async () => {
    const { shop, merchant, delivered, takenBack, bring } = await openCounter("memory");
    await merchant.ledger.create(orderOf("ORDER"));
    const paid = await shop.memory.simulate.pay("ORDER");
    await bring((await shop.memory.simulate.reverse("ORDER")).webhook);
    await bring(paid.webhook);
    expect([delivered, takenBack, merchant.tickets()]).toEqual([[], [], []]);
  });
});

import { idr, type PaymentLinkHistory, type PaymentLinks } from "@tautan/core";
import { deriveHistory, historyRecord } from "@tautan/core/driver";
import { describe, expect, test } from "vitest";
import { createMerchant, type Merchant } from "../src/merchant.ts";
import { openShop, type Shop } from "./support.ts";

interface Counter {
  readonly shop: Shop;
  readonly links: PaymentLinks;
  readonly merchant: Merchant;
  /** Ids of the histories that were delivered, in order. */
  readonly delivered: string[];
  readonly mismatches: string[];
}

const openCounter = async (defaultKey: string): Promise<Counter> => {
  const shop = await openShop();
  const links = await shop.load(shop.configuration(defaultKey));
  const delivered: string[] = [];
  const mismatches: string[] = [];
  const merchant = await shop.serve(links, {
    onDelivery: ({ id }) => void delivered.push(id),
    onMismatch: ({ id }, reason) => void mismatches.push(`${id}: ${reason}`),
  });
  return { shop, links, merchant, delivered, mismatches };
};

/** A paid history as one source reports it. */
const told = (amount: number | undefined, trust: "read" | "signed" = "read"): PaymentLinkHistory =>
  deriveHistory(
    "midtrans",
    historyRecord({
      providerId: "A-1",
      trust,
      amount: amount === undefined ? undefined : idr(amount),
      facts: { paid: {} },
    }),
  );

describe("delivering once", () => {
  test("a webhook that comes ten times, all at once, is one delivery", async () => {
    const { shop, links, merchant, delivered, mismatches } = await openCounter("memory");
    await links.create(merchant.order("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        merchant.receive("memory", new Request(`https://shop.example${webhook.url}`, webhook)),
      ),
    );
    expect(answers.map(({ ok }) => ok)).toEqual(Array.from({ length: 10 }, () => true));
    expect(delivered).toHaveLength(1);
    expect(mismatches).toEqual([]);
  });

  test.each(["midtrans", "xfers", "singapay"])(
    "%s: the webhook and the customer who comes back at the same moment are one delivery",
    async (gateway) => {
      const { shop, links, merchant, delivered, mismatches } = await openCounter(gateway);
      const link = (await links.create(merchant.order("ORDER")))._unsafeUnwrap();
      /** The customer is sent back to the shop, which asks the gateway rather than trusting that. */
      const comeBack = async (): Promise<void> => {
        const { items } = (await links.listHistories(link.id))._unsafeUnwrap();
        for (const history of items) merchant.remember(history);
      };
      await Promise.all([shop.sandbox.pay(link.url), comeBack(), comeBack()]);
      await Promise.all([comeBack(), comeBack()]);
      expect(delivered).toHaveLength(1);
      expect(mismatches).toEqual([]);
    },
  );

  test("a link for three that is paid twice is two deliveries, under two ids", async () => {
    const { shop, links, merchant, delivered } = await openCounter("singapay");
    const link = (await links.create(merchant.order("ORDER")))._unsafeUnwrap();
    await shop.sandbox.pay(link.url);
    await shop.sandbox.pay(link.url);
    expect([delivered.length, new Set(delivered).size]).toEqual([2, 2]);
  });

  test("what could not be delivered is delivered with the next message", () => {
    const attempts: string[] = [];
    const merchant = createMerchant({} as PaymentLinks, {
      onDelivery: ({ id }) => {
        attempts.push(id);
        if (attempts.length === 1) throw new Error("the printer is out of paper");
      },
    });
    expect(() => merchant.remember(told(190_000))).toThrow("out of paper");
    merchant.remember(told(190_000));
    merchant.remember(told(190_000));
    expect(attempts).toHaveLength(2);
  });
});

describe("delivering what was paid for only", () => {
  test("an underpaid order is not delivered, and said once", async () => {
    const { shop, links, merchant, delivered, mismatches } = await openCounter("memory");
    await links.create(merchant.order("ORDER"));
    const { webhook } = await shop.memory.simulate.pay("ORDER", { amount: idr(1_000) });
    for (let count = 0; count < 3; count += 1) {
      const request = new Request(`https://shop.example${webhook.url}`, webhook);
      expect((await merchant.receive("memory", request)).ok).toBe(true);
    }
    expect(delivered).toEqual([]);
    expect(mismatches).toEqual([expect.stringMatching(/^memory:\S+: 1000 IDR was paid, the price is 190000 IDR$/)]);
  });

  test.each([
    ["less", told(189_999), "189999 IDR was paid, the price is 190000 IDR"],
    ["more", told(190_001), "190001 IDR was paid, the price is 190000 IDR"],
    ["nobody knows what", told(undefined), "the gateway does not report the amount"],
  ])("%s than the price is not delivered", (_name, history, reason) => {
    const events: string[] = [];
    const merchant = createMerchant({} as PaymentLinks, {
      onDelivery: () => void events.push("delivered"),
      onMismatch: (_history, why) => void events.push(why),
    });
    merchant.remember(history);
    merchant.remember(history);
    expect(events).toEqual([reason]);
  });

  test("sources that report different amounts: nothing is delivered, although the better one has the price", () => {
    const events: string[] = [];
    const merchant = createMerchant({} as PaymentLinks, {
      onDelivery: () => void events.push("delivered"),
      onMismatch: (_history, why) => void events.push(why),
    });
    merchant.remember(told(1_000, "signed"));
    const history = merchant.remember(told(190_000, "read"));
    expect(history.amount).toEqual(idr(190_000));
    expect(history.conflicts).toHaveLength(1);
    expect(events).toEqual(["1000 IDR was paid, the price is 190000 IDR"]);
    const other = createMerchant({} as PaymentLinks, {
      onDelivery: () => void events.push("delivered"),
      onMismatch: (_history, why) => void events.push(why),
    });
    other.remember(history);
    expect(events.at(-1)).toBe("the gateway reports different amounts: 190000 IDR and 1000 IDR");
    expect(events).not.toContain("delivered");
  });

  test("an amount that becomes known later is delivered then", () => {
    const delivered: PaymentLinkHistory[] = [];
    const merchant = createMerchant({} as PaymentLinks, { onDelivery: (history) => void delivered.push(history) });
    merchant.remember(told(undefined, "signed"));
    merchant.remember(told(190_000, "read"));
    expect(delivered).toHaveLength(1);
  });
});

describe("what follows a delivery", () => {
  const paidAs = (providerId: string, facts: Parameters<typeof historyRecord>[0]["facts"] = { paid: {} }) =>
    deriveHistory(
      "midtrans",
      historyRecord({
        providerId,
        trust: "read",
        linkReference: "ORDER",
        amount: idr(190_000),
        attemptId: "T-1",
        facts,
      }),
    );

  const openDesk = (): { readonly merchant: Merchant; readonly events: string[] } => {
    const events: string[] = [];
    const merchant = createMerchant({} as PaymentLinks, {
      onDelivery: ({ providerId }) => void events.push(`delivered ${providerId}`),
      onTakeBack: ({ providerId, status }) => void events.push(`taken back ${providerId}: ${status}`),
      onMismatch: (_history, why) => void events.push(why),
    });
    return { merchant, events };
  };

  test("a payment that the bank took back is taken back, once", () => {
    const { merchant, events } = openDesk();
    merchant.remember(paidAs("A-1"));
    merchant.remember(paidAs("A-1", { voided: {} }));
    merchant.remember(paidAs("A-1"));
    expect(events).toEqual(["delivered A-1", "taken back A-1: reversed"]);
  });

  test("a payment whose reversal was reported first is never delivered", () => {
    const { merchant, events } = openDesk();
    merchant.remember(paidAs("A-1", { voided: {} }));
    merchant.remember(paidAs("A-1"));
    expect(events).toEqual([]);
  });

  test("a payment beyond the link's limit is held back, and delivered once another was taken back", () => {
    const { merchant, events } = openDesk();
    for (const id of ["A-1", "A-2", "A-3", "A-4"]) merchant.remember(paidAs(id));
    expect(events.slice(3)).toEqual(["the link is for 3 payments, and this is one more"]);
    merchant.remember(paidAs("A-1", { voided: {} }));
    merchant.remember(paidAs("A-4"));
    expect(events.slice(4)).toEqual(["taken back A-1: reversed", "delivered A-4"]);
  });
});

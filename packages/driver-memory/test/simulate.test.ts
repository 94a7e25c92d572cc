import { idr, mergeHistories, money } from "@tautan/core";
import type { createMemoryDriver } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";
import { setUp } from "./support.ts";

describe("the payer and the bank", () => {
  test("pending, paid, settled, refunded in part and in full: each webhook tells, each read agrees", async () => {
    const { memory, create, links, observe, clock } = setUp();
    const link = await create({ methods: [{ kind: "virtual_account", channel: "bca" }] });
    const steps = [
      [() => memory.simulate.open(link), "pending", false],
      [() => memory.simulate.pay(link), "paid", true],
      [() => memory.simulate.settle(link), "settled", true],
      [() => memory.simulate.refund(link, { amount: idr(40_000) }), "partially_refunded", true],
      [() => memory.simulate.refund(link, { amount: idr(150_000) }), "refunded", false],
    ] as const;
    const webhooks = [];
    for (const [act, status, isPaid] of steps) {
      clock.advance(60_000);
      const { webhook, payment } = await act();
      webhooks.push(webhook);
      const told = await observe(webhook);
      expect(told).toMatchObject({ status, isPaid, linkId: link.id, reference: "INV-001", amount: idr(190_000) });
      expect(told.method).toEqual({ kind: "virtual_account", channel: "bca" });
      expect((await links.getHistory(`memory:${payment}`))._unsafeUnwrap()).toMatchObject({ status, isPaid });
    }
    // The same deliveries backwards come to the same end.
    const histories = await Promise.all(webhooks.toReversed().map(observe));
    expect(histories.reduce(mergeHistories)).toMatchObject({ status: "refunded", refunded: idr(190_000) });
  });

  test("declined, and taken back", async () => {
    const { memory, create, observe } = setUp();
    await create({ usage: { limit: 5 } });
    expect(await observe((await memory.simulate.fail("INV-001")).webhook)).toMatchObject({
      status: "failed",
      isPaid: false,
    });
    await memory.simulate.pay("INV-001");
    expect(await observe((await memory.simulate.reverse("INV-001")).webhook)).toMatchObject({
      status: "reversed",
      isPaid: false,
    });
  });

  test("a payer who chooses the amount, or pays the wrong one", async () => {
    const { memory, create, observe } = setUp();
    await create({ reference: "GIFT", amount: { open: { currency: "USD", min: "1", preset: "5" } } });
    expect((await observe((await memory.simulate.open("GIFT")).webhook)).amount).toEqual(money(5, "USD"));
    await create({ usage: { limit: 2 } });
    expect((await observe((await memory.simulate.pay("INV-001", { amount: idr(1) })).webhook)).amount).toEqual(idr(1));
    await create({ reference: "ANY", amount: { open: { currency: "USD" } } });
    await expect(memory.simulate.pay("ANY")).rejects.toThrow("pass { amount }");
  });

  test("a payer who chooses a method pays by it, and never another payment", async () => {
    const { memory, create, observe } = setUp();
    const qris = { kind: "qris" } as const;
    const wallet = { kind: "ewallet" } as const;
    await create({ usage: { limit: 3 }, methods: [qris, wallet] });
    const open = await memory.simulate.open("INV-001", { method: qris });
    const paid = await memory.simulate.pay("INV-001", { method: wallet });
    expect(paid.payment).not.toBe(open.payment);
    // A kind without a channel is any channel that the link offers.
    expect((await observe(paid.webhook)).method).toEqual({ kind: "ewallet", channel: "dana" });
    const { payment } = await memory.simulate.pay("INV-001", { method: qris });
    expect(payment).toBe(open.payment);
    const third = await memory.simulate.open("INV-001", { method: { kind: "ewallet", channel: "ovo" } });
    await expect(memory.simulate.pay("INV-001", { payment: third.payment, method: qris })).rejects.toThrow(
      `no unpaid payment by qris ${third.payment}`,
    );
    expect((await memory.simulate.pay("INV-001", { payment: third.payment, method: wallet })).payment).toBe(
      third.payment,
    );
  });

  test("a refund without an amount gives back what is left, of the latest payment that has something left", async () => {
    const { memory, create, links } = setUp();
    const link = await create({ usage: { limit: 2 } });
    const first = await memory.simulate.pay(link);
    const second = await memory.simulate.pay(link);
    await memory.simulate.refund(link, { amount: idr(40_000) });
    expect((await memory.simulate.refund(link)).payment).toBe(second.payment);
    expect((await memory.simulate.refund(link)).payment).toBe(first.payment);
    for (const { payment } of [first, second]) {
      expect((await links.getHistory(`memory:${payment}`))._unsafeUnwrap()).toMatchObject({
        status: "refunded",
        refunded: idr(190_000),
      });
    }
    await expect(memory.simulate.refund(link)).rejects.toThrow("no paid payment with anything left to refund");
    await expect(memory.simulate.refund(link, first)).rejects.toThrow(`left to refund ${first.payment}`);
  });

  test.each<[string, unknown]>([
    ["nothing", idr(0)],
    ["less than nothing", idr(-5)],
    ["a number", 5],
    ["an amount that is a number", { amount: 5, currency: "IDR" }],
    ["an amount in words", { amount: "much", currency: "IDR" }],
    ["no currency", { amount: "5" }],
  ])("money that is none is refused, and changes nothing: %s", async (_name, amount) => {
    const { memory, create, read, links } = setUp();
    const link = await create({ usage: { limit: 3 } });
    const { payment } = await memory.simulate.pay(link);
    const wrong = { amount: amount as never };
    for (const act of ["open", "pay", "fail", "refund"] as const) {
      await expect(memory.simulate[act](link, wrong)).rejects.toThrow("simulate: amount: expected money above 0");
    }
    expect((await read()).usage).toEqual({ limit: 3, used: 1, held: 0 });
    expect((await links.getHistory(`memory:${payment}`))._unsafeUnwrap()).not.toHaveProperty("refunded");
  });

  test("links by id, by reference, by themselves; payments by id", async () => {
    const { memory, create, links } = setUp();
    const link = await create({ usage: { limit: 5 } });
    for (const name of [link, link.id, link.providerId, link.reference]) await memory.simulate.pay(name);
    expect((await links.listHistories(link.id))._unsafeUnwrap().items).toHaveLength(4);
  });

  test.each<[string, (memory: ReturnType<typeof createMemoryDriver>) => Promise<unknown>, string]>([
    ["settling what nobody paid", (memory) => memory.simulate.settle("INV-001"), "no paid and unsettled payment"],
    ["refunding what nobody paid", (memory) => memory.simulate.refund("INV-001"), "no paid payment"],
    ["reversing what nobody paid", (memory) => memory.simulate.reverse("INV-001"), "no paid payment"],
    [
      "declining a payment that has failed already",
      async (memory) => {
        const { payment } = await memory.simulate.fail("INV-001");
        await memory.simulate.fail("INV-001", { payment });
      },
      "no open payment",
    ],
    [
      "paying what was paid already",
      async (memory) => {
        const { payment } = await memory.simulate.pay("INV-001");
        await memory.simulate.pay("INV-001", { payment });
      },
      "no unpaid payment",
    ],
    [
      "settling twice",
      async (memory) => {
        const { payment } = await memory.simulate.pay("INV-001");
        await memory.simulate.settle("INV-001", { payment });
        await memory.simulate.settle("INV-001", { payment });
      },
      "no paid and unsettled payment",
    ],
    [
      "refunding what was taken back",
      async (memory) => {
        await memory.simulate.pay("INV-001");
        await memory.simulate.reverse("INV-001");
        await memory.simulate.refund("INV-001");
      },
      "no paid payment",
    ],
    ["a link that is none", (memory) => memory.simulate.pay(undefined as never), "there is none for undefined"],
    [
      "a link that is an object of another kind",
      (memory) => memory.simulate.pay({} as never),
      "there is none for undefined",
    ],
    ["a link that is not there", (memory) => memory.simulate.pay("nothing"), "there is none"],
    [
      "a payment that is not there",
      (memory) => memory.simulate.pay("INV-001", { payment: "x" }),
      "no unpaid payment x",
    ],
    [
      "a method it does not offer",
      (memory) => memory.simulate.pay("INV-001", { method: { kind: "paylater" } }),
      "does not offer paylater",
    ],
    [
      "refunding more than was paid",
      async (memory) => {
        await memory.simulate.pay("INV-001");
        await memory.simulate.refund("INV-001", { amount: idr(190_001) });
      },
      "refunds cannot exceed this",
    ],
    [
      "refunding in another currency",
      async (memory) => {
        await memory.simulate.pay("INV-001");
        await memory.simulate.refund("INV-001", { amount: money(1, "USD") });
      },
      "refunds cannot exceed this",
    ],
  ])("%s is refused with an Error that says why", async (_name, act, message) => {
    const { memory, create } = setUp();
    await create();
    await expect(act(memory)).rejects.toThrow(message);
  });
});

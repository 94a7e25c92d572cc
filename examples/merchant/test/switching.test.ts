import type { Observation, PaymentLinkHistory } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { refusalsOf } from "../readme/check.ts";
import { orderOf } from "../src/merchant.ts";
import { GATEWAYS, openShop } from "./support.ts";

describe("before a switch", () => {
  test("a check says which gateway would refuse which link, and why, as create then does", async () => {
    const shop = await openShop();
    const links = await shop.load(shop.configuration("midtrans"));
    const order = orderOf("ORDER-1");
    // The merchant's ledger closes these at their end; without one, the gateway would take an endless link only.
    expect(await refusalsOf(links, [order])).toEqual([expect.stringMatching(/^stripe: .*a Stripe link never ends/)]);

    const { customer: _, ...anonymous } = order;
    const several = { ...order, usage: { limit: 2 }, omitIfUnsupported: ["items", "methods", "redirect"] as const };
    const refusals = await refusalsOf(links, [order, anonymous, several]);
    expect(refusals.filter((each) => each.startsWith("xfers: "))).toEqual([
      expect.stringContaining("customer.name"),
      expect.stringContaining("usage.limit"),
    ]);
    expect(shop.sandbox.requests).toEqual([]);
    for (const [index, request] of [anonymous, several].entries()) {
      const error = (
        await links.create({ ...request, reference: `REFUSED-${index}`, gateway: "xfers" })
      )._unsafeUnwrapErr();
      expect(refusals).toContain(`xfers: ${error.message}`);
    }
  });
});

describe("the same merchant code on every gateway", () => {
  test.each(GATEWAYS)('with nothing changed but "default": "%s"', async (key) => {
    const shop = await openShop();
    const links = await shop.load(shop.configuration(key));
    const delivered: PaymentLinkHistory[] = [];
    const refusals: string[] = [];
    const merchant = await shop.serve(links, {
      onDelivery: (history) => void delivered.push(history),
      onRefusal: (_gateway, message) => void refusals.push(message),
    });

    const created = await merchant.ledger.create(orderOf("ORDER-1"));
    const link = created._unsafeUnwrap();
    expect(link).toMatchObject({
      gateway: key,
      reference: "ORDER-1",
      status: "active",
      amount: { amount: "190000", currency: "IDR" },
    });
    await shop.pay(merchant, key, link.url, link.reference);

    expect(refusals).toEqual([]);
    expect(delivered).toMatchObject([
      { reference: "ORDER-1", linkId: link.id, isPaid: true, amount: { amount: "190000", currency: "IDR" } },
    ]);
    const read = (await links.get(link.id))._unsafeUnwrap();
    expect(read.usage.used).toBe(1);
    const { items } = (await links.listHistories(link.id))._unsafeUnwrap();
    expect(items.filter((history) => history.isPaid).map((history) => history.id)).toEqual([delivered[0]?.id]);
  });

  test("every pair: a link made before the switch is still read, paid, matched to its webhook and closed afterwards", async () => {
    const shop = await openShop();
    for (const before of GATEWAYS) {
      for (const after of GATEWAYS.filter((key) => key !== before)) {
        const reference = `FROM-${before}-TO-${after}`;
        const old = (
          await (await shop.serve(await shop.load(shop.configuration(before)))).ledger.create(orderOf(reference))
        )._unsafeUnwrap();

        const links = await shop.load(shop.configuration(after));
        const seen: Observation[] = [];
        const delivered: PaymentLinkHistory[] = [];
        const merchant = await shop.serve(links, {
          onObservation: (confirmed) => void seen.push(confirmed),
          onDelivery: (history) => void delivered.push(history),
        });
        expect((await links.get(old.id))._unsafeUnwrap()).toMatchObject({
          id: old.id,
          gateway: before,
          reference,
          status: "active",
        });
        const fresh = (await merchant.ledger.create(orderOf(`${reference}-NEW`)))._unsafeUnwrap();
        expect(fresh.gateway).toBe(after);
        // Some gateways report new links too.
        await shop.sandbox.idle();

        await shop.pay(merchant, before, old.url, reference);
        expect(delivered).toMatchObject([{ gateway: before, linkId: old.id, reference, isPaid: true }]);
        const paid = seen.find((each) => each.kind === "history" && each.history.isPaid);
        expect(paid?.kind === "history" && paid.linkCandidates).toContainEqual({ id: old.id, reference });

        const closed = await links.close(fresh.id);
        expect(["closed", "deleted"]).toContain(closed._unsafeUnwrap().status);
      }
    }
  });

  test.each(GATEWAYS)("a link of %s is closed after the switch, and takes no more payers", async (before) => {
    const shop = await openShop();
    const after = before === "memory" ? "midtrans" : "memory";
    const { expiresAt: _, ...order } = orderOf("CLOSE-ME");
    const old = (await (await shop.load(shop.configuration(before))).create(order))._unsafeUnwrap();
    const links = await shop.load(shop.configuration(after));
    expect((await links.close(old.id))._unsafeUnwrap().id).toBe(old.id);
    const read = await links.get(old.id);
    expect(read.isOk() ? read.value.acceptsPayments : read.error.kind).toBe(
      before === "midtrans" ? "not_found" : false,
    );
    if (before !== "memory")
      await expect(shop.sandbox.open(old.url)).rejects.toThrow(/expired|closed|cancelled|no link|deleted|deactivated/i);
  });

  test("a renamed gateway keeps its ids and its webhook path under its old key", async () => {
    const shop = await openShop();
    const { gateways } = shop.configuration("xfers");
    const old = (
      await (await shop.serve(await shop.load({ default: "xfers", gateways }))).ledger.create(orderOf("RENAMED"))
    )._unsafeUnwrap();
    const { xfers, ...others } = gateways;
    const renamed = { default: "memory", gateways: { ...others, "xfers-jakarta": { ...xfers, aliases: ["xfers"] } } };
    const links = await shop.load(renamed);
    const delivered: PaymentLinkHistory[] = [];
    const merchant = await shop.serve(links, { onDelivery: (history) => void delivered.push(history) });
    expect((await links.get(old.id))._unsafeUnwrap().reference).toBe("RENAMED");
    await shop.pay(merchant, "xfers", old.url, "RENAMED");
    expect(delivered).toMatchObject([{ gateway: "xfers-jakarta", reference: "RENAMED", isPaid: true }]);
  });
});

// A gateway that does not count the payments of a link: the ledger does.
import { idr, type PaymentLink } from "@tautan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";
import { uncounted } from "./support/traits.ts";

describe.each(await databaseKinds())("payments that the gateway does not count, on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind, { adapt: uncounted });
  });
  afterEach(() => shop.close());

  const create = async (limit: number | "unlimited"): Promise<PaymentLink> =>
    (await shop.ledger.create({ reference: "INV-001", amount: idr(190_000), usage: { limit } }))._unsafeUnwrap();
  const pay = async (): Promise<void> => {
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
  };
  const stored = async (): Promise<PaymentLink> => (await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap();

  test("the ledger's own count decides the status, the lists, the event and the excess", async () => {
    const made = await create(2);
    expect(made.usage).toEqual({ limit: 2, used: 0, held: 0 });
    await pay();
    expect(await stored()).toMatchObject({ status: "active", usage: { limit: 2, used: 1, held: 0 } });
    await pay();
    expect(await stored()).toMatchObject({ status: "exhausted", acceptsPayments: false, usage: { used: 2 } });
    expect((await shop.ledger.list({ status: "exhausted" }))._unsafeUnwrap().items).toMatchObject([
      { reference: "INV-001", usage: { limit: 2, used: 2 } },
    ]);
    // The gateway takes a third one.
    await pay();
    expect(await shop.drain()).toEqual(["link_made", "paid", "paid", "link_exhausted", "excess"]);
    expect((await stored()).usage).toEqual({ limit: 2, used: 3, held: 0 });
  });

  test("a read of the gateway, which has no count, changes nothing", async () => {
    const { id } = await create(1);
    await pay();
    expect((await shop.links.get(id))._unsafeUnwrap()).toMatchObject({ status: "active", usage: { counted: false } });
    const confirmed = (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(confirmed.link).toMatchObject({ status: "exhausted", usage: { limit: 1, used: 1 } });
    shop.clock.advance(60 * 60_000);
    expect((await shop.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ missed: [], failed: [] });
    expect(await stored()).toMatchObject({ status: "exhausted", usage: { used: 1 } });
    expect(await shop.drain()).toEqual(["link_made", "paid", "link_exhausted"]);
    // The same request returns the same link, as the ledger counts it.
    expect(await create(1)).toMatchObject({ id, status: "exhausted", usage: { used: 1 } });
  });

  test("a payment that is taken back returns its use", async () => {
    await create(1);
    await pay();
    await shop.receive((await shop.gateway.simulate.reverse("INV-001")).webhook);
    expect(await stored()).toMatchObject({ status: "active", usage: { used: 0 } });
  });

  test("without a limit nothing is exhausted", async () => {
    await create("unlimited");
    for (let count = 0; count < 3; count += 1) await pay();
    expect(await stored()).toMatchObject({ status: "active", usage: { used: 3 } });
    expect(await shop.drain()).toEqual(["link_made", "paid", "paid", "paid"]);
  });
});

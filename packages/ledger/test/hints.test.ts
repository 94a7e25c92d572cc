// Deliveries that prove nothing: each arrival is a question to the gateway.
import { createPaymentLinks, type PaymentLinks } from "@tautan/core";
import type { MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hinting, hintOf } from "./chaos/gateway.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

describe.each(await databaseKinds())("a webhook that only hints, on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  /** The shop's gateway, which signs nothing, and counts what it is asked. */
  const quiet = (): { readonly links: PaymentLinks; readonly asked: () => number } => {
    let asked = 0;
    const { handlers, ...rest }: MemoryDriver = hinting(shop.gateway, { isDown: false });
    const memory: MemoryDriver = {
      ...rest,
      handlers: {
        ...handlers,
        confirm: (subject, context) => {
          asked += 1;
          return handlers.confirm(subject, context);
        },
      },
    };
    const { clock } = shop;
    return { links: createPaymentLinks({ default: "memory", gateways: { memory }, clock }), asked: () => asked };
  };

  test("is asked about each time, although its bytes are the same", async () => {
    const { links, asked } = quiet();
    const ledger = shop.another({ links });
    await shop.link({ reference: "INV-001" });
    const { payment } = await shop.gateway.simulate.pay("INV-001");
    const hint = hintOf(payment);
    await shop.receive(hint, ledger);
    await shop.gateway.simulate.settle("INV-001", { payment });
    await shop.receive(hint, ledger);
    await shop.gateway.simulate.reverse("INV-001", { payment });
    await shop.receive(hint, ledger);
    expect(asked()).toBe(3);
    expect(await shop.drain(ledger)).toEqual(["paid", "link_exhausted", "settled", "reversed"]);
    expect(await shop.database.query("SELECT arrivals FROM tautan_deliveries")).toEqual([{ arrivals: 3 }]);
  });
});

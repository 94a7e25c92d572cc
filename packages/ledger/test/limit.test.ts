// R8 of the design: 150 payments, each told three times at once by two processes, of a link that allows 100. `npm run chaos -- --limits 20`
// plays more rounds.
import { idr, type PaymentLink } from "@tautan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXACT, payAtOnce } from "./chaos/limits.ts";
import { places } from "./chaos/places.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const LIMIT = 100;
const PAYMENTS = 150;
/** Payments of another amount, which take nothing away from the others. */
const WRONG = 10;

/** The gateway allows one more of all: as one does that counts late. */
const limited = (link: PaymentLink): PaymentLink => ({ ...link, usage: { ...link.usage, limit: LIMIT } });

describe.each(await databaseKinds())("the limit of a link on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  test("holds exactly under payments that come at once", async () => {
    await shop.link({ reference: "INV-001", usage: { limit: PAYMENTS + WRONG } }, limited);
    const other = shop.another();
    const webhooks = [];
    for (let count = 0; count < PAYMENTS + WRONG; count += 1) {
      const choice = count % 16 === 0 ? { amount: idr(1) } : {};
      webhooks.push((await shop.gateway.simulate.pay("INV-001", choice)).webhook);
    }
    const thrice = [...webhooks, ...webhooks, ...webhooks];
    await Promise.all(thrice.map((webhook, index) => shop.receive(webhook, index % 2 === 0 ? shop.ledger : other)));
    const types = await shop.drain();
    const count = (type: string): number => types.filter((each) => each === type).length;
    const counts = {
      paid: count("paid"),
      excess: count("excess"),
      mismatched: count("mismatched"),
      exhausted: count("link_exhausted"),
    };
    expect(counts).toEqual({ paid: LIMIT, excess: PAYMENTS - LIMIT, mismatched: WRONG, exhausted: 1 });
    expect(await shop.database.query("SELECT used, granted FROM tautan_links")).toEqual([
      { used: PAYMENTS + WRONG, granted: LIMIT },
    ]);
  });
});

const sharedPlaces = places({ answer: await postgresAnswer() }).filter(({ isOwn }) => !isOwn);

describe.each(sharedPlaces)("the limit of a link in two operating-system processes: $name", ({ dialect, open }) => {
  test("holds exactly, on each way of writing", { timeout: 300_000 }, async () => {
    const place = await open();
    const played = await payAtOnce(place, dialect === "postgres" ? ["optimistic", "lock"] : ["optimistic"]);
    await place.close();
    for (const { figures } of played) expect(figures).toEqual(EXACT);
    const [free, forced] = played;
    if (dialect === "sqlite") return;
    // Each is tried without a lock first; those that are made to lose their race are all written under it.
    expect(free?.paths.optimistic).toBeGreaterThanOrEqual(PAYMENTS);
    expect(forced?.paths.lock).toBeGreaterThanOrEqual(PAYMENTS);
  });
});

import { idr } from "@tautan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteInTrail } from "../src/apply/note-in-trail.ts";
import { engineOf } from "../src/database/database.ts";
import type { TrailEntry } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const MINUTE_MS = 60_000;

describe.each(await databaseKinds())("the trail of a link on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const all = async (id: `${string}:${string}`, limit?: number): Promise<readonly TrailEntry[]> => {
    const seen: TrailEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = (await shop.ledger.trail(id, { limit, cursor }))._unsafeUnwrap();
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return seen;
  };
  const note = async (...[noted, details]: [Parameters<typeof noteInTrail>[1], Parameters<typeof noteInTrail>[2]]) => {
    const [link] = await shop.database.query("SELECT ref FROM tautan_links");
    const engine = engineOf(shop.database.connect());
    (await engine.transaction(() => noteInTrail(Number(link?.["ref"]), noted, details)))._unsafeUnwrap();
    await engine.end();
  };

  test("has each delivery, and behind it each event with the delivery that reported it", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    await shop.link({ reference: "INV-002" });
    shop.clock.advance(MINUTE_MS);
    const paid = await shop.gateway.simulate.pay("INV-001");
    await shop.receive((await shop.gateway.simulate.pay("INV-002")).webhook);
    shop.clock.advance(MINUTE_MS);
    await shop.receive(paid.webhook);
    await shop.drain();
    shop.clock.advance(MINUTE_MS);
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
    const trail = await all(id);
    expect(trail).toMatchObject([
      { what: "delivery", at: "2026-01-01T00:02:00.000Z", name: "applied", arrivals: 1 },
      {
        what: "event",
        at: "2026-01-01T00:02:00.000Z",
        happenedAt: "2026-01-01T00:01:00.000Z",
        name: "paid",
        cause: "webhook",
        state: "handled",
        attempts: 0,
      },
      { what: "event", name: "link_exhausted", state: "handled" },
      { what: "delivery", at: "2026-01-01T00:03:00.000Z", name: "applied" },
      { what: "event", name: "settled", state: "waiting" },
    ]);
    const [first, paidEvent, , second, settled] = trail;
    const history = (await shop.ledger.histories({ link: id }))._unsafeUnwrap().items[0]?.history;
    expect(paidEvent).toMatchObject({ historyId: history?.id, id: `${history?.id}#paid` });
    expect(paidEvent).toMatchObject({ delivery: first?.what === "delivery" ? first.digest : "" });
    expect(settled).toMatchObject({ delivery: second?.what === "delivery" ? second.digest : "" });
  });

  test("has reads and calls, with their errors", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    await note("call:update", { cause: "create", nowMs: shop.clock.now() });
    shop.clock.advance(MINUTE_MS);
    await note("read", { cause: "reconcile", nowMs: shop.clock.now(), error: "timeout: no answer \0" });
    expect(await all(id)).toEqual([
      { what: "call", at: "2026-01-01T00:00:00.000Z", name: "update", cause: "create" },
      {
        what: "read",
        at: "2026-01-01T00:01:00.000Z",
        name: "read",
        cause: "reconcile",
        error: "timeout: no answer \uFFFD",
      },
    ]);
    expect(await shop.drain()).toEqual([]);
    expect((await shop.ledger.events.list())._unsafeUnwrap().items).toEqual([]);
  });

  test("has each change, also one that the gateway refused", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    (await shop.ledger.update(id, { title: "Concert" }))._unsafeUnwrap();
    shop.clock.advance(MINUTE_MS);
    (await shop.ledger.close(id))._unsafeUnwrap();
    shop.clock.advance(MINUTE_MS);
    const refused = (await shop.ledger.update(id, { expiresAt: "2020-01-01T00:00:00Z" }))._unsafeUnwrapErr();
    expect((await all(id)).map(({ what, name }) => `${what} ${name}`)).toEqual([
      "call update",
      "call close",
      "event link_closed",
      "call update",
      "call update",
    ]);
    expect((await all(id)).at(-1)).toMatchObject({ cause: "change", error: `${refused.kind}: ${refused.message}` });
  });

  test("has what a handler threw", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    const broken = shop.database.handling(() => {
      throw new Error("no stock");
    });
    (await shop.ledger.drain(broken, { maxAttempts: 1 }))._unsafeUnwrap();
    expect(await all(id)).toMatchObject([
      { what: "delivery" },
      { name: "paid", state: "dead", attempts: 1, error: "Error: no stock" },
      { name: "link_exhausted", state: "waiting" },
    ]);
  });

  test("has each entry once on pages of any size, whatever the clocks of the processes", async () => {
    const { id } = await shop.link({ reference: "INV-001", usage: { limit: 20 }, amount: idr(10_000) });
    for (let count = 0; count < 6; count += 1) {
      await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
      shop.clock.advance(MINUTE_MS);
    }
    await shop.database.query("UPDATE tautan_deliveries SET received_at = '2026-01-01T00:00:00.000Z' WHERE ref = 4");
    await shop.database.query("UPDATE tautan_events SET learnt_at = '2027-01-01T00:00:00.000Z' WHERE seq = 2");
    const whole = await all(id);
    expect(whole).toHaveLength(12);
    const keyOf = (entry: TrailEntry): string => (entry.what === "delivery" ? entry.digest : JSON.stringify(entry));
    expect(new Set(whole.map(keyOf)).size).toBe(12);
    for (const limit of [1, 2, 5]) expect(await all(id, limit)).toEqual(whole);
  });

  test("is refused for a link that is not known, and with a cursor of another link", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    const { id: other } = await shop.link({ reference: "INV-002" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    expect((await shop.ledger.trail("memory:NONE"))._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_link" });
    const { nextCursor } = (await shop.ledger.trail(id, { limit: 1 }))._unsafeUnwrap();
    expect((await shop.ledger.trail(other, { cursor: nextCursor }))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_query",
    });
    expect((await shop.ledger.trail(other))._unsafeUnwrap()).toEqual({ items: [] });
  });
});

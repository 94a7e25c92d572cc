import { ResultAsync } from "neverthrow";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseOf, engineOf } from "../src/database/database.ts";
import type { Engine } from "../src/database/engine.ts";
import type { LedgerEvent } from "../src/index.ts";
import { databaseKinds, type Sql } from "./support/databases.ts";
import { openShop, recordEffect, type Shop } from "./support/shop.ts";

const HOUR_MS = 3_600_000;

describe.each(await databaseKinds())("handling events on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const paid = async (reference: string): Promise<void> => {
    await shop.link({ reference });
    await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
  };
  /** A handler that writes, and then throws as long as it is told to. */
  const failing = (fails: (event: LedgerEvent) => boolean, seen: string[] = []) =>
    shop.database.handling((event): readonly Sql[] => {
      seen.push(`${event.reference} ${event.type} ${event.attempt}`);
      return fails(event) ? [...recordEffect(event), ["INSERT INTO no_such_table VALUES (1)"]] : recordEffect(event);
    });

  describe("replay while a worker has the events of the link", () => {
    /** A worker, and what happens after it has handled events and before it notes that. */
    const interrupted = (happens: () => Promise<unknown>) => {
      const right = engineOf(shop.database.connect());
      let isDue = false;
      const before = async (): Promise<void> => {
        if (!isDue) return;
        isDue = false;
        await happens();
      };
      const engine = {
        ...right,
        write: (unit: never) => new ResultAsync(before().then(() => right.write(unit))),
        transaction: (unit: never) => new ResultAsync(before().then(() => right.transaction(unit))),
      } as Engine<unknown, undefined>;
      const ledger = shop.another({ database: databaseOf(engine) as never });
      return { ledger, interrupt: () => void (isDue = true), end: () => right.end() };
    };
    const idOf = async (type: string): Promise<string> =>
      (await shop.ledger.events.list())._unsafeUnwrap().items.find((event) => event.type === type)?.id ?? "";

    test("one that it has just handled is handled once more, as was forced", async () => {
      await paid("INV-001");
      const id = await idOf("paid");
      const worker = interrupted(async () => (await shop.ledger.events.replay(id, { force: true }))._unsafeUnwrap());
      const seen: string[] = [];
      const handler = shop.database.handling((event) => {
        seen.push(event.type);
        if (seen.length === 2) worker.interrupt();
        return [];
      });
      expect((await worker.ledger.drain(handler))._unsafeUnwrap()).toEqual({ handled: 3, more: false });
      expect(seen).toEqual(["paid", "link_exhausted", "paid"]);
      expect((await shop.ledger.events.list({ state: "handled" }))._unsafeUnwrap().items).toHaveLength(2);
      await worker.end();
    });

    test("one that has just failed is tried again at once, as if for the first time", async () => {
      await paid("INV-001");
      const id = await idOf("paid");
      const worker = interrupted(async () => (await shop.ledger.events.replay(id))._unsafeUnwrap());
      const seen: string[] = [];
      const handler = failing((event) => {
        if (seen.length === 1) worker.interrupt();
        return event.type === "paid" && seen.length === 1;
      }, seen);
      expect((await worker.ledger.drain(handler))._unsafeUnwrap()).toEqual({ handled: 2, more: false });
      expect(seen).toEqual(["INV-001 paid 1", "INV-001 paid 1", "INV-001 link_exhausted 1"]);
      await worker.end();
    });
  });

  test("events of a gateway that another process added later are handled, and listed", async () => {
    expect(await shop.drain()).toEqual([]);
    await paid("INV-001");
    await shop.database.query("INSERT INTO tautan_gateways (key) VALUES ('later')");
    for (const table of ["links", "histories"]) {
      await shop.database.query(
        `UPDATE tautan_${table} SET gateway_ref = (SELECT ref FROM tautan_gateways WHERE key = 'later')`,
      );
    }
    expect((await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap().gateway).toBe("later");
    expect((await shop.ledger.list())._unsafeUnwrap().items).toHaveLength(1);
    expect((await shop.ledger.histories())._unsafeUnwrap().items[0]?.history.gateway).toBe("later");
    expect((await shop.ledger.events.list())._unsafeUnwrap().items).toHaveLength(2);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("a handler that throws leaves no effect, and is called again after a second, three, nine", async () => {
    await paid("INV-001");
    const seen: string[] = [];
    let isBroken = true;
    const handler = failing(() => isBroken, seen);
    for (const waitMs of [1_000, 3_000, 9_000]) {
      expect((await shop.ledger.drain(handler))._unsafeUnwrap()).toEqual({ handled: 0, more: false });
      expect(await shop.effects()).toEqual([]);
      shop.clock.advance(waitMs - 1);
      expect((await shop.ledger.drain(handler))._unsafeUnwrap().handled).toBe(0);
      shop.clock.advance(1);
    }
    isBroken = false;
    expect((await shop.ledger.drain(handler))._unsafeUnwrap().handled).toBe(2);
    expect(seen).toEqual([
      "INV-001 paid 1",
      "INV-001 paid 2",
      "INV-001 paid 3",
      "INV-001 paid 4",
      "INV-001 link_exhausted 1",
    ]);
    expect(await shop.effects()).toHaveLength(2);
  });

  test("what a handler throws is passed to onError, and what onError throws changes nothing", async () => {
    await paid("INV-001");
    const told: unknown[] = [];
    const onError = (error: unknown, event: LedgerEvent): never => {
      told.push([error instanceof Error, event.type]);
      throw new Error("nobody listens");
    };
    (
      await shop.ledger.drain(
        failing(() => true),
        { onError },
      )
    )._unsafeUnwrap();
    expect(told).toEqual([[true, "paid"]]);
  });

  test("after the last try the event is dead: its link is parked, other links go on", async () => {
    await paid("INV-001");
    const broken = failing(({ reference }) => reference === "INV-001");
    for (let attempt = 0; attempt < 3; attempt += 1) {
      (await shop.ledger.drain(broken, { maxAttempts: 3 }))._unsafeUnwrap();
      shop.clock.advance(HOUR_MS);
    }
    await paid("INV-002");
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
    expect((await shop.effects()).map(({ reference }) => reference)).toEqual(["INV-002", "INV-002"]);
    const dead = (await shop.ledger.events.list({ state: "dead" }))._unsafeUnwrap().items;
    expect(dead).toMatchObject([{ type: "paid", reference: "INV-001", state: "dead" }]);
    expect(dead[0]?.error).toContain("no_such_table");
  });

  const killed = async (): Promise<string> => {
    await paid("INV-001");
    (
      await shop.ledger.drain(
        failing(() => true),
        { maxAttempts: 1 },
      )
    )._unsafeUnwrap();
    return (await shop.ledger.events.list({ state: "dead" }))._unsafeUnwrap().items[0]?.id ?? "";
  };

  test("replay makes a dead event due, and its link goes on in order", async () => {
    const id = await killed();
    (await shop.ledger.events.replay(id))._unsafeUnwrap();
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("skip leaves a dead event out, and its link goes on", async () => {
    const id = await killed();
    (await shop.ledger.events.skip(id))._unsafeUnwrap();
    expect(await shop.drain()).toEqual(["link_exhausted"]);
    expect((await shop.ledger.events.list({ state: "handled" }))._unsafeUnwrap().items).toHaveLength(2);
  });

  test("a parked link stays parked when more happens to it", async () => {
    await killed();
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
    expect(await shop.drain()).toEqual([]);
  });

  test("a handled event is handled again only with force", async () => {
    await paid("INV-001");
    await shop.drain();
    const [event] = (await shop.ledger.events.list())._unsafeUnwrap().items;
    const id = event?.id ?? "";
    expect((await shop.ledger.events.replay(id))._unsafeUnwrapErr()).toMatchObject({ kind: "event_is_handled" });
    expect((await shop.ledger.events.skip(id))._unsafeUnwrapErr()).toMatchObject({ kind: "event_is_handled" });
    expect(await shop.drain()).toEqual([]);
    await shop.database.query("DELETE FROM effects");
    (await shop.ledger.events.replay(id, { force: true }))._unsafeUnwrap();
    expect(await shop.drain()).toEqual(["paid"]);
  });

  test("an event that nobody knows is refused", async () => {
    expect((await shop.ledger.events.replay("memory:x#paid"))._unsafeUnwrapErr()).toMatchObject({
      kind: "unknown_event",
      retryable: false,
    });
  });

  test("events are listed in pages, and by link", async () => {
    for (const reference of ["INV-001", "INV-002", "INV-003"]) await paid(reference);
    const first = (await shop.ledger.events.list({ limit: 4 }))._unsafeUnwrap();
    const second = (await shop.ledger.events.list({ limit: 4, cursor: first.nextCursor }))._unsafeUnwrap();
    const references = [...first.items, ...second.items].map(({ reference }) => reference);
    expect(references).toEqual(["INV-001", "INV-001", "INV-002", "INV-002", "INV-003", "INV-003"]);
    expect(second.nextCursor).toBeUndefined();
    const link = first.items[2]?.link.id;
    const ofLink = (await shop.ledger.events.list({ link, state: "waiting" }))._unsafeUnwrap().items;
    expect(ofLink.map(({ type }) => type)).toEqual(["paid", "link_exhausted"]);
    expect((await shop.ledger.events.list({ limit: 0 }))._unsafeUnwrapErr().kind).toBe("invalid_query");
    expect((await shop.ledger.events.list({ cursor: "x" }))._unsafeUnwrapErr().kind).toBe("invalid_query");
  });

  test("a worker whose lease has ended commits nothing that another has committed", async () => {
    await paid("INV-001");
    const other = shop.another();
    const seen: string[] = [];
    // The second worker begins before the first has handled anything, because its lease ends while it reads.
    const slow = shop.database.handling((event) => {
      seen.push(`slow ${event.type}`);
      return recordEffect(event);
    });
    await shop.database.query(
      "UPDATE tautan_lanes SET due_at = ?, lease = 'a worker that has died'",
      "2026-01-01T00:00:00.000Z",
    );
    const [first, second] = await Promise.all([shop.ledger.drain(slow), other.drain(slow)]);
    expect(first.isOk() && second.isOk()).toBe(true);
    expect(await shop.effects()).toHaveLength(2);
    expect(await shop.drain()).toEqual([]);
  });

  test("a worker handles webhooks of its process at once, and stops", async () => {
    await shop.link({ reference: "INV-001" });
    const done = Promise.withResolvers<void>();
    const types: string[] = [];
    const worker = shop.ledger.process(
      shop.database.handling((event) => {
        types.push(event.type);
        if (types.length === 2) done.resolve();
        return recordEffect(event);
      }),
      // Longer than the test may take: only the webhook can have woken it.
      { pollMs: 600_000 },
    );
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    await done.promise;
    await worker.stop();
    expect(types).toEqual(["paid", "link_exhausted"]);
    expect(await shop.effects()).toHaveLength(2);
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
    expect(types).toHaveLength(2);
    expect(await shop.drain()).toEqual(["settled"]);
  });

  test("a time limit ends between events, and tells that more is due", async () => {
    for (const reference of ["INV-001", "INV-002", "INV-003"]) await paid(reference);
    const handler = shop.database.handling((event) => {
      shop.clock.advance(1_000);
      return recordEffect(event);
    });
    const drained = (await shop.ledger.drain(handler, { timeLimitMs: 1_500, concurrency: 1 }))._unsafeUnwrap();
    expect(drained).toEqual({ handled: 2, more: true });
    expect((await shop.ledger.drain(handler))._unsafeUnwrap()).toEqual({ handled: 4, more: false });
  });

  test("options that cannot hold are refused", () => {
    const handler = shop.database.handling(() => []);
    expect(() => shop.ledger.process(handler, { concurrency: 0 })).toThrow(TypeError);
    expect(() => void shop.ledger.drain(handler, { maxAttempts: 1.5 })).toThrow(TypeError);
  });
});

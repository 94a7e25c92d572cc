// Workers whose lease has ended, and who do not know it yet.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LedgerEvent, PostgresTransaction, SqliteTransaction } from "../src/index.ts";
import { databaseKinds, type Sql } from "./support/databases.ts";
import { openShop, recordEffect, type Shop } from "./support/shop.ts";

const PARKED: Sql = ["UPDATE tautan_lanes SET due_at = NULL, lease = NULL"];

describe.each(await databaseKinds())("on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
  });
  afterEach(() => shop.close());

  /** What another worker has done after this one's lease had ended: it failed for the last time, and parked the link. */
  const killedMeanwhile = (event: LedgerEvent): readonly Sql[] => [
    ["UPDATE tautan_events SET attempts = 12, dead_at = ?, error = 'no' WHERE id = ?", event.at, event.id],
    PARKED,
  ];

  test("an event that was handled late does not leave its link parked", async () => {
    const late = shop.database.handling((event) =>
      event.type === "link_exhausted" ? [...recordEffect(event), ...killedMeanwhile(event)] : recordEffect(event),
    );
    (await shop.ledger.drain(late))._unsafeUnwrap();
    expect(await shop.effects()).toHaveLength(2);
    expect((await shop.ledger.events.list({ state: "dead" }))._unsafeUnwrap().items).toEqual([]);
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
    expect(await shop.drain()).toEqual(["settled"]);
  });

  test("a worker that loses its lease between two events marks what it has handled", async () => {
    const late = shop.database.handling((event) => {
      if (event.type !== "paid") return recordEffect(event);
      shop.clock.advance(90_000);
      return [...recordEffect(event), ...killedMeanwhile(event)];
    });
    (await shop.ledger.drain(late))._unsafeUnwrap();
    await shop.drain();
    expect(await shop.effects()).toHaveLength(2);
    expect((await shop.ledger.events.list({ state: "dead" }))._unsafeUnwrap().items).toEqual([]);
  });

  test("a try that fails after the lease has ended changes nothing of the tries of another worker", async () => {
    const dead = shop.database.handling(() => [["INSERT INTO no_such_table VALUES (1)"]]);
    const other = shop.another();
    let isFirst = true;
    const slow = shop.database.handling((event) => {
      if (isFirst) {
        isFirst = false;
        shop.clock.advance(90_000);
        // The other one begins while this one still works.
        others.push(other.drain(dead, { maxAttempts: 1 }));
      }
      return [...recordEffect(event), ["INSERT INTO no_such_table VALUES (1)"]];
    });
    const others: unknown[] = [];
    await shop.ledger.drain(slow, { maxAttempts: 12, concurrency: 1 });
    await Promise.all(others);
    for (let round = 0; round < 3; round += 1) {
      shop.clock.advance(3_600_000);
      (await other.drain(dead, { maxAttempts: 1 }))._unsafeUnwrap();
    }
    // Dead for one of them: then it is shown, and replay moves it.
    const [event] = (await shop.ledger.events.list({ state: "dead" }))._unsafeUnwrap().items;
    expect(event?.type).toBe("paid");
    (await shop.ledger.events.replay(event?.id ?? ""))._unsafeUnwrap();
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("skipping a dead event that was handled all the same lets its link go on", async () => {
    const [paid] = (await shop.ledger.events.list())._unsafeUnwrap().items;
    (
      await shop.ledger.drain(
        shop.database.handling(() => [["INSERT INTO no_such_table VALUES (1)"]]),
        { maxAttempts: 1 },
      )
    )._unsafeUnwrap();
    // As a late worker leaves it that dies after its commit.
    await shop.database.query(
      "INSERT INTO tautan_handled (consumer, event_id, at) VALUES ('default', ?, ?)",
      paid?.id ?? "",
      "2026-01-01T00:00:00.000Z",
    );
    expect((await shop.ledger.events.skip(paid?.id ?? ""))._unsafeUnwrapErr().kind).toBe("event_is_handled");
    expect(await shop.drain()).toEqual(["link_exhausted"]);
  });

  test("a handler that hides the failure of its own statement has not handled the event", async () => {
    let isHidden = true;
    const hiding = ((event: LedgerEvent, tx: unknown) => {
      const [[text, ...values]] = recordEffect(event) as [[string, ...string[]]];
      if (kind.name !== "PostgreSQL") {
        (tx as SqliteTransaction).run(text, ...values);
        return undefined;
      }
      const client = tx as PostgresTransaction;
      return (async () => {
        await client.query("INSERT INTO effects (event_id, type, reference) VALUES ($1, $2, $3)", values);
        // PostgreSQL undoes the whole transaction, and answers COMMIT without an error.
        if (isHidden) await client.query("INSERT INTO no_such_table VALUES (1)").catch(() => {});
      })();
    }) as never;
    (await shop.ledger.drain(hiding))._unsafeUnwrap();
    isHidden = false;
    shop.clock.advance(60_000);
    (await shop.ledger.drain(hiding))._unsafeUnwrap();
    expect(await shop.effects()).toHaveLength(2);
  });
});

// Gateways are renamed, added and taken back while processes of both configurations work on one database.
import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

describe.each(await databaseKinds())("a change of the gateways on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  const opened: { end(): Promise<void> }[] = [];

  beforeEach(async () => {
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.end();
    await database.end();
  });

  const ledgerOf = (links: PaymentLinks): Ledger<unknown, undefined> => {
    const ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect() });
    opened.push(ledger);
    return ledger;
  };
  const drain = async (ledger: Ledger<unknown, undefined>): Promise<readonly string[]> => {
    const ids: string[] = [];
    const handler = database.handling((event) => {
      ids.push(event.id);
      return [];
    });
    (await ledger.drain(handler))._unsafeUnwrap();
    return ids;
  };
  const under = (key: string, aliases: Readonly<Record<string, string>> = {}): PaymentLinks =>
    createPaymentLinks({ default: key, gateways: { [key]: gateway }, aliases, clock });

  test("a delivery that waited under the old key is applied under the new one", async () => {
    const before = under("old");
    (await before.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const { payment, webhook } = await gateway.simulate.pay("INV-001");
    expect((await ledgerOf(before).ingest("old", webhook))._unsafeUnwrap().state).toBe("stored");
    const after = ledgerOf(under("new", { old: "new" }));
    clock.advance(60_000);
    expect(await drain(after)).toEqual([`new:${payment}#paid`, expect.stringContaining("link_exhausted")]);
  });

  test("an event is found by its id, which keeps the key that its gateway had", async () => {
    const before = ledgerOf(under("old"));
    (await before.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const { payment, webhook } = await gateway.simulate.pay("INV-001");
    (await before.ingest("old", webhook))._unsafeUnwrap();
    const told = await drain(before);
    expect(told.map((id) => id.split(":")[0])).toEqual(["old", "old", "old"]);
    expect(told).toContain(`old:${payment}#paid`);
    const after = ledgerOf(under("new", { old: "new" }));
    for (const { id } of (await after.events.list())._unsafeUnwrap().items)
      (await after.events.replay(id, { force: true }))._unsafeUnwrap();
    expect(await drain(after)).toEqual(told);
    expect((await after.events.replay(`old:${payment}#other`))._unsafeUnwrapErr().kind).toBe("unknown_event");
  });

  test("a process that was started before a gateway was added works on its deliveries and events", async () => {
    const other = createMemoryDriver({ clock });
    const older = ledgerOf(under("first"));
    expect(await drain(older)).toEqual([]);
    const links = createPaymentLinks({ default: "second", gateways: { first: gateway, second: other }, clock });
    const newer = ledgerOf(links);
    (await newer.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    (await links.create({ reference: "INV-002", amount: idr(190_000) }))._unsafeUnwrap();
    const { webhook } = await other.simulate.pay("INV-001");
    (await newer.ingest("second", webhook))._unsafeUnwrap();
    expect(await drain(older)).toHaveLength(3);
    // Its delivery waits, because the link is not known.
    (await newer.ingest("second", (await other.simulate.pay("INV-002")).webhook))._unsafeUnwrap();
    clock.advance(60_000);
    expect(await drain(older)).toEqual([]);
    clock.advance(120_000);
    expect(await drain(newer)).toEqual([expect.stringContaining("#paid"), expect.stringContaining("link_exhausted")]);
  });

  test("create returns the link of a gateway that only newer processes have", async () => {
    const older = ledgerOf(under("first"));
    expect(await drain(older)).toEqual([]);
    const links = createPaymentLinks({
      default: "second",
      gateways: { first: gateway, second: createMemoryDriver({ clock }) },
      clock,
    });
    const made = (await ledgerOf(links).create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const again = (await older.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    expect(again.url).toBe(made.url);
  });

  test("a process with the old configuration still knows the links of a renamed gateway", async () => {
    (await ledgerOf(under("old")).create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
    const renamed = ledgerOf(under("new", { old: "new" }));
    expect(await drain(renamed)).toHaveLength(1);
    // The new version is rolled back, or an old process starts anew meanwhile.
    const old = ledgerOf(under("old"));
    const { payment, webhook } = await gateway.simulate.pay("INV-001");
    expect((await old.ingest("old", webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await drain(old)).toEqual([`old:${payment}#paid`, expect.stringContaining("link_exhausted")]);
    // And rolled out again.
    const again = ledgerOf(under("new", { old: "new" }));
    const settled = await gateway.simulate.settle("INV-001", { payment });
    expect((await again.ingest("new", settled.webhook))._unsafeUnwrap().state).toBe("applied");
    expect(await drain(again)).toEqual([`new:${payment}#settled`]);
  });
});

// Gateways that take two references for one: a link of theirs is one row, under the reference that it was created with.
import { createPaymentLinks, err, idr, type PaymentLink, type PaymentLinks } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

type Handlers = MemoryDriver["handlers"];

describe.each(await databaseKinds())("one link on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  let links: PaymentLinks;
  let ledger: Ledger<unknown, undefined>;
  let first: PaymentLink;
  const wrapped: Partial<Handlers> = {};

  beforeEach(async () => {
    for (const name of Object.keys(wrapped)) delete (wrapped as Record<string, unknown>)[name];
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
    const handlers = new Proxy(gateway.handlers, {
      get: (target, name) => Reflect.get(wrapped, name) ?? Reflect.get(target, name),
    });
    links = createPaymentLinks({ default: "memory", gateways: { memory: { ...gateway, handlers } }, clock });
    ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect() });
    first = (await ledger.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
  });
  afterEach(async () => {
    await ledger.end();
    await database.end();
  });

  /** The link of the first reference, as the gateway returns it for the second: capitals are nothing to it. */
  const firstAs = async (reference: string) =>
    (await gateway.handlers.find("INV-001", {} as never)).map((each) => ({ ...each, reference }));

  const rows = () => database.query("SELECT reference, provider_id, state FROM tautan_links ORDER BY ref");
  const second = () => ledger.create({ reference: "inv-001", amount: idr(190_000) });

  test("that create returns for a second reference is refused with the link that it is, as often as it is tried", async () => {
    wrapped.create = async ({ slug }) =>
      (await firstAs("inv-001")).map((each) => ({ ...each, ...(slug !== undefined && { slug }) }));
    for (let count = 0; count < 2; count += 1) {
      const error = (await second())._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
      expect("existing" in error && error.existing).toMatchObject({ id: first.id, reference: "INV-001" });
    }
    expect(await rows()).toMatchObject([
      { reference: "INV-001", state: "made" },
      { reference: "inv-001", provider_id: null, state: "failed" },
    ]);
    // Nothing hangs on: a gateway that distinguishes them makes a link of its own.
    delete wrapped.create;
    expect((await second())._unsafeUnwrap().id).not.toBe(first.id);
  });

  test("that resume and reconcile find for a second reference is not stored twice", async () => {
    wrapped.create = async () => err(driverError("timeout", { message: "no answer", outcome: "unknown" }));
    wrapped.find = async () => err(driverError("unavailable", { message: "down", outcome: "not_sent" }));
    expect((await second())._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
    wrapped.find = async (reference) => firstAs(reference);
    clock.advance(20 * 60_000);
    expect((await ledger.reconcile())._unsafeUnwrap().unresolved).toEqual([]);
    expect(await rows()).toMatchObject([
      { state: "made" },
      { reference: "inv-001", provider_id: null, state: "failed" },
    ]);
    // The create looks for its link too.
    expect((await second())._unsafeUnwrapErr()).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
    expect(await rows()).toHaveLength(2);
  });

  test("that a list, a read, an update and a webhook report under a second reference keeps its own", async () => {
    const { list, get, update, parseWebhook } = gateway.handlers;
    const renamed = <Each extends object>(each: Each): Each => ({ ...each, reference: "inv-001" });
    wrapped.list = async (...all) => (await list(...all)).map((page) => ({ ...page, items: page.items.map(renamed) }));
    wrapped.get = async (...all) => (await get(...all)).map(renamed);
    wrapped.update = async (...all) => (await update(...all)).map(renamed);
    wrapped.parseWebhook = async (...all) =>
      (await parseWebhook(...all)).map((each) =>
        each.map((one) => (one.kind === "history" ? { ...one, linkCandidates: one.linkCandidates.map(renamed) } : one)),
      );
    expect((await ledger.adopt())._unsafeUnwrap().adopted).toEqual([]);
    (await ledger.update(first.id, { title: "Concert" }))._unsafeUnwrap();
    const { webhook } = await gateway.simulate.pay("INV-001");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    const { link, histories } = (await ledger.confirm(first.id))._unsafeUnwrap();
    expect([link.reference, link.title, histories.map(({ reference }) => reference)]).toEqual([
      "INV-001",
      "Concert",
      ["INV-001"],
    ]);
    expect(await rows()).toMatchObject([{ reference: "INV-001", state: "made" }]);
  });
});

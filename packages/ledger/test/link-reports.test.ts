// Reads of a link that race with changes of it: what was read before a change of ours brings nothing back.
import { createPaymentLinks, idr, ok, type PaymentLink } from "@tautan/core";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

type Handlers = MemoryDriver["handlers"];

const DAY_MS = 86_400_000;

describe.each(await databaseKinds())("a link on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  let ledger: Ledger<unknown, undefined>;
  let link: PaymentLink;
  const wrapped: Partial<Handlers> = {};

  beforeEach(async () => {
    for (const name of Object.keys(wrapped)) delete (wrapped as Record<string, unknown>)[name];
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
    const handlers = new Proxy(gateway.handlers, {
      get: (target, name) => Reflect.get(wrapped, name) ?? Reflect.get(target, name),
    });
    const links = createPaymentLinks({ default: "memory", gateways: { memory: { ...gateway, handlers } }, clock });
    ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect() });
    // As gateways do that report no time of a change.
    wrapped.get = async (id, context) =>
      (await gateway.handlers.get(id, context)).map(({ updatedAt: _, ...each }) => each);
    wrapped.update = async (id, changes, context) =>
      (await gateway.handlers.update(id, changes, context)).map(({ updatedAt: _, ...each }) => each);
    link = (
      await ledger.create({ reference: "INV-001", amount: idr(190_000), usage: { limit: 1 }, title: "Concert, day 1" })
    )._unsafeUnwrap();
    clock.advance(1_000);
  });
  afterEach(async () => {
    await ledger.end();
    await database.end();
  });

  const stored = async (): Promise<PaymentLink> => (await ledger.get(link.id))._unsafeUnwrap();

  /** Does something between the moment at which the gateway answers a read, and its arrival. */
  const during = async (read: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<void> => {
    const get = wrapped.get ?? gateway.handlers.get;
    wrapped.get = async (id, context) => {
      const answer = await get(id, context);
      wrapped.get = get;
      clock.advance(50);
      await meanwhile();
      clock.advance(50);
      return answer;
    };
    await read();
    expect(wrapped.get).toBe(get);
  };

  const expiresAt = (): Date => new Date(clock.now() + 9 * DAY_MS);
  const CHANGES: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["its expiry", async () => (await ledger.update(link.id, { expiresAt: expiresAt() }))._unsafeUnwrap()],
    ["its limit", async () => (await ledger.update(link.id, { usage: { limit: 5 } }))._unsafeUnwrap()],
    ["its title", async () => (await ledger.update(link.id, { title: "Concert, day 2" }))._unsafeUnwrap()],
    ["that it has no title", async () => (await ledger.update(link.id, { title: null }))._unsafeUnwrap()],
    ["that it is closed", async () => (await ledger.close(link.id))._unsafeUnwrap()],
  ];

  test.each(CHANGES)("keeps %s when an older read arrives, of whose payments nothing is lost", async (_, change) => {
    const before = await stored();
    await gateway.simulate.pay(link.reference);
    let after: PaymentLink | undefined;
    await during(
      async () => (await ledger.confirm(link.id))._unsafeUnwrap(),
      async () => {
        await change();
        after = await stored();
      },
    );
    expect(after).not.toEqual(before);
    const now = await stored();
    expect({ ...now, usage: after?.usage, status: after?.status, acceptsPayments: after?.acceptsPayments }).toEqual(
      after,
    );
    expect(now.usage).toEqual({ ...after?.usage, used: 1 });
    expect(now.status === "closed").toBe(after?.status === "closed");
    const histories = (await ledger.histories({ link: link.id }))._unsafeUnwrap().items;
    expect(histories.map(({ history, mark }) => [history.isPaid, mark])).toEqual([[true, undefined]]);
    // A later read is believed: somebody has changed it at the gateway.
    (await gateway.handlers.update(link.providerId, { title: "Concert, day 3" } as never, {} as never))._unsafeUnwrap();
    (await ledger.confirm(link.id))._unsafeUnwrap();
    expect((await stored()).title).toBe("Concert, day 3");
  });

  test("keeps a change when a read arrives that began while it was under way", async () => {
    const old = (await gateway.handlers.get(link.providerId, {} as never))._unsafeUnwrap();
    const { update } = wrapped;
    wrapped.update = async (id, changes, context) => {
      const answer = await update?.(id, changes, context);
      // It is answered from a copy that is behind, and arrives before the change is stored, or after.
      clock.advance(50);
      const { get } = wrapped;
      wrapped.get = async () => ok(old);
      (await ledger.confirm(link.id))._unsafeUnwrap();
      if (get) wrapped.get = get;
      clock.advance(50);
      return answer ?? ok(old);
    };
    (await ledger.update(link.id, { title: "Concert, day 2" }))._unsafeUnwrap();
    expect((await stored()).title).toBe("Concert, day 2");
  });

  test("keeps both of two changes that overlap, whichever is stored first", async () => {
    const { update } = wrapped;
    wrapped.update = async (id, changes, context) => {
      const answer = await update?.(id, changes, context);
      if (update) wrapped.update = update;
      clock.advance(50);
      (await ledger.update(link.id, { usage: { limit: 5 } }))._unsafeUnwrap();
      clock.advance(50);
      if (!answer) throw new Error("expected an answer");
      return answer;
    };
    (await ledger.update(link.id, { title: "Concert, day 2" }))._unsafeUnwrap();
    const { title, usage } = await stored();
    expect([title, usage.limit]).toEqual(["Concert, day 2", 5]);
  });

  test("stays closed when an older read of the schedule arrives", async () => {
    clock.advance(3_600_000);
    await during(
      async () => (await ledger.reconcile())._unsafeUnwrap(),
      async () => (await ledger.close(link.id))._unsafeUnwrap(),
    );
    expect((await stored()).status).toBe("closed");
  });
});

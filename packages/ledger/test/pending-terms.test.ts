// Payments that a gateway accepts by looser terms, which the ledger has asked for and does not know to be in effect yet.
import { createPaymentLinks, err, idr, type LinkChanges, type PaymentLink } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import {
  createManualClock,
  createMemoryDriver,
  type ManualClock,
  type MemoryDriver,
  type SimulatedWebhook,
} from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

type Handlers = MemoryDriver["handlers"];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe.each(await databaseKinds())("looser terms on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  let ledger: Ledger<unknown, undefined>;
  let other: Ledger<unknown, undefined>;
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
    const open = () => createLedger({ links, clock, random: () => 0.5, database: database.connect() });
    ledger = open();
    other = open();
    link = (
      await ledger.create({
        reference: "INV-001",
        amount: idr(190_000),
        usage: { limit: 1 },
        expiresAt: new Date(clock.now() + DAY_MS),
      })
    )._unsafeUnwrap();
    clock.advance(1_000);
  });
  afterEach(async () => {
    await ledger.end();
    await other.end();
    await database.end();
  });

  const pay = async (): Promise<SimulatedWebhook> => (await gateway.simulate.pay(link.reference)).webhook;
  const receive = async (webhook: SimulatedWebhook, by = other): Promise<void> => {
    expect((await by.ingest("memory", webhook))._unsafeUnwrap().state).toBe("applied");
  };
  const marks = async (): Promise<readonly (string | undefined)[]> =>
    (await ledger.histories({ link: link.id, order: "oldest_first" }))._unsafeUnwrap().items.map(({ mark }) => mark);
  const row = async () =>
    (await database.query("SELECT pending_terms, used_limit, granted FROM tautan_links"))[0] as {
      readonly pending_terms: unknown;
      readonly used_limit: number;
      readonly granted: number;
    };
  /** Does something between the moment at which the gateway has made a change, and the arrival of its answer. */
  const afterUpdate = (meanwhile: () => Promise<unknown>): void => {
    wrapped.update = async (id, changes, context) => {
      delete wrapped.update;
      const answer = await gateway.handlers.update(id, changes, context);
      await meanwhile();
      return answer;
    };
  };
  const unknownOutcome = () => err(driverError("unavailable", { message: "HTTP 502", outcome: "unknown" }));
  const refusal = () => err(driverError("rejected", { message: "the limit cannot be changed", outcome: "refused" }));

  const limit = (to: number | "unlimited"): LinkChanges => ({ usage: { limit: to } });

  test.each([2, "unlimited"] as const)("a payment is paid that comes while the limit is raised to %s", async (to) => {
    await receive(await pay());
    afterUpdate(async () => receive(await pay()));
    (await ledger.update(link.id, limit(to)))._unsafeUnwrap();
    expect(await marks()).toEqual([undefined, undefined]);
    expect(await row()).toMatchObject({ pending_terms: null, granted: 2 });
  });

  test.each(["5 s", 1n, Number.NaN, -1])(
    "a deadline of %s is refused, and leaves no looser terms",
    async (timeoutMs) => {
      const refused = (await ledger.update(link.id, limit(2), { timeoutMs: timeoutMs as number }))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
      expect((await row()).pending_terms).toBeNull();
    },
  );

  test.each(["{}", '"none"', "[null]", '[{"limit":2}]'])(
    "terms such as %s are those of a damaged row",
    async (json) => {
      const webhook = await pay();
      await database.query("UPDATE tautan_links SET pending_terms = ?", json);
      expect((await ledger.update(link.id, limit(2)))._unsafeUnwrapErr()).toMatchObject({
        kind: "database_corrupt",
        message: expect.stringContaining("pending_terms"),
      });
      // The delivery is kept until the row is repaired.
      expect((await other.ingest("memory", webhook))._unsafeUnwrap().state).toBe("stored");
      await database.query("UPDATE tautan_links SET pending_terms = NULL");
      clock.advance(MINUTE_MS);
      (await ledger.drain(database.handling(() => [])))._unsafeUnwrap();
      expect(await marks()).toEqual([undefined]);
    },
  );

  test("a payment is paid that comes after the old expiry, while the new one is stored", async () => {
    clock.advance(DAY_MS - 2_000);
    afterUpdate(async () => {
      clock.advance(30 * MINUTE_MS);
      await receive(await pay());
    });
    (await ledger.update(link.id, { expiresAt: new Date(clock.now() + DAY_MS) }))._unsafeUnwrap();
    expect(await marks()).toEqual([undefined]);
    expect((await row()).pending_terms).toBeNull();
  });

  test("a payment is paid that comes while its link is opened again", async () => {
    (await ledger.close(link.id))._unsafeUnwrap();
    wrapped.reopen = async (id, context) => {
      const answer = await gateway.handlers.reopen(id, context);
      await receive(await pay());
      return answer;
    };
    (await ledger.reopen(link.id))._unsafeUnwrap();
    expect(await marks()).toEqual([undefined]);
  });

  test("a refused change leaves no looser terms, and what was paid by them stays paid", async () => {
    await receive(await pay());
    // The gateway lets more payments through than the limit that it reports.
    (await gateway.handlers.update(link.providerId, { usage: { limit: 4 } }, {} as never))._unsafeUnwrap();
    const [second, third] = [await pay(), await pay()];
    wrapped.update = async () => {
      await receive(second);
      return refusal();
    };
    expect((await ledger.update(link.id, limit(2)))._unsafeUnwrapErr()).toMatchObject({ outcome: "refused" });
    expect(await row()).toMatchObject({ pending_terms: null, used_limit: 1, granted: 2 });
    await receive(third);
    expect(await marks()).toEqual([undefined, undefined, "excess"]);
  });

  test("a change that is refused before it is sent leaves none either", async () => {
    for (const changes of [limit(0), { expiresAt: "tomorrow" }, { expiresAt: new Date(0) }]) {
      expect((await ledger.update(link.id, changes))._unsafeUnwrapErr()).toMatchObject({ outcome: "not_sent" });
      expect((await row()).pending_terms).toBeNull();
    }
    (await ledger.update(link.id, { title: "Concert" }))._unsafeUnwrap();
    expect((await row()).pending_terms).toBeNull();
  });

  test("a change whose outcome is unknown keeps them, until a read shows what the gateway has made of it", async () => {
    await receive(await pay());
    wrapped.update = async () => unknownOutcome();
    expect((await ledger.update(link.id, limit(2)))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
    delete wrapped.update;
    // It may still be on its way: a read that does not show it proves nothing yet.
    (await other.confirm(link.id))._unsafeUnwrap();
    expect((await row()).pending_terms).not.toBeNull();
    (await gateway.handlers.update(link.providerId, { usage: { limit: 2 } }, {} as never))._unsafeUnwrap();
    await receive(await pay());
    expect(await marks()).toEqual([undefined, undefined]);
    clock.advance(2 * MINUTE_MS);
    (await other.reconcile())._unsafeUnwrap();
    expect(await row()).toMatchObject({ pending_terms: null, used_limit: 2, granted: 2 });
  });

  test.each([
    ["as soon as the change has certainly ended", 30_000, 30_000],
    ["at once, if the change has certainly ended", 90_000, 1],
  ])("a link that expires by the clock meanwhile is read %s", async (_name, beforeMs, lookAfterMs) => {
    clock.advance(DAY_MS - 1_000 - beforeMs);
    wrapped.update = async () => unknownOutcome();
    const later = { expiresAt: new Date(clock.now() + 2 * DAY_MS) };
    expect((await ledger.update(link.id, later))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
    delete wrapped.update;
    clock.advance(beforeMs);
    const lookAt = new Date(clock.now() + lookAfterMs).toISOString();
    (await other.reconcile())._unsafeUnwrap();
    expect(await database.query("SELECT look_at FROM tautan_links")).toEqual([{ look_at: lookAt }]);
    clock.advance(lookAfterMs);
    (await other.reconcile())._unsafeUnwrap();
    expect((await row()).pending_terms).toBeNull();
  });

  test("a process that dies after the gateway has made the change leaves them to the next look", async () => {
    await receive(await pay());
    const died = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    afterUpdate(async () => {
      asked.resolve();
      await died.promise;
    });
    const lost = ledger.update(link.id, limit(2));
    await asked.promise;
    const late = await pay();
    await receive(late);
    expect(await marks()).toEqual([undefined, undefined]);
    clock.advance(MINUTE_MS);
    (await other.reconcile())._unsafeUnwrap();
    expect(await row()).toMatchObject({ pending_terms: null, used_limit: 2, granted: 2 });
    died.resolve();
    await lost;
  });

  test("a change that the dead process never sent leaves the terms of the gateway", async () => {
    await receive(await pay());
    const asked = Promise.withResolvers<void>();
    wrapped.update = () => {
      asked.resolve();
      return new Promise(() => {});
    };
    void ledger.update(link.id, limit(2));
    await asked.promise;
    expect((await row()).pending_terms).not.toBeNull();
    clock.advance(MINUTE_MS);
    (await other.reconcile())._unsafeUnwrap();
    expect(await row()).toMatchObject({ pending_terms: null, used_limit: 1 });
  });

  test("of two changes that overlap, the looser holds until it is known which the gateway has made last", async () => {
    await receive(await pay());
    // The first is made first, and its answer is stored last.
    afterUpdate(async () => {
      (await other.update(link.id, limit(3)))._unsafeUnwrap();
      await receive(await pay());
    });
    (await ledger.update(link.id, limit(2)))._unsafeUnwrap();
    await receive(await pay());
    expect(await marks()).toEqual([undefined, undefined, undefined]);
    clock.advance(MINUTE_MS);
    (await other.reconcile())._unsafeUnwrap();
    expect(await row()).toMatchObject({ pending_terms: null, used_limit: 3, granted: 3 });
  });

  test("of two changes that overlap, a refused one leaves nothing", async () => {
    await receive(await pay());
    wrapped.update = async () => {
      afterUpdate(async () => receive(await pay()));
      (await other.update(link.id, limit(2)))._unsafeUnwrap();
      // The first is still under way.
      expect((await row()).pending_terms).not.toBeNull();
      (await gateway.handlers.update(link.providerId, { usage: { limit: 3 } }, {} as never))._unsafeUnwrap();
      await receive(await pay());
      return refusal();
    };
    (await ledger.update(link.id, limit(3)))._unsafeUnwrapErr();
    expect(await marks()).toEqual([undefined, undefined, undefined]);
    const { pending_terms: pending, ...numbers } = await row();
    expect(numbers).toEqual({ used_limit: 2, granted: 3 });
    const left = typeof pending === "string" ? (JSON.parse(pending) as unknown) : pending;
    expect(left).toEqual([expect.objectContaining({ limit: 2 })]);
  });

  test("every payment is paid while the limit is raised again and again by two processes", async () => {
    await receive(await pay());
    const ROUNDS = 12;
    for (let used = 1; used <= ROUNDS; used += 1) {
      const [by, from] = used % 2 === 0 ? [ledger, other] : [other, ledger];
      // Its webhooks race with the answer to the change that has made it possible.
      const racing: Promise<unknown>[] = [];
      afterUpdate(async () => {
        const webhook = await pay();
        for (const each of [by, from, by]) racing.push(Promise.resolve(each.ingest("memory", webhook)));
      });
      (await by.update(link.id, limit(used + 1)))._unsafeUnwrap();
      await Promise.all(racing);
      clock.advance(1_000);
    }
    expect((await marks()).filter((mark) => mark !== undefined)).toEqual([]);
    expect(await row()).toMatchObject({ pending_terms: null, granted: ROUNDS + 1 });
  });
});

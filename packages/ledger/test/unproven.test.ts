// Deliveries that do not prove what they report: stored first, then confirmed at the gateway, at once or later.
import { createPaymentLinks, err, idr, type PaymentLinks } from "@tautan/core";
import { type DriverObservation, driverError } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";

type Handlers = MemoryDriver["handlers"];
type Confirm = Handlers["confirm"];

/** As a provider reports that sends only that something happened, always in the same bytes. */
const asPing = (observation: DriverObservation): DriverObservation =>
  observation.kind === "history"
    ? { kind: "notice", trust: "unsigned", resource: "history", providerId: observation.record.providerId }
    : observation;
/** As a provider reports whose signature leaves something out. */
const asPartlySigned = (observation: DriverObservation): DriverObservation =>
  observation.kind === "history" ? { ...observation, trust: "partly_signed" } : observation;

describe.each(await databaseKinds())("an unproven webhook on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: MemoryDriver;
  let confirms: number;
  let answer: (ask: () => ReturnType<Confirm>) => ReturnType<Confirm>;
  const opened: { end(): Promise<void> }[] = [];

  beforeEach(async () => {
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = createMemoryDriver({ clock });
    confirms = 0;
    answer = (ask) => ask();
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.end();
    await database.end();
  });

  const ledgerWith = (as: (observation: DriverObservation) => DriverObservation): Ledger<unknown, undefined> => {
    const handlers: Handlers = {
      ...gateway.handlers,
      parseWebhook: async (delivery, context) =>
        (await gateway.handlers.parseWebhook(delivery, context)).map((observations) => observations.map(as)),
      confirm: (subject, context) => {
        confirms += 1;
        return answer(() => gateway.handlers.confirm(subject, context));
      },
    };
    const links: PaymentLinks = createPaymentLinks({
      default: "memory",
      gateways: { memory: { ...gateway, handlers } },
      clock,
      confirmReuseMs: 0,
    });
    const ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect() });
    opened.push(ledger);
    return ledger;
  };
  const create = async (): Promise<void> => {
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway }, clock });
    (await links.create({ reference: "INV-001", amount: idr(190_000) }))._unsafeUnwrap();
  };
  const drain = async (ledger: Ledger<unknown, undefined>): Promise<readonly string[]> => {
    const types: string[] = [];
    const handler = database.handling((event) => {
      types.push(event.type);
      return [];
    });
    (await ledger.drain(handler))._unsafeUnwrap();
    return types;
  };
  const deliveries = () => database.query("SELECT state, attempts, error FROM tautan_deliveries");
  /** The link is known before anything is tested: its first webhook waits for it. */
  const known = async (ledger: Ledger<unknown, undefined>): Promise<string> => {
    await create();
    const { payment, webhook } = await gateway.simulate.open("INV-001");
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    clock.advance(60_000);
    expect(await drain(ledger)).toEqual([]);
    await database.query("DELETE FROM tautan_deliveries");
    confirms = 0;
    return payment;
  };

  test("is in the database before the gateway is asked, and is applied with its answer", async () => {
    const ledger = ledgerWith(asPartlySigned);
    const payment = await known(ledger);
    const states: unknown[] = [];
    answer = async (ask) => {
      states.push(...(await deliveries()));
      return ask();
    };
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap()).toMatchObject({ state: "applied" });
    expect(states).toEqual([{ state: "unconfirmed", attempts: 0, error: null }]);
    expect(await drain(ledger)).toEqual(["paid", "link_exhausted"]);
  });

  test("that comes again after it was applied costs no question", async () => {
    const ledger = ledgerWith(asPartlySigned);
    const payment = await known(ledger);
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    const states = [];
    for (let time = 0; time < 3; time += 1) states.push((await ledger.ingest("memory", webhook))._unsafeUnwrap().state);
    expect([states, confirms]).toEqual([["applied", "duplicate", "duplicate"], 1]);
  });

  test("that only hints is asked about each time: the same bytes three times, three states, three answers", async () => {
    const ledger = ledgerWith(asPing);
    const payment = await known(ledger);
    // The bytes of the first; what it hints at is another each time.
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    const hint = async (): Promise<unknown> => (await ledger.ingest("memory", webhook))._unsafeUnwrap().state;
    expect(await hint()).toBe("applied");
    await gateway.simulate.settle("INV-001", { payment });
    expect(await hint()).toBe("applied");
    await gateway.simulate.refund("INV-001", { payment });
    expect(await hint()).toBe("applied");
    expect(confirms).toBe(3);
    expect(await drain(ledger)).toEqual(["paid", "link_exhausted", "settled", "refunded"]);
    expect(await database.query("SELECT arrivals FROM tautan_deliveries")).toEqual([{ arrivals: 3 }]);
  });

  test("that the gateway does not confirm now is acknowledged, and confirmed later by ourselves", async () => {
    const ledger = ledgerWith(asPing);
    const payment = await known(ledger);
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    answer = async () => err(driverError("unavailable", { message: "HTTP 503", outcome: "unknown" }));
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap()).toMatchObject({
      state: "stored",
      acknowledgement: { status: 200 },
    });
    expect(await deliveries()).toMatchObject([{ state: "unconfirmed", attempts: 1 }]);
    answer = (ask) => ask();
    expect(await drain(ledger)).toEqual([]);
    clock.advance(1_000);
    expect(await drain(ledger)).toEqual(["paid", "link_exhausted"]);
    expect(await deliveries()).toEqual([{ state: "applied", attempts: 2, error: null }]);
  });

  test("that is never confirmed is dead after twelve tries in about a day", async () => {
    const ledger = ledgerWith(asPing);
    const payment = await known(ledger);
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    answer = async () => err(driverError("unavailable", { message: "HTTP 503", outcome: "unknown" }));
    (await ledger.ingest("memory", webhook))._unsafeUnwrap();
    const startMs = clock.now();
    for (let attempt = 1; attempt < 12; attempt += 1) {
      expect(await deliveries()).toMatchObject([{ state: "unconfirmed", attempts: attempt }]);
      clock.advance(3 ** (attempt - 1) * 1_000);
      await drain(ledger);
    }
    expect(await deliveries()).toMatchObject([
      { state: "dead", attempts: 12, error: expect.stringContaining("unavailable") },
    ]);
    expect((clock.now() - startMs) / 3_600_000).toBeCloseTo(24.6, 1);
    // The next hint begins anew.
    answer = (ask) => ask();
    expect((await ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("applied");
  });

  test("that arrives again while it is asked about is asked about again", async () => {
    const ledger = ledgerWith(asPing);
    const payment = await known(ledger);
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    const [isAsked, mayAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    answer = async (ask) => {
      const told = await ask();
      isAsked.resolve();
      await mayAnswer.promise;
      return told;
    };
    const first = ledger.ingest("memory", webhook);
    await isAsked.promise;
    // What happens now is not in the answer that is on its way.
    await gateway.simulate.settle("INV-001", { payment });
    answer = (ask) => ask();
    const second = ledger.ingest("memory", webhook);
    mayAnswer.resolve();
    expect((await first).isOk() && (await second).isOk()).toBe(true);
    clock.advance(60_000);
    expect((await drain(ledger)).toSorted()).toEqual(["link_exhausted", "paid", "settled"]);
    expect(await deliveries()).toMatchObject([{ state: "applied" }]);
  });

  test("whose process dies between storing and asking is worked on by another", async () => {
    const ledger = ledgerWith(asPing);
    const payment = await known(ledger);
    const { webhook } = await gateway.simulate.pay("INV-001", { payment });
    // As it was stored when the process died: the answer never came.
    const isAsked = Promise.withResolvers<void>();
    answer = () => {
      isAsked.resolve();
      return new Promise(() => {});
    };
    void ledger.ingest("memory", webhook);
    await isAsked.promise;
    answer = (ask) => ask();
    const other = ledgerWith(asPing);
    clock.advance(30_000);
    expect(await drain(other)).toEqual(["paid", "link_exhausted"]);
  });
});

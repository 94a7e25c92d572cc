// A merchant with a ledger, on a gateway in memory with a clock that the test moves.
import { type CreatePaymentLink, createPaymentLinks, idr, type PaymentLink, type PaymentLinks } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import {
  createManualClock,
  createMemoryDriver,
  type ManualClock,
  type MemoryDriver,
  type SimulatedWebhook,
} from "@tautan/driver-memory";
import { expect } from "vitest";
import { engineOf } from "../../src/database/database.ts";
import type { Unit } from "../../src/database/unit.ts";
import {
  createLedger,
  type Ingested,
  type Ledger,
  type LedgerEvent,
  type LedgerOptions,
  type Row,
} from "../../src/index.ts";
import { firstLookAt } from "../../src/links/first-look.ts";
import { recordLink } from "../../src/links/record-link.ts";
import { registerGateways } from "../../src/schema/gateways.ts";
import type { DatabaseKind, TestDatabase } from "./databases.ts";

/** A ledger whose handlers are made by `TestDatabase.handling`. */
type TestLedger = Ledger<unknown, undefined>;

type Request = Omit<Partial<CreatePaymentLink>, "gateway" | "providerOptions"> & { readonly reference: string };

export interface Shop {
  readonly database: TestDatabase;
  readonly clock: ManualClock;
  readonly gateway: MemoryDriver;
  readonly links: PaymentLinks;
  readonly ledger: TestLedger;
  /** A ledger as of another process. */
  another(options?: Partial<LedgerOptions<unknown, undefined, PaymentLinks>>): TestLedger;
  /** A link that the gateway has, and the ledger does not know yet. */
  linkElsewhere(request: Request): Promise<PaymentLink>;
  /** A link that the ledger knows, as the gateway reported it or as a test would have it. */
  link(request: Request, reported?: (link: PaymentLink) => PaymentLink): Promise<PaymentLink>;
  /** Passes a webhook to the ledger, which must accept it. */
  receive(webhook: SimulatedWebhook, ledger?: TestLedger): Promise<Ingested>;
  /** Handles all that is due, and returns the types of the events, in order. */
  drain(ledger?: TestLedger): Promise<readonly string[]>;
  /** What the handlers wrote to the application's own table, in order. */
  effects(): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Writes each event to the application's own table, which accepts each once. */
export const recordEffect = (event: LedgerEvent): readonly [string, ...string[]][] => [
  ["INSERT INTO effects (event_id, type, reference) VALUES (?, ?, ?)", event.id, event.type, event.reference],
];

function* record(links: PaymentLinks, link: PaymentLink, nowMs: number): Unit<number | undefined> {
  const refs = yield* registerGateways(links);
  const lookAt = firstLookAt({ links, lateAfterMs: 15 * 60_000 }, link, nowMs);
  return yield* recordLink(link, { gatewayRef: refs.refOf(link.gateway), state: "made", lookAt, nowMs });
}

interface ShopOptions {
  readonly hasEffects?: boolean;
  /** Makes another gateway of the one in memory: with other traits, or with failures. */
  readonly adapt?: (driver: AnyDriver) => AnyDriver;
}

export const openShop = async (
  kind: DatabaseKind,
  { hasEffects = false, adapt = (driver) => driver }: ShopOptions = {},
): Promise<Shop> => {
  const database = await kind.open();
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock });
  const links = createPaymentLinks({ default: "memory", gateways: { memory: adapt(gateway as AnyDriver) }, clock });
  const ledgers: TestLedger[] = [];
  const another: Shop["another"] = (options) => {
    const ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect(), ...options });
    ledgers.push(ledger);
    return ledger;
  };
  if (!hasEffects)
    await database.query(
      "CREATE TABLE effects (event_id TEXT PRIMARY KEY, type TEXT NOT NULL, reference TEXT NOT NULL)",
    );
  const ledger = another();
  const linkElsewhere: Shop["linkElsewhere"] = async (request) =>
    (await links.create({ amount: idr(190_000), ...request }))._unsafeUnwrap();
  return {
    database,
    clock,
    gateway,
    links,
    ledger,
    another,
    linkElsewhere,
    link: async (request, reported = (each) => each) => {
      const made = reported(await linkElsewhere(request));
      (await ledger.migrate())._unsafeUnwrap();
      const engine = engineOf(database.connect());
      const recorded = await engine.transaction(() => record(links, made, clock.now()));
      expect(recorded._unsafeUnwrap()).toBeDefined();
      await engine.end();
      return made;
    },
    receive: async (webhook, each = ledger) => (await each.ingest("memory", webhook))._unsafeUnwrap(),
    drain: async (each = ledger) => {
      const types: string[] = [];
      const drained = await each.drain(
        database.handling((event) => {
          types.push(event.type);
          return recordEffect(event);
        }),
      );
      drained._unsafeUnwrap();
      return types;
    },
    effects: () => database.query("SELECT type, reference FROM effects ORDER BY event_id"),
    close: async () => {
      for (const each of ledgers) await each.end();
      await database.end();
    },
  };
};

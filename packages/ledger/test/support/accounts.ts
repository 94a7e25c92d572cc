// A merchant with two gateways in memory: the payments of one are read for the whole account, those of the other link by link.
import {
  type CreatePaymentLink,
  createPaymentLinks,
  type HistoryId,
  idr,
  type PaymentLink,
  type PaymentLinks,
} from "@tautan/core";
import { type AnyDriver, type DriverError, driverError } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { err } from "neverthrow";
import { engineOf } from "../../src/database/database.ts";
import type { Unit } from "../../src/database/unit.ts";
import { createLedger, type Ledger, type LedgerOptions, type ReconcileReport } from "../../src/index.ts";
import { firstLookAt } from "../../src/links/first-look.ts";
import { recordLink } from "../../src/links/record-link.ts";
import { registerGateways } from "../../src/schema/gateways.ts";
import type { DatabaseKind, TestDatabase } from "./databases.ts";

export type Key = "account" | "single";
type TestLedger = Ledger<unknown, undefined>;
type Request = Partial<Omit<CreatePaymentLink, "gateway" | "providerOptions">>;

/** One call of a driver's operation. */
interface Call {
  readonly gateway: Key;
  readonly operation: string;
  /** Of the link or history, for those that have one. */
  readonly subject: unknown;
}

export interface Accounts {
  readonly database: TestDatabase;
  readonly clock: ManualClock;
  readonly drivers: Readonly<Record<Key, MemoryDriver>>;
  readonly links: PaymentLinks;
  readonly ledger: TestLedger;
  readonly calls: Call[];
  /** Is asked before each call: an error is returned instead of the answer. */
  onCall: (call: Call) => DriverError | undefined | Promise<DriverError | undefined>;
  /** How many calls of an operation there were. */
  count(gateway: Key, operation: string): number;
  another(options?: Partial<LedgerOptions<unknown, undefined, PaymentLinks>>): TestLedger;
  /** A link that the gateway has, and the ledger does not know. */
  linkElsewhere(gateway: Key, reference: string, request?: Request): Promise<PaymentLink>;
  /** A link that the ledger knows. */
  link(gateway: Key, reference: string, request?: Request): Promise<PaymentLink>;
  /** A payment of which no webhook arrives. */
  payUnheard(gateway: Key, reference: string): Promise<HistoryId>;
  reconcile(options?: Parameters<TestLedger["reconcile"]>[0], ledger?: TestLedger): Promise<ReconcileReport>;
  /** Handles what is due, and returns references and types in order. */
  drain(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const down: DriverError = driverError("unavailable", { message: "the gateway is down", retryable: true });

export const openAccounts = async (kind: DatabaseKind): Promise<Accounts> => {
  const database = await kind.open();
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const drivers = { account: createMemoryDriver({ clock }), single: createMemoryDriver({ clock }) };
  const calls: Call[] = [];
  const watched = (gateway: Key, driver: MemoryDriver, unsupported: readonly string[]): AnyDriver => {
    const handlers = Object.entries(driver.handlers)
      .filter(([operation]) => !unsupported.includes(operation))
      .map(([operation, handler]) => {
        const handle = async (subject: unknown, ...rest: unknown[]): Promise<unknown> => {
          if (operation === "create" || operation === "preview") return (handler as typeof handle)(subject, ...rest);
          const call = { gateway, operation, subject };
          calls.push(call);
          const error = await accounts.onCall(call);
          return error ? err(error) : (handler as typeof handle)(subject, ...rest);
        };
        return [operation, operation === "parseWebhook" ? handler : handle] as const;
      });
    const operations = {
      ...driver.capabilities.operations,
      ...Object.fromEntries(unsupported.map((operation) => [operation, { unsupported: "not in this test" }])),
    };
    return {
      ...driver,
      capabilities: { ...driver.capabilities, operations },
      handlers: Object.fromEntries(handlers) as unknown as AnyDriver["handlers"],
    };
  };
  const links: PaymentLinks = createPaymentLinks({
    default: "account",
    gateways: {
      account: watched("account", drivers.account, []),
      single: watched("single", drivers.single, ["listRecentHistories", "list"]),
    },
    clock,
  });
  const ledgers: TestLedger[] = [];
  const another: Accounts["another"] = (options) => {
    const ledger = createLedger({ links, clock, random: () => 0.5, database: database.connect(), ...options });
    ledgers.push(ledger);
    return ledger;
  };
  const linkElsewhere: Accounts["linkElsewhere"] = async (gateway, reference, request) =>
    (await links.create({ reference, gateway, amount: idr(190_000), ...request }))._unsafeUnwrap();
  function* record(link: PaymentLink): Unit<number | undefined> {
    const refs = yield* registerGateways(links);
    const nowMs = clock.now();
    const lookAt = firstLookAt({ links, lateAfterMs: 15 * 60_000 }, link, nowMs);
    return yield* recordLink(link, { gatewayRef: refs.refOf(link.gateway), state: "made", lookAt, nowMs });
  }
  const ledger = another();
  (await ledger.migrate())._unsafeUnwrap();
  const engine = engineOf(database.connect());
  const accounts: Accounts = {
    database,
    clock,
    drivers,
    links,
    ledger,
    calls,
    onCall: () => undefined,
    count: (gateway, operation) =>
      calls.filter((call) => call.gateway === gateway && call.operation === operation).length,
    another,
    linkElsewhere,
    link: async (gateway, reference, request) => {
      const made = await linkElsewhere(gateway, reference, request);
      (await engine.transaction(() => record(made)))._unsafeUnwrap();
      calls.length = 0;
      return made;
    },
    payUnheard: async (gateway, reference) => {
      const { payment } = await drivers[gateway].simulate.pay(reference);
      return `${gateway}:${payment}`;
    },
    reconcile: async (options, each = ledger) => (await each.reconcile(options))._unsafeUnwrap(),
    drain: async () => {
      const told: string[] = [];
      const handler = database.handling(({ reference, type }) => {
        told.push(`${reference} ${type}`);
        return [];
      });
      (await ledger.drain(handler))._unsafeUnwrap();
      return told;
    },
    close: async () => {
      await engine.end();
      for (const each of ledgers) await each.end();
      await database.end();
    },
  };
  return accounts;
};

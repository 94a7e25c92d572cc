// Gateways in memory that count creates, and processes that can be stopped at every step.
import { createPaymentLinks, type DriverCapabilities, type PaymentLinks } from "@tautan/core";
import {
  type AnyDriver,
  type DriverError,
  type DriverHandlers,
  type DriverLink,
  driverError,
} from "@tautan/core/driver";
import { createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { err, ok, type Result, ResultAsync } from "neverthrow";
import { createTimedLedger } from "../../src/create-ledger.ts";
import { type Database, databaseOf, engineOf } from "../../src/database/database.ts";
import type { Engine } from "../../src/database/engine.ts";
import { databaseError } from "../../src/errors.ts";
import type { Ledger } from "../../src/index.ts";
import type { Timer } from "../../src/timer.ts";

export type Recovery = DriverCapabilities["createRecovery"];
export const RECOVERIES: readonly Recovery[] = ["lookup", "replay", "keyed", "scan", "none"];

/** A gateway that all processes of a test share. */
export interface SharedGateway {
  readonly memory: MemoryDriver;
  readonly driver: AnyDriver;
  /** How many requests to create arrived. */
  readonly creates: () => number;
  /** How many links it has. */
  readonly links: () => Promise<number>;
}

/**
 * A gateway with one of the ways in which a lost create is found. Only `lookup` refuses a reference that it has, and `keyed` one that
 * was used with other parameters.
 */
export const openGateway = (clock: ManualClock, recovery: Recovery, keptMs = 30 * 24 * 60 * 60_000): SharedGateway => {
  const memory = createMemoryDriver({ clock });
  const right = memory.handlers as DriverHandlers;
  let creates = 0;
  const kept = new Map<string, { readonly bytes: string; readonly link: DriverLink; readonly untilMs: number }>();
  const plain = (reference: string): string => reference.replace(/\.\d+$/, "");
  const shown = (result: Result<DriverLink, DriverError>): Result<DriverLink, DriverError> =>
    result.map((link) => ({ ...link, reference: plain(link.reference) }));
  const find: DriverHandlers["find"] = async (reference, context) => {
    const all = await right.list({ limit: 100 }, context);
    return all.andThen(({ items }) => {
      const link = items.find((each) => plain(each.reference) === reference);
      return link ? ok({ ...link, reference }) : err(driverError("not_found", { message: "there is none" }));
    });
  };
  const create: DriverHandlers["create"] = async (input, context) => {
    creates += 1;
    if (recovery === "lookup") return right.create(input, context);
    const bytes = JSON.stringify(input);
    const first = recovery === "keyed" ? kept.get(input.reference) : undefined;
    if (first && clock.now() < first.untilMs) {
      return first.bytes === bytes
        ? ok({ ...first.link, isKeptAnswer: true })
        : err(driverError("duplicate_reference", { message: "the key was used with other parameters" }));
    }
    const before = recovery === "replay" ? await find(input.reference, context) : undefined;
    if (before?.isOk()) return before;
    const made = shown(await right.create({ ...input, reference: `${input.reference}.${creates}` }, context));
    if (made.isOk()) kept.set(input.reference, { bytes, link: made.value, untilMs: clock.now() + keptMs });
    return recovery === "keyed" ? made.map((link) => ({ ...link, isKeptAnswer: false })) : made;
  };
  const changed: Partial<DriverHandlers> =
    recovery === "lookup"
      ? { create }
      : {
          create,
          find,
          get: async (id, context) => shown(await right.get(id, context)),
          list: async (page, context) =>
            (await right.list(page, context)).map(({ items, ...rest }) => ({
              ...rest,
              items: items.map((link) => ({ ...link, reference: plain(link.reference) })),
            })),
        };
  const operations = { ...memory.capabilities.operations, ...(recovery === "keyed" && NO_FIND) };
  const capabilities = { ...memory.capabilities, operations, createRecovery: recovery, createKeyKeptMs: keptMs };
  return {
    memory,
    driver: { ...memory, capabilities, handlers: { ...right, ...changed } } as AnyDriver,
    creates: () => creates,
    links: async () => (await right.list({ limit: 100 }, NO_CALL))._unsafeUnwrap().items.length,
  };
};

const NO_FIND = { find: { unsupported: "it knows keys, and no references" } } as const;

const NO_CALL = { signal: new AbortController().signal, clock: Date, operation: "list" } as const;

/** What befalls a process at one step: a call of its database, or of its gateway. */
export type Fate =
  /** It dies before the step, or after it and before it learns the result. */
  | "dies_before"
  | "dies_after"
  /** It stands still until the test lets it go on. */
  | "stops_before"
  | "stops_after"
  /** The step fails: nothing was done, or it was done and the answer is lost. */
  | "loses_request"
  | "loses_answer";

export const FATES: readonly Fate[] = [
  "dies_before",
  "dies_after",
  "stops_before",
  "stops_after",
  "loses_request",
  "loses_answer",
];

/** A process with a ledger. */
export interface Process {
  readonly ledger: Ledger<unknown, undefined>;
  /** From now on, the given step, counted from 0, has this fate. */
  readonly meets: (fate: Fate, step: number) => void;
  /** Resolves when it dies or stands still. */
  readonly gone: Promise<"gone">;
  /** Whether it stands still. */
  readonly isStopped: () => boolean;
  readonly goOn: () => void;
  /** How often it has asked its gateway. */
  readonly asked: () => number;
  /** Whether no answer of the gateway arrives. */
  readonly isDeaf: (isIt: boolean) => void;
}

/** A timer that moves the clock instead of waiting. */
export const timerOf = (clock: ManualClock): Timer => ({
  elapsedMs: () => clock.now(),
  wait: async (ms) => {
    clock.advance(ms);
    await new Promise((resolve) => void setImmediate(resolve));
  },
  limit: () => new Promise(() => {}),
});

type Handler = (...inputs: readonly unknown[]) => PromiseLike<Result<unknown, DriverError>>;

/** What a process asks its gateway. */
const REMOTE = ["create", "find", "get", "update", "close", "reopen", "delete"] as const;

/** A process with a ledger on a database and a gateway that it shares with others. Its tables are there. */
export const startProcess = async (
  clock: ManualClock,
  gateway: Pick<SharedGateway, "driver">,
  database: Database<unknown, undefined>,
  timer: Timer = timerOf(clock),
): Promise<Process> => {
  const gone = Promise.withResolvers<"gone">();
  const gate = Promise.withResolvers<void>();
  let armed: { readonly fate: Fate; readonly step: number } | undefined;
  let steps = 0;
  let isDead = false;
  let isStopped = false;
  let isDeaf = false;
  let asked = 0;
  const never = new Promise<never>(() => {});
  const die = (): Promise<never> => {
    isDead = true;
    gone.resolve("gone");
    return never;
  };
  const stop = async (): Promise<void> => {
    isStopped = true;
    gone.resolve("gone");
    await gate.promise;
  };
  const through = async <T, E>(work: () => Promise<Result<T, E>>, lost: () => E): Promise<Result<T, E>> => {
    if (isDead) return await never;
    const fate = armed?.step === steps ? armed.fate : undefined;
    steps += armed ? 1 : 0;
    if (fate === "dies_before") return die();
    if (fate === "loses_request") return err(lost());
    if (fate === "stops_before") await stop();
    const result = await work();
    if (fate === "dies_after") return die();
    if (fate === "stops_after") await stop();
    return fate === "loses_answer" ? err(lost()) : result;
  };
  const noAnswer = (): DriverError => driverError("network", { message: "the connection broke" });
  const wrap =
    (handler: Handler): Handler =>
    (...inputs) =>
      through(async () => {
        asked += 1;
        const result = await handler(...inputs);
        return isDeaf ? err(noAnswer()) : result;
      }, noAnswer);
  const handlers = gateway.driver.handlers as DriverHandlers;
  const wrapped = REMOTE.map((name) => [name, wrap(handlers[name] as Handler)]);
  const driver = { ...gateway.driver, handlers: { ...handlers, ...Object.fromEntries(wrapped) } } as AnyDriver;
  const links: PaymentLinks = createPaymentLinks({ default: "memory", gateways: { memory: driver }, clock });
  const right = engineOf(database);
  const broken = () => databaseError("database_unavailable", "the connection broke");
  const engine: Engine<unknown, undefined> = {
    ...right,
    read: (unit) => new ResultAsync(through(async () => right.read(unit), broken)),
    write: (unit) => new ResultAsync(through(async () => right.write(unit), broken)),
    transaction: (unit) => new ResultAsync(through(async () => right.transaction(unit), broken)),
    guarded: (unit) => new ResultAsync(through(async () => right.guarded(unit), broken)),
  };
  const options = { links, clock, random: () => 0.5, database: databaseOf(engine) };
  const ledger = createTimedLedger(options, timer);
  (await ledger.events.list())._unsafeUnwrap();
  return {
    ledger,
    meets: (fate, step) => {
      armed = { fate, step };
      steps = 0;
    },
    gone: gone.promise,
    isStopped: () => isStopped,
    asked: () => asked,
    isDeaf: (isIt) => {
      isDeaf = isIt;
    },
    goOn: gate.resolve,
  };
};

import { type PaymentLinks, ResultAsync } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import { changeOperations } from "./change/operations.ts";
import { checkFields, checkHandler } from "./check-fields.ts";
import type { LedgerContext } from "./context.ts";
import { createOnce } from "./create/create-link.ts";
import { engineOf } from "./database/database.ts";
import type { Engine } from "./database/engine.ts";
import { deliveryOperations } from "./deliveries/operations.ts";
import { createProblems } from "./deliveries/problems.ts";
import { reportUnresolved } from "./deliveries/report-unresolved.ts";
import { eraseCustomer } from "./erase/erase.ts";
import { createRetention } from "./erase/retention.ts";
import type { StorageError } from "./errors.ts";
import { eventOperations } from "./events/operations.ts";
import { handleRequest } from "./ingest/handle.ts";
import { ingestAndReport, reportThrown } from "./ingest/reporting.ts";
import { checkDrainOptions, checkProcessOptions, reconcileLimits } from "./process/check-options.ts";
import { drainDue } from "./process/drain.ts";
import { createBell, startWorker } from "./process/worker.ts";
import { readOperations } from "./reads/operations.ts";
import { adoptLinks } from "./reconcile/adopt.ts";
import { confirmLink } from "./reconcile/confirm.ts";
import { reconcileLinks } from "./reconcile/reconcile.ts";
import { type GatewayRefs, registerGateways } from "./schema/gateways.ts";
import { checkSchema, migrateSchema } from "./schema/migrate.ts";
import { systemTimer, type Timer } from "./timer.ts";
import type { Ledger, LedgerOptions, Worker } from "./types.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Creates a ledger: links and payments in your own database.
 *
 * @throws `TypeError` if the options are invalid.
 *
 * @example
 * ```ts
 * import type { PaymentLinks } from "@tautan/core";
 * import { createLedger, sqlite } from "@tautan/ledger";
 *
 * const ledgerOf = (links: PaymentLinks) => createLedger({ links, database: sqlite("shop.db") });
 * ```
 */
export const createLedger = <Tx, Done, Links extends PaymentLinks>(
  options: LedgerOptions<Tx, Done, Links>,
): Ledger<Tx, Done, Links> => createTimedLedger(options, systemTimer);

/** The same, with another timer: for tests that do not wait. */
export const createTimedLedger = <Tx, Done, Links extends PaymentLinks>(
  options: LedgerOptions<Tx, Done, Links>,
  timer: Timer,
): Ledger<Tx, Done, Links> => {
  checkFields<LedgerOptions<unknown, unknown, unknown>>("createLedger", options, FIELDS);
  const {
    links,
    clock = Date,
    random = Math.random,
    lateAfterMs = 15 * MINUTE_MS,
    waitForLinkMs = 7 * DAY_MS,
    enforceExpiry = false,
  } = options;
  if (typeof links?.parseWebhook !== "function") {
    throw new TypeError("createLedger: links: expected what createPaymentLinks returned");
  }
  if (options.onProblem !== undefined && typeof options.onProblem !== "function") {
    throw new TypeError(`createLedger: onProblem: expected a function, got ${typeof options.onProblem}`);
  }
  checkMs("lateAfterMs", lateAfterMs);
  checkMs("waitForLinkMs", waitForLinkMs);
  const { migrate = "at_first_use" } = options;
  if (migrate !== "at_first_use" && migrate !== "never") {
    throw new TypeError(`createLedger: migrate: expected at_first_use or never, got ${JSON.stringify(migrate)}`);
  }
  if (typeof enforceExpiry !== "boolean") {
    throw new TypeError(`createLedger: enforceExpiry: expected true or false, got ${typeof enforceExpiry}`);
  }
  const engine = engineOf(options.database);
  const bell = createBell();
  const workers = new Set<Worker>();
  const context: LedgerContext<Tx, Done> = {
    engine,
    links,
    clock,
    random,
    timer,
    lateAfterMs,
    waitForLinkMs,
    enforceExpiry,
    problems: createProblems(options.onProblem, { clock, timer }),
    retention: createRetention({ engine, clock }, options.retention),
    ready: readiness(engine, links, migrate),
    wakeWorkers: bell.ring,
  };
  const ingest: Ledger<Tx, Done>["ingest"] = (gateway, request) =>
    new ResultAsync(ingestAndReport(context, gateway, request));
  return Object.freeze<Ledger<Tx, Done, Links>>({
    links,
    create: (request, callOptions) => new ResultAsync(createOnce(context, request, callOptions)),
    ...changeOperations(context),
    ingest,
    handle: (request, gateway) =>
      handleRequest(ingest, request, { gateway, onThrown: () => reportThrown(context, gateway) }),
    confirm: (link, callOptions = {}) => new ResultAsync(confirmLink(context, link, callOptions)),
    reconcile: (reconcileOptions = {}) =>
      new ResultAsync(reconcileLinks(context, reconcileOptions, reconcileLimits(reconcileOptions, clock))),
    adopt: (page = {}, callOptions = {}) => new ResultAsync(adoptLinks(context, page, callOptions)),
    drain: (handler, drainOptions = {}) => {
      checkHandler("drain", handler);
      const checked = checkDrainOptions(engine, drainOptions, clock);
      const drained = new ResultAsync(drainDue(context, handler, checked));
      // The events that were due may have taken all the time, and may do so in each drain.
      const reportsOn = (reported: number): boolean => reported === 0 || checked.goesOn();
      return drained.andThen((result) => new ResultAsync(reportUnresolved(context, reportsOn)).map(() => result));
    },
    process: (handler, processOptions = {}) => {
      checkHandler("process", handler);
      const worker = startWorker(context, bell, handler, checkProcessOptions(engine, processOptions));
      workers.add(worker);
      const stop = (): Promise<void> => worker.stop().finally(() => workers.delete(worker));
      return { stop, [Symbol.asyncDispose]: stop };
    },
    ...readOperations(context),
    erase: (subject) => new ResultAsync(eraseCustomer(context, subject)),
    deliveries: Object.freeze(deliveryOperations(context)),
    events: Object.freeze(eventOperations(context)),
    migrate: () => new ResultAsync(migrateSchema(engine)),
    end: async () => {
      await Promise.all(Array.from(workers, (worker) => worker.stop()));
      await engine.end();
    },
  });
};

const FIELDS: Readonly<Record<keyof LedgerOptions<unknown, unknown, unknown>, true>> = {
  links: true,
  database: true,
  migrate: true,
  lateAfterMs: true,
  waitForLinkMs: true,
  enforceExpiry: true,
  retention: true,
  onProblem: true,
  clock: true,
  random: true,
};

const checkMs = (name: string, value: number): void => {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new TypeError(`createLedger: ${name}: expected a whole number of milliseconds from 0, got ${String(value)}`);
};

/** Makes the tables once, and again after a failure. */
const readiness = (engine: Engine, links: PaymentLinks, migrate: "at_first_use" | "never"): LedgerContext["ready"] => {
  const prepare = async (): Promise<Result<GatewayRefs, StorageError>> => {
    const schema = await (migrate === "never" ? checkSchema(engine) : migrateSchema(engine));
    return schema.isErr() ? err(schema.error) : await engine.transaction(() => registerGateways(links));
  };
  let prepared: Promise<Result<GatewayRefs, StorageError>> | undefined;
  const once = async (): Promise<Result<GatewayRefs, StorageError>> => {
    prepared ??= prepare();
    const result = await prepared;
    if (result.isErr()) prepared = undefined;
    return result.isErr() ? err(result.error) : ok(result.value);
  };
  return () => new ResultAsync(once());
};

import { type Clock, type PaymentLinks, ResultAsync } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "./context.ts";
import { engineOf } from "./database/database.ts";
import type { Engine } from "./database/engine.ts";
import type { LedgerError } from "./errors.ts";
import { handleRequest } from "./ingest/handle.ts";
import { ingestDelivery } from "./ingest/ingest.ts";
import { drainDue } from "./process/drain.ts";
import { type GatewayRefs, registerGateways } from "./schema/gateways.ts";
import { checkSchema, migrateSchema } from "./schema/migrate.ts";
import type { DrainOptions, Ledger, LedgerOptions } from "./types.ts";

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
): Ledger<Tx, Done> => {
  const {
    links,
    clock = Date,
    random = Math.random,
    lateAfterMs = 15 * MINUTE_MS,
    waitForLinkMs = 7 * DAY_MS,
  } = options;
  const engine = engineOf(options.database);
  const context: LedgerContext<Tx, Done> = {
    engine,
    links,
    clock,
    random,
    lateAfterMs,
    waitForLinkMs,
    ready: readiness(engine, links, options.migrate ?? "at_first_use"),
    wakeWorkers: () => {},
  };
  const ingest: Ledger<Tx, Done>["ingest"] = (gateway, request) =>
    new ResultAsync(ingestDelivery(context, gateway, request));
  return Object.freeze<Ledger<Tx, Done>>({
    ingest,
    handle: (request, gateway) => handleRequest(ingest, request, gateway),
    drain: (handler, drainOptions = {}) =>
      new ResultAsync(drainDue(context, handler, checked(drainOptions, engine.dialect === "sqlite", clock))),
    migrate: () => new ResultAsync(migrateSchema(engine)),
    end: () => engine.end(),
  });
};

/** Makes the tables once, and again after a failure. */
const readiness = (engine: Engine, links: PaymentLinks, migrate: "at_first_use" | "never"): LedgerContext["ready"] => {
  const prepare = async (): Promise<Result<GatewayRefs, LedgerError>> => {
    const schema = await (migrate === "never" ? checkSchema(engine) : migrateSchema(engine));
    return schema.isErr() ? err(schema.error) : await engine.transaction(() => registerGateways(links));
  };
  let prepared: Promise<Result<GatewayRefs, LedgerError>> | undefined;
  const once = async (): Promise<Result<GatewayRefs, LedgerError>> => {
    prepared ??= prepare();
    const result = await prepared;
    if (result.isErr()) prepared = undefined;
    return result.isErr() ? err(result.error) : ok(result.value);
  };
  return () => new ResultAsync(once());
};

const checked = (
  { concurrency = 4, maxAttempts = 12, leaseMs = 30_000, onError = () => {}, timeLimitMs }: DrainOptions,
  isAlone: boolean,
  clock: Clock,
) => {
  const endsAtMs = timeLimitMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeLimitMs;
  return {
    concurrency: isAlone ? 1 : concurrency,
    maxAttempts,
    leaseMs,
    onError,
    goesOn: () => clock.now() < endsAtMs,
  };
};

import { checkFields } from "../check-fields.ts";
import type { Engine } from "../database/engine.ts";
import type { ReconcileLimits } from "../reconcile/reconcile.ts";
import type { DrainOptions, ProcessOptions, ReconcileOptions } from "../types.ts";
import type { DrainingOptions } from "./drain.ts";
import type { WorkerOptions } from "./worker.ts";

/** Checks the options of `drain`. Throws `TypeError`. */
export const checkDrainOptions = (engine: Engine, options: DrainOptions, clock: { now(): number }): DrainingOptions => {
  checkFields("drain", options, { ...HANDLING_FIELDS, timeLimitMs: true });
  const { timeLimitMs } = options;
  if (timeLimitMs !== undefined) wholeNumber("drain", "timeLimitMs", timeLimitMs);
  const endsAtMs = timeLimitMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeLimitMs;
  return { ...handling("drain", engine, options), goesOn: () => clock.now() < endsAtMs };
};

/** How long `reconcile` goes on. Throws `TypeError`. */
export const reconcileLimits = (options: ReconcileOptions, clock: { now(): number }): ReconcileLimits => {
  checkFields("reconcile", options, { timeLimitMs: true, gateway: true });
  const { timeLimitMs } = options;
  return {
    endsAtMs:
      timeLimitMs === undefined
        ? Number.POSITIVE_INFINITY
        : clock.now() + wholeNumber("reconcile", "timeLimitMs", timeLimitMs),
    goesOn: () => true,
  };
};

/** Checks the options of `process`. Throws `TypeError`. */
export const checkProcessOptions = (engine: Engine, options: ProcessOptions): WorkerOptions => {
  checkFields("process", options, PROCESS_FIELDS);
  const checked = handling("process", engine, options);
  const { stopTimeoutMs = checked.leaseMs + STOP_SLACK_MS } = options;
  const { pollMs = 1_000, reconcile = true, onDatabaseError = () => {}, onReconciled = () => {} } = options;
  return {
    ...checked,
    stopTimeoutMs: wholeNumber("process", "stopTimeoutMs", stopTimeoutMs),
    pollMs: wholeNumber("process", "pollMs", pollMs),
    reconcile,
    onDatabaseError,
    onReconciled,
  };
};

/** How much longer than a handler a worker takes to stop, in milliseconds: what was cut is still noted. */
const STOP_SLACK_MS = 5_000;

const HANDLING_FIELDS = { concurrency: true, maxAttempts: true, leaseMs: true, onError: true } as const;

const PROCESS_FIELDS = {
  ...HANDLING_FIELDS,
  pollMs: true,
  stopTimeoutMs: true,
  reconcile: true,
  onDatabaseError: true,
  onReconciled: true,
} as const;

const handling = (
  name: string,
  { dialect, maxConnections }: Engine,
  { concurrency, maxAttempts = 12, leaseMs = 30_000, onError = () => {} }: DrainOptions,
): Omit<DrainingOptions, "goesOn"> => {
  const wanted = wholeNumber(name, "concurrency", concurrency ?? Math.min(4, maxConnections ?? 4));
  if (maxConnections !== undefined && wanted > maxConnections) {
    throw new TypeError(
      `${name}: concurrency: expected at most the ${maxConnections} connections of the pool, got ${wanted}; each takes one`,
    );
  }
  return {
    concurrency: dialect === "sqlite" ? 1 : wanted,
    maxAttempts: wholeNumber(name, "maxAttempts", maxAttempts),
    leaseMs: wholeNumber(name, "leaseMs", leaseMs),
    onError,
  };
};

const wholeNumber = (operation: string, name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new TypeError(`${operation}: ${name}: expected a whole number from 1, got ${String(value)}`);
};

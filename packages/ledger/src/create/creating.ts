import type { CallOptions, CreatePlan } from "@tautan/core";
import type { LedgerContext } from "../context.ts";

/** One call of `create`. */
export interface Creating {
  readonly plan: CreatePlan;
  readonly signal: AbortSignal | undefined;
  /** The whole time of the call, in milliseconds. */
  readonly timeoutMs: number;
  /** The time that is left of it. */
  readonly leftMs: () => number;
  /** The options of a call to a gateway: for what is left. */
  readonly call: () => CallOptions;
  /** For how long no other process may send: until this call has certainly ended. */
  readonly leaseMs: () => number;
}

/** How much longer than its call a lease lasts, in milliseconds: what the gateway has answered must be stored. */
const LEASE_MARGIN_MS = 5_000;

/** Begins a call. */
export const creatingOf = (
  { links, timer }: LedgerContext,
  plan: CreatePlan,
  options: CallOptions | undefined,
): Creating => {
  const startedAtMs = timer.elapsedMs();
  const timeoutMs = options?.timeoutMs ?? links.timeoutMs;
  const leftMs = (): number => timeoutMs - (timer.elapsedMs() - startedAtMs);
  return {
    plan,
    signal: options?.signal,
    timeoutMs,
    leftMs,
    call: () => ({ ...options, timeoutMs: Math.max(1, leftMs()) }),
    leaseMs: () => Math.max(0, Math.ceil(leftMs())) + LEASE_MARGIN_MS,
  };
};

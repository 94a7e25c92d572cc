// When the gateway is asked about a link. Pure, like everything here.
import type { Instant, LinkStatus } from "@tautan/core";
import { epochMsOf, instantAt } from "@tautan/core/driver";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The least time between two looks, and between the creation of a link and the first. */
const SHORTEST_MS = 10 * MINUTE_MS;
/** How long after a payment the gateway certainly reports it. */
export const NEWS_MS = 300_000;
/** Transfers arrive late. */
const AFTER_EXPIRY_MS = [DAY_MS, 3 * DAY_MS];

/** From this number on, looks are counted since a link without expiry has ended. */
const ENDED = 1_000;
const AFTER_END_MS = [DAY_MS, 2 * DAY_MS];
const ENDS: ReadonlySet<LinkStatus> = new Set(["exhausted", "expired", "closed", "deleted"]);

/** The facts of a link when its next look is decided. */
export interface Looked {
  readonly status: LinkStatus;
  readonly expiresAt: Instant | undefined;
}

export interface LookCircumstances {
  readonly nowMs: number;
  /** How long the gateway repeats a delivery, in milliseconds; 0 if it does not, or if that is not known. */
  readonly windowMs: number;
  readonly lateAfterMs: number;
  /** Whether one read of the account serves many links: then those that are due at about the same time become due together. */
  readonly isShared: boolean;
}

/** The number of looks after one more. */
export const countLook = ({ status, expiresAt }: Looked, looks: number): number => {
  if (expiresAt === undefined && ENDS.has(status)) return looks >= ENDED ? looks + 1 : ENDED;
  return looks >= ENDED ? STEPS : looks + 1;
};

/** The looks before daily ones. */
const STEPS = 3;

/**
 * When to look next, after that many looks. After the time in which webhooks are repeated, but an hour at most; then after an hour, six
 * hours, and daily. At the expiry, when no payment can be in time any more, and after one and three days; then never again.
 */
export const nextLookAt = (
  { expiresAt }: Looked,
  looks: number,
  { nowMs, windowMs, lateAfterMs, isShared }: LookCircumstances,
): Instant | undefined => {
  const shared = (ms: number, unitMs: number): number => (isShared ? Math.ceil(ms / unitMs) * unitMs : ms);
  if (expiresAt === undefined && looks >= ENDED) {
    const waitMs = AFTER_END_MS[looks - ENDED];
    return waitMs === undefined ? undefined : instantAt(shared(nowMs + waitMs, SHORTEST_MS));
  }
  const stepMs = stepOf(looks, windowMs);
  const regularMs = shared(nowMs + stepMs, Math.min(Math.max(stepMs / 4, SHORTEST_MS), 6 * HOUR_MS));
  if (expiresAt === undefined) return instantAt(regularMs);
  const expiryMs = epochMsOf(expiresAt);
  // Every payment in time is known then.
  const graceMs = expiryMs + lateAfterMs + NEWS_MS;
  const last = [graceMs, ...AFTER_EXPIRY_MS.map((afterMs) => expiryMs + afterMs)].map((ms) => shared(ms, SHORTEST_MS));
  const next = [expiryMs, ...last].toSorted((one, other) => one - other).find((ms) => ms > nowMs);
  if (nowMs >= graceMs) return next === undefined ? undefined : instantAt(next);
  return instantAt(Math.min(regularMs, next ?? regularMs));
};

const stepOf = (looks: number, windowMs: number): number => {
  if (looks === 0) return Math.min(Math.max(windowMs, SHORTEST_MS), HOUR_MS);
  if (looks === 1) return HOUR_MS;
  return looks < STEPS ? 6 * HOUR_MS : DAY_MS;
};

import type { Instant } from "./instant.ts";
import { epochMsOf } from "./instant.ts";
import type { LinkStatus, LinkUsage } from "./payment-link.ts";

/** What the provider itself says of a link, before time and usage are looked at. */
export type ProviderLinkState = "open" | "draft" | "partially_paid" | "expired" | "closed" | "deleted" | "unknown";

/** What a link's status follows from. */
export interface LinkStatusInput {
  readonly state: ProviderLinkState;
  readonly usage: LinkUsage;
  readonly startsAt?: Instant | undefined;
  readonly expiresAt?: Instant | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * The status of a link: pure and total.
 *
 * Ends that somebody caused come first (`deleted`, `closed`), then what money did (`exhausted`), then what time did
 * (`expired`): a link that was paid in full reads `exhausted` for ever, not `expired` a day later.
 */
export const linkStatus = ({ state, usage, startsAt, expiresAt, nowMs }: LinkStatusInput): LinkStatus => {
  if (state === "deleted" || state === "draft") return state;
  const limit = usage.limit ?? Number.POSITIVE_INFINITY;
  if (state === "closed") return "closed";
  if (usage.used >= limit) return "exhausted";
  if (state === "expired" || (expiresAt !== undefined && epochMsOf(expiresAt) <= nowMs)) return "expired";
  if (state === "unknown") return "unknown";
  if (startsAt !== undefined && epochMsOf(startsAt) > nowMs) return "scheduled";
  if (state === "partially_paid") return "partially_paid";
  return usage.used + usage.held >= limit ? "held" : "active";
};

/** Whether a link of this status takes a new payer. */
export const statusAcceptsPayments = (status: LinkStatus): boolean =>
  status === "active" || status === "partially_paid";

import type { Instant } from "./instant.ts";
import { epochMsOf } from "./instant.ts";
import type { LinkStatus, LinkUsage } from "./payment-link.ts";

/** The state that the provider reports of a link, before time and usage are considered. */
export type ProviderLinkState = "open" | "draft" | "partially_paid" | "expired" | "closed" | "deleted" | "unknown";

/** The values from which the status of a link is computed. */
export interface LinkStatusInput {
  readonly state: ProviderLinkState;
  readonly usage: LinkUsage;
  readonly startsAt?: Instant | undefined;
  readonly expiresAt?: Instant | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Computes the status of a link. Pure and total.
 *
 * Deliberate ends come first (`deleted`, `closed`), then payment (`exhausted`), then time (`expired`): a link that was paid in
 * full stays `exhausted` and does not become `expired` a day later. A link whose payments the gateway does not count is never
 * `exhausted` or `held`.
 */
export const linkStatus = ({ state, usage, startsAt, expiresAt, nowMs }: LinkStatusInput): LinkStatus => {
  if (state === "deleted" || state === "draft") return state;
  // A gateway that does not count reports 0 for any number of payments.
  const limit = usage.counted === false ? Number.POSITIVE_INFINITY : (usage.limit ?? Number.POSITIVE_INFINITY);
  if (state === "closed") return "closed";
  if (usage.used >= limit) return "exhausted";
  if (state === "expired" || (expiresAt !== undefined && epochMsOf(expiresAt) <= nowMs)) return "expired";
  if (state === "unknown") return "unknown";
  if (startsAt !== undefined && epochMsOf(startsAt) > nowMs) return "scheduled";
  if (state === "partially_paid") return "partially_paid";
  return usage.used + usage.held >= limit ? "held" : "active";
};

/** Whether a link with this status accepts a new payer. */
export const statusAcceptsPayments = (status: LinkStatus): boolean =>
  status === "active" || status === "partially_paid";

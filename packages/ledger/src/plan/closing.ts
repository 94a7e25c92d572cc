// Links that never end at their gateway, and that the ledger closes.
import type { Instant, PaymentLink } from "@tautan/core";

/** Whether the gateway has stopped a link, as it was last reported. The clock is not considered. */
export const isStopped = ({ status }: PaymentLink): boolean =>
  status === "closed" || status === "deleted" || status === "expired";

/** When the ledger is to close a link as it was last reported; null if never. */
export const closeAtOf = (link: PaymentLink): Instant | null =>
  link.expiryEnforcedBy === "ledger" && !isStopped(link) ? (link.expiresAt ?? null) : null;

/** How a link is stored that the ledger has closed at its expiry: it has expired, as at any other gateway. */
export const closedAtExpiry =
  (nowMs: number) =>
  (stored: PaymentLink): PaymentLink => {
    const hasEnded = stored.expiresAt !== undefined && Date.parse(stored.expiresAt) <= nowMs;
    if (stored.status === "deleted") return stored;
    // Its expiry may have been moved while it was being closed.
    return { ...stored, status: hasEnded ? "expired" : "closed", acceptsPayments: false };
  };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** After this many attempts they are hourly, and somebody is to look. */
const FAST_ATTEMPTS = 3;
const DAILY_ATTEMPTS = 24;

/** How long to wait before a link is to be closed again, after that many attempts, in milliseconds. */
export const waitToClose = (attempts: number): number => (attempts < FAST_ATTEMPTS ? 5 * MINUTE_MS : HOUR_MS);

/** Whether somebody is to look: after the last fast attempt, then daily; at once if it cannot succeed without a person. */
export const isToBeReported = (attempts: number, isRetryable: boolean): boolean =>
  attempts === (isRetryable ? FAST_ATTEMPTS : 1) || (attempts > FAST_ATTEMPTS && attempts % DAILY_ATTEMPTS === 0);

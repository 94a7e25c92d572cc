// The events by the clock alone, and their times. Infinity: never.
import { nextJakartaNoon } from "../simulator-kit/index.ts";
import type { History, SingapayLink } from "./links.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** When a payment runs out of time. */
export const expiryDueMs = ({ status, expiresAtMs }: History): number => (status === "pending" ? expiresAtMs : NEVER);

/**
 * When a payment is settled. github.com/theotheobeats/tokko-v2-backend, settlement-webhook.test.ts: a batch of production
 * was made at noon of the day on which its payment was made. docs.singapay.id, guides/accept-payment/settlement: T+1 as
 * a rule, for some methods up to T+4; which ones is not documented.
 */
export const settlementDueMs = ({ status, paidAtMs, settledAtMs }: History): number =>
  status === "paid" && paidAtMs !== null && settledAtMs === null ? nextJakartaNoon(paidAtMs) : NEVER;

/** When the merchant receives the expiry of a link: once for each expiry, and not while it is closed. */
export const announcementDueMs = (link: SingapayLink): number => {
  const { status, settings, announcedExpiryMs, updatedAtMs } = link;
  const { expiresAtMs } = settings;
  if (status === "closed" || expiresAtMs === null || expiresAtMs === announcedExpiryMs) return NEVER;
  // One that was opened again after its expiry was closed until then.
  return Math.max(expiresAtMs, updatedAtMs);
};

import { isDeepStrictEqual } from "node:util";
import type { Instant, LinkAmount, LinkStatus, LinkUsage, PaymentLink } from "@tautan/core";
import { linkStatus, type ProviderLinkState, statusAcceptsPayments } from "@tautan/core/driver";
import type { KnownLink, Report } from "./state.ts";

/** A link with the status and the number of payments that it has now. */
export const linkAsOf = (link: PaymentLink, used: number, nowMs: number): PaymentLink => {
  const usage = countedUsage(link.usage, used);
  const { startsAt, expiresAt } = link;
  const status = linkStatus({ state: stateOf(link.status), usage, startsAt, expiresAt, nowMs });
  if (status === link.status && usage === link.usage) return link;
  return Object.freeze({ ...link, usage, status, acceptsPayments: statusAcceptsPayments(status) });
};

/** The uses of a link, as the ledger counts them: also at a gateway that does not. */
const countedUsage = (usage: LinkUsage, used: number): LinkUsage => {
  if (used === usage.used && usage.counted !== false) return usage;
  const { counted: _, ...rest } = usage;
  return Object.freeze({ ...rest, used });
};

/**
 * The link of a report, as it is to be stored: the stored one itself if the report adds nothing. A report that is older than what is stored
 * brings nothing back; of a change of ours, the change itself stays. A link never becomes another: one with another id is not this one.
 */
export const reportedLink = (known: KnownLink, report: Report): PaymentLink => {
  const { link: stored } = known;
  const { link: incoming, change, endedTerms } = report;
  if (incoming && incoming.providerId !== stored.providerId) return stored;
  if (incoming && !isOlderThanStored(known, incoming, report.beganAt)) return laterLink(stored, incoming);
  // An answer that comes after all deadlines: a read has shown since what the change has led to.
  if (endedTerms && !known.pending.some(({ id }) => id === endedTerms.id)) return stored;
  const changed = change?.apply(stored);
  return !changed || isDeepStrictEqual(changed, stored) ? stored : Object.freeze(changed);
};

/** When the state of a link is from, once a report is stored. A read that changes nothing proves nothing new. */
export const asOfAfter = (
  { asOf }: KnownLink,
  { beganAt, change }: Report,
  hasChanged: boolean,
): Instant | undefined => {
  const reportedAt = change?.answeredAt ?? (hasChanged ? beganAt : undefined);
  return reportedAt === undefined || (asOf !== undefined && asOf > reportedAt) ? asOf : reportedAt;
};

/**
 * Whether a report of a link is from before its stored state. The gateway's clock decides. If that does not, the report is older if its read
 * began before the stored state was known; if that is not known either, any state that was changed may be the newer one.
 */
export const isOlderThanStored = (
  { link, asOf }: KnownLink,
  { updatedAt }: PaymentLink,
  beganAt: Instant | undefined,
): boolean => {
  if (updatedAt !== undefined && link.updatedAt !== undefined && updatedAt !== link.updatedAt)
    return updatedAt < link.updatedAt;
  return asOf !== undefined && (beganAt === undefined || beganAt < asOf);
};

/**
 * A link with what a report of it adds. Returns `current` itself if that is nothing. A field that a report does not have is kept,
 * because many gateways do not return everything that they were sent; one that is `undefined` was cleared.
 */
const laterLink = (current: PaymentLink, incoming: PaymentLink): PaymentLink => {
  // The reference of a link never changes; a gateway that cannot hold it reports another in its place.
  const later = {
    ...current,
    ...incoming,
    reference: current.reference,
    amount: laterAmount(current.amount, incoming.amount),
    warnings: incoming.warnings.length > 0 ? incoming.warnings : current.warnings,
    ...enforcedExpiry(current, incoming),
  };
  return isDeepStrictEqual(later, current) ? current : Object.freeze(later);
};

/**
 * An expiry that the ledger enforces is unknown to the gateway, so that no read of it changes it; and a link that the ledger has closed then
 * has expired. A change of ours has the field, even if it removes the expiry.
 */
const enforcedExpiry = (current: PaymentLink, incoming: PaymentLink): Partial<PaymentLink> => {
  if (current.expiryEnforcedBy === undefined || Object.hasOwn(incoming, "expiryEnforcedBy")) return {};
  const { expiresAt } = current;
  // A gateway may report of one that was also used up that it is exhausted.
  const isStopped = incoming.status === "closed" || incoming.status === "exhausted";
  const hasExpired = current.status === "expired" && isStopped;
  return {
    ...(expiresAt !== undefined && { expiresAt }),
    ...(hasExpired && { status: "expired", acceptsPayments: false }),
  };
};

/** Bounds that a report does not have are kept too: a payment outside them is not one to deliver on. */
const laterAmount = (current: LinkAmount, incoming: LinkAmount): LinkAmount =>
  "open" in current && "open" in incoming ? { open: { ...current.open, ...incoming.open } } : incoming;

/** The state from which the status of a stored link follows again: uses and times are counted anew. */
const stateOf = (status: LinkStatus): ProviderLinkState => STATES[status];

const STATES: Readonly<Record<LinkStatus, ProviderLinkState>> = {
  draft: "draft",
  scheduled: "open",
  active: "open",
  held: "open",
  partially_paid: "partially_paid",
  exhausted: "open",
  // Until the gateway reports another time.
  expired: "expired",
  closed: "closed",
  deleted: "deleted",
  unknown: "unknown",
};

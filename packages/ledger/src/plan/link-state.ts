import { isDeepStrictEqual } from "node:util";
import type { LinkAmount, LinkStatus, PaymentLink } from "@tautan/core";
import { linkStatus, type ProviderLinkState, statusAcceptsPayments } from "@tautan/core/driver";

/** A link with the status and the number of payments that it has now. */
export const linkAsOf = (link: PaymentLink, used: number, nowMs: number): PaymentLink => {
  const usage = used === link.usage.used ? link.usage : Object.freeze({ ...link.usage, used });
  const { startsAt, expiresAt } = link;
  const status = linkStatus({ state: stateOf(link.status), usage, startsAt, expiresAt, nowMs });
  if (status === link.status && usage === link.usage) return link;
  return Object.freeze({ ...link, usage, status, acceptsPayments: statusAcceptsPayments(status) });
};

/**
 * The later of two reports of one link. Returns `current` itself if the other adds nothing. A field that a report does not have is kept,
 * because many gateways do not return everything that they were sent; one that is `undefined` was cleared.
 */
export const laterLink = (current: PaymentLink, incoming: PaymentLink): PaymentLink => {
  const isOlder =
    current.updatedAt !== undefined && incoming.updatedAt !== undefined && incoming.updatedAt < current.updatedAt;
  // The reference of a link never changes; a gateway that cannot hold it reports another in its place.
  const later = {
    ...current,
    ...incoming,
    reference: current.reference,
    amount: laterAmount(current.amount, incoming.amount),
    warnings: incoming.warnings.length > 0 ? incoming.warnings : current.warnings,
  };
  return isOlder || isDeepStrictEqual(later, current) ? current : Object.freeze(later);
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

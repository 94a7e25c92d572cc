// The terms that may be in effect at the gateway while a change of ours is under way, or its outcome is not known.
import type { Instant, PaymentLink } from "@tautan/core";
import { isOlderThanStored } from "./link-state.ts";
import type { KnownLink, PendingTerms, Report } from "./state.ts";

/** The terms by which a payment is judged. */
export type Terms = Pick<PaymentLink, "amount"> & {
  readonly limit: number | undefined;
  readonly expiresAt: Instant | undefined;
};

/**
 * The loosest terms of a link and of the changes that may be in effect: a payment that the gateway has accepted by them is neither too
 * many nor late.
 */
export const loosestTerms = ({ amount, usage, expiresAt }: PaymentLink, pending: readonly PendingTerms[]): Terms => {
  const [limit, expiry] = [usage.limit ?? null, expiresAt ?? null];
  const loosest = pending.reduce(looser, { limit, expiresAt: expiry });
  return { amount, limit: loosest.limit ?? undefined, expiresAt: loosest.expiresAt ?? undefined };
};

/**
 * The pending terms after a report: without those that it answers, unless another change may have been made after them, and without those
 * whose requests had certainly ended before the report was read. The same list if none has ended.
 */
export const pendingAfter = (known: KnownLink, report: Report): readonly PendingTerms[] => {
  const { link, beganAt, endedTerms } = report;
  const isCurrent =
    link !== undefined && link.providerId === known.link.providerId && !isOlderThanStored(known, link, beganAt);
  const isShown = ({ endsBy }: PendingTerms): boolean => isCurrent && beganAt !== undefined && beganAt >= endsBy;
  const isAnswered = ({ id, overlaps }: PendingTerms): boolean =>
    id === endedTerms?.id && !(endedTerms.isMade && overlaps);
  const left = known.pending.filter((each) => !isAnswered(each) && !isShown(each));
  return left.length === known.pending.length ? known.pending : left;
};

/** The pending terms with those of another change. Those whose requests have ended become one, so that the list stays short. */
export const withPending = (
  pending: readonly PendingTerms[],
  added: PendingTerms,
  now: Instant,
): readonly PendingTerms[] => {
  if (pending.length === 0) return [added];
  const [first, ...others] = pending.filter(({ endsBy }) => endsBy <= now).map((each) => ({ ...each, endsBy: now }));
  const ended = first && others.length > 0 ? { ...others.reduce(looser, first), id: SEVERAL } : first;
  const underWay = pending.filter(({ endsBy }) => endsBy > now);
  return [...(ended ? [ended] : []), ...underWay, added].map((each) => ({ ...each, overlaps: true }));
};

/** The id of the terms of several changes: a late answer to one of them does not end those of the others. */
const SEVERAL = "several";

/** When to look at a link whose next look is at `lookAt`: earlier if a read shows before then which of the pending terms are in effect. */
export const lookForTerms = (
  pending: readonly PendingTerms[],
  lookAt: Instant | undefined,
  now: Instant,
): Instant | undefined => {
  const shownFrom = shownFromIn(pending);
  return shownFrom === undefined || shownFrom <= now ? lookAt : earlier(shownFrom, lookAt);
};

/** The same for a link that is not read now: a read from `soonest` on shows the terms whose requests have ended. */
export const lookUnreadForTerms = (
  pending: readonly PendingTerms[],
  lookAt: Instant | undefined,
  soonest: Instant,
): Instant | undefined => {
  const shownFrom = shownFromIn(pending);
  return shownFrom === undefined ? lookAt : earlier(shownFrom < soonest ? soonest : shownFrom, lookAt);
};

const shownFromIn = (pending: readonly PendingTerms[]): Instant | undefined =>
  pending
    .map(({ endsBy }) => endsBy)
    .toSorted()
    .at(-1);

const earlier = (one: Instant, other: Instant | undefined): Instant =>
  other === undefined || one < other ? one : other;

type Bounds = Pick<PendingTerms, "limit" | "expiresAt">;

/** The looser of two on each bound. One that a change leaves as it is, is not made looser by it. */
const looser = <B extends Bounds>(one: B, { limit, expiresAt }: Bounds): B => ({
  ...one,
  ...(limit !== undefined && { limit: later(one.limit, limit, (left, right) => left < right) }),
  ...(expiresAt !== undefined && { expiresAt: later(one.expiresAt, expiresAt, (left, right) => left < right) }),
});

const later = <T>(one: T | null | undefined, other: T | null, isBefore: (left: T, right: T) => boolean): T | null => {
  if (one === null || other === null) return null;
  return one === undefined || isBefore(one, other) ? other : one;
};

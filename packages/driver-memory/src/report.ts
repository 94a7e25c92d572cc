import { type Attempt, isOpen, type StoredLink } from "./store.ts";

/** What a webhook and a read tell of an attempt. */
export interface AttemptReport {
  readonly link: { readonly id: string; readonly reference: string };
  readonly attempt: Attempt;
  /** Whether its time is over without a payment. */
  readonly expired: boolean;
}

export const reportOf = (link: StoredLink, attempt: Attempt, nowMs: number): AttemptReport => ({
  link: { id: link.id, reference: link.input.reference },
  attempt,
  expired: attempt.paidAt === undefined && attempt.failedAt === undefined && !isOpen(attempt, nowMs),
});

import type { HistoryId, PaymentLinkError } from "@tautan/core";
import type { Applied } from "../apply/application.ts";
import type { DatabaseError } from "../errors.ts";
import { isJudged } from "../plan/transitions.ts";
import type { ReconcileReport, Unresolved } from "../types.ts";

/** Counts what a run of `reconcile` does. */
export interface Tally {
  readonly look: () => void;
  /** Notes a link whose create was lost. */
  readonly create: () => void;
  readonly apply: (applied: Applied) => void;
  readonly fail: (gateway: string, error: PaymentLinkError | DatabaseError) => void;
  readonly unresolved: (intent: Unresolved) => void;
  /** Notes that the time was up before everything was done. */
  readonly cutShort: () => void;
  readonly report: () => ReconcileReport;
}

export const createTally = (): Tally => {
  let looked = 0;
  let more = false;
  let created = 0;
  const changed = new Set<number>();
  const missed = new Set<HistoryId>();
  const failed = new Map<string, PaymentLinkError | DatabaseError>();
  const unresolved: Unresolved[] = [];
  return {
    look: () => {
      looked += 1;
    },
    create: () => {
      created += 1;
    },
    apply: ({ linkRef, plan: { link, histories, events } }) => {
      if (link || histories.length > 0 || events.length > 0) changed.add(linkRef);
      for (const { history, type } of events) {
        if (history?.isPaid && isJudged([type])) missed.add(history.id);
      }
    },
    fail: (gateway, error) => {
      // One of each kind is enough to act on.
      const key = `${gateway} ${error.kind}`;
      if (!failed.has(key)) failed.set(key, error);
    },
    unresolved: (intent) => void unresolved.push(intent),
    cutShort: () => {
      more = true;
    },
    report: () => ({
      looked,
      changed: changed.size + created,
      missed: [...missed],
      unresolved,
      failed: [...failed.values()],
      more,
    }),
  };
};

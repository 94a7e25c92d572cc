import type { Trust } from "@tautan/core";
import type { DriverHistory, DriverLink } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import type { AttemptReport } from "./report.ts";
import { type StoredLink, usageOf } from "./store.ts";

/** Where the pages would be, if there were any. */
const PAGES = "https://pay.memory.example/";

export const toDriverLink = (link: StoredLink, nowMs: number): DriverLink => {
  const { input, mutable } = link;
  return {
    providerId: link.id,
    reference: input.reference,
    url: PAGES + input.slug,
    state: link.state,
    title: mutable.title ?? undefined,
    amount: input.amount,
    items: input.items,
    usage: usageOf(link, nowMs),
    startsAt: input.startsAt,
    expiresAt: mutable.expiresAt ?? undefined,
    methods: mutable.methods ?? undefined,
    customer: input.customer,
    collect: mutable.collect ?? undefined,
    redirect: mutable.redirect ?? undefined,
    metadata: mutable.metadata ?? undefined,
    slug: input.slug,
    createdAt: link.createdAt,
    updatedAt: link.updatedAt,
    raw: link,
  };
};

export const toDriverHistory = ({ link, attempt, expired }: AttemptReport, trust: Trust): DriverHistory => ({
  record: historyRecord({
    providerId: attempt.id,
    trust,
    linkProviderId: link.id,
    linkReference: link.reference,
    amount: attempt.amount,
    facts: {
      pending: { at: attempt.openedAt },
      paid: attempt.paidAt && { at: attempt.paidAt },
      settled: attempt.settledAt && { at: attempt.settledAt },
      failed: attempt.failedAt && { at: attempt.failedAt },
      expired: expired ? { at: attempt.expiresAt } : undefined,
      voided: attempt.reversedAt && { at: attempt.reversedAt },
    },
    method: attempt.method,
    expiresAt: attempt.expiresAt,
    refunds: attempt.refunds.map((refund) => ({ ...refund, phase: "succeeded" as const })),
  }),
  raw: attempt,
});

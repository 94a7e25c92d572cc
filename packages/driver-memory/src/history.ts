import type { Trust } from "@tautan/core";
import type { DriverHistory } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import type { AttemptReport } from "./report.ts";

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

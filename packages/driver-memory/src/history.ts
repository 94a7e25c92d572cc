import type { Trust } from "@tautan/core";
import type { DriverHistory } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import type { PaymentReport } from "./report.ts";

export const toDriverHistory = ({ link, payment, expired }: PaymentReport, trust: Trust): DriverHistory => ({
  record: historyRecord({
    providerId: payment.id,
    trust,
    linkProviderId: link.id,
    linkReference: link.reference,
    amount: payment.amount,
    facts: {
      pending: { at: payment.openedAt },
      paid: payment.paidAt && { at: payment.paidAt },
      settled: payment.settledAt && { at: payment.settledAt },
      failed: payment.failedAt && { at: payment.failedAt },
      expired: expired ? { at: payment.expiresAt } : undefined,
      voided: payment.reversedAt && { at: payment.reversedAt },
    },
    disputes: payment.dispute && [payment.dispute],
    method: payment.method,
    expiresAt: payment.expiresAt,
    refunds: payment.refunds.map((refund) => ({ ...refund, phase: "succeeded" as const })),
  }),
  raw: payment,
});

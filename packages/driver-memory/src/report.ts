import { isOpen, type Payment, type StoredLink } from "./store.ts";

/** The report of a payment in webhooks and reads. */
export interface PaymentReport {
  readonly link: { readonly id: string; readonly reference: string };
  readonly payment: Omit<Payment, "method"> & Partial<Pick<Payment, "method">>;
  /** Whether its time is over without a payment. */
  readonly expired: boolean;
}

export const reportOf = (link: StoredLink, payment: Payment, nowMs: number): PaymentReport => ({
  link: { id: link.id, reference: link.input.reference },
  payment,
  expired: payment.paidAt === undefined && payment.failedAt === undefined && !isOpen(payment, nowMs),
});

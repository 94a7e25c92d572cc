import type { HistoryRecord, Trust } from "@tautan/core";
import { factsAt, historyRecord } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { methodOfPayment } from "./methods.ts";
import { meaningOfInvoice, meaningOfSession, phaseOfRefund } from "./status.ts";
import type { Invoice, InvoiceCallback, Refund, Session } from "./wire.ts";

const HISTORY_SUFFIX = "#1";

/** The history of a link. */
const historyIdOfLink = (linkId: string): string => linkId + HISTORY_SUFFIX;

/** The link of a history; `undefined` if the id is not that of a history. */
export const linkIdOfHistory = (historyId: string): string | undefined =>
  historyId.endsWith(HISTORY_SUFFIX) ? historyId.slice(0, -HISTORY_SUFFIX.length) : undefined;

/** The history of an invoice, and the refunds that were read with it. */
export interface InvoiceSource {
  readonly trust: Trust;
  readonly refunds?: readonly Refund[];
}

/**
 * The only possible payment of an invoice, whether or not it was made. Only some sources have an id of the payment, so the history has
 * the id of its link with `#1`, which every source has, and the payment's own id is another id of it.
 */
export const recordOfInvoice = (
  invoice: Invoice | InvoiceCallback,
  { trust, refunds = [] }: InvoiceSource,
): HistoryRecord => {
  const meaning = meaningOfInvoice(invoice.status);
  const { currency } = invoice;
  const paidAt = parseTimestamp(invoice.paid_at);
  const paid = meaning.used > 0 ? (invoice.paid_amount ?? invoice.amount) : invoice.amount;
  return historyRecord({
    providerId: historyIdOfLink(invoice.id),
    trust,
    otherIds: meaning.hasHistory ? [invoice.payment_id, invoice.credit_card_charge_id] : [],
    linkProviderId: invoice.id,
    linkReference: invoice.external_id,
    amount: currency === undefined ? undefined : { amount: paid, currency },
    facts: factsAt(meaning.facts, (fact) => (fact === "paid" ? paidAt : undefined)),
    method: meaning.hasHistory ? methodOfPayment(invoice) : undefined,
    refunds: refunds.map(refundOf),
    notes: [...meaning.notes, ...refunds.flatMap(notesOf)],
  });
};

/** The only possible payment of a session. */
export const recordOfSession = (session: Session, { trust, refunds = [] }: InvoiceSource): HistoryRecord => {
  const meaning = meaningOfSession(session.status);
  return historyRecord({
    providerId: historyIdOfLink(session.payment_session_id),
    trust,
    otherIds: meaning.hasHistory ? [session.payment_id, session.payment_request_id] : [],
    linkProviderId: session.payment_session_id,
    linkReference: session.reference_id,
    amount: { amount: session.amount, currency: session.currency },
    facts: factsAt(meaning.facts, () => undefined),
    refunds: refunds.map(refundOf),
    notes: [...meaning.notes, ...refunds.flatMap(notesOf)],
  });
};

/** The payment of an invoice as a callback about its refund reports it. */
export const recordOfRefund = (refund: Refund, invoiceId: string, trust: Trust): HistoryRecord =>
  historyRecord({
    providerId: historyIdOfLink(invoiceId),
    trust,
    otherIds: [refund.payment_id],
    linkProviderId: invoiceId,
    refunds: [refundOf(refund)],
    notes: notesOf(refund),
  });

/** A refund with a word that is not listed is only a requested one. */
const refundOf = (refund: Refund): NonNullable<HistoryRecord["refunds"]>[number] => {
  const { id, amount, currency } = refund;
  const at = parseTimestamp(refund.created);
  return {
    id,
    phase: phaseOfRefund(refund.status, refund.failure_code) ?? "requested",
    ...(amount !== undefined && currency !== undefined && { amount: { amount, currency } }),
    ...(at !== undefined && { at }),
  };
};

const notesOf = ({ status, failure_code }: Refund): readonly string[] =>
  phaseOfRefund(status, failure_code) === undefined ? [`refund status=${status ?? "absent"}`] : [];

/**
 * A record that was read, with the channel that a delivery named. The documented form of a read has only the kind of the method; the
 * channel stays as little proven as the delivery.
 */
export const withReportedMethod = (read: HistoryRecord, reported: HistoryRecord | undefined): HistoryRecord => {
  const [attempt] = read.attempts;
  const [known] = attempt?.methods ?? [];
  const [named] = reported?.attempts[0]?.methods ?? [];
  if (!attempt || !known || !named || known.value.channel !== undefined) return read;
  // A read has one word for every code that is scanned.
  const isSameKind =
    named.value.kind === known.value.kind || (known.value.kind === "qr" && named.value.kind === "qris");
  return isSameKind ? { ...read, attempts: [{ ...attempt, methods: [named] }] } : read;
};

/** Whether somebody paid the invoice, or may have. */
export const hasHistory = ({ status }: Invoice): boolean => meaningOfInvoice(status).hasHistory;
export const sessionHasHistory = ({ status }: Session): boolean => meaningOfSession(status).hasHistory;

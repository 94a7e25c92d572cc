import type { FactName, Instant, Trust } from "@tautan/core";
import { type DriverLinkCandidate, factsAt, type HistoryReport } from "@tautan/core/driver";
import { parseTimestamp } from "@tautan/driver-kit/http";
import { methodOfHistory } from "./methods.ts";
import { moneyOf } from "./money.ts";
import { factsOfExpiredHistory, factsOfHistory } from "./status.ts";
import type { HistoryReply, LinkName, TransactionNotice, WireAmount } from "./wire.ts";

/** A history, and the links it may belong to. */
export interface ReadHistory {
  readonly report: HistoryReport;
  readonly linkCandidates: readonly DriverLinkCandidate[];
}

/** Data about a payment from outside its row. */
export interface HistoryContext {
  readonly trust: Trust;
  /** The link, if it was requested or is next to the row. */
  readonly link?: LinkName | undefined;
  readonly amount?: WireAmount | undefined;
  /** The event itself means that the payment expired. */
  readonly hasExpired?: boolean;
}

/**
 * A history from a row, of a read or a webhook. The payment's own reference is its id, because the webhook that reports the
 * payment has no other. Source: https://docs.singapay.id/api-reference/payment-link-history/list, and
 * webhooks/payment-link.
 */
export const reportFromRow = (row: HistoryReply, context: HistoryContext): ReadHistory => {
  const { facts, notes } = context.hasExpired ? factsOfExpiredHistory(row) : factsOfHistory(row);
  const createdAt = timeOf(row.created_at);
  const expiresAt = timeOf(row.expired_at);
  const at: Readonly<Partial<Record<FactName, Instant | undefined>>> = {
    opened: createdAt,
    pending: createdAt,
    paid: timeOf(row.processed_timestamp),
    settled: timeOf(row.settle_at),
    expired: expiresAt,
  };
  // A row is created when the payer chooses a method. With unknown words, that fact alone would make it look open.
  const reported: readonly FactName[] = facts.length === 0 ? [] : ["opened", ...facts];
  const linkProviderId = context.link?.id ?? row.payment_link?.id ?? row.payment_link_id;
  const linkReference = context.link?.reff_no ?? row.payment_link?.reff_no ?? row.payment_link_reff_no ?? undefined;
  return {
    report: {
      providerId: row.reff_no,
      trust: context.trust,
      otherIds: [row.id],
      linkProviderId,
      linkReference,
      amount: moneyOf(row.amount ?? context.amount),
      facts: factsAt(reported, (fact) => at[fact]),
      method: methodOfHistory(row),
      expiresAt,
      notes,
    },
    linkCandidates: candidatesOf(linkProviderId, linkReference),
  };
};

/**
 * A history from the webhook of a payment: `transaction.reff_no` is the payment's reference, the merchant's is the link's.
 * It does not contain the method. Source: https://docs.singapay.id/api-reference/webhooks/payment-link.
 */
export const reportFromTransaction = (
  { transaction }: TransactionNotice,
  link: LinkName | undefined,
  trust: Trust,
): ReadHistory => {
  const { facts, notes } = factsOfHistory(transaction);
  const paidAt = timeOf(transaction.processed_timestamp);
  return {
    report: {
      providerId: transaction.reff_no,
      trust,
      linkProviderId: link?.id,
      linkReference: link?.reff_no,
      amount: moneyOf(transaction.amount),
      facts: factsAt(facts, (fact) => (fact === "paid" ? paidAt : undefined)),
      notes,
    },
    linkCandidates: candidatesOf(link?.id, link?.reff_no),
  };
};

const candidatesOf = (providerId: string | undefined, reference: string | undefined): readonly DriverLinkCandidate[] =>
  providerId === undefined && reference === undefined
    ? []
    : [{ ...(providerId !== undefined && { providerId }), ...(reference !== undefined && { reference }) }];

/** Times of reads are ISO 8601, those of webhooks `d M Y H:i:s` or ISO 8601: a payment comes from both. */
const timeOf = (text: string | undefined): Instant | undefined => parseTimestamp(text) ?? parseTextTime(text);

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * `15 Mar 2026 10:20:30`, without a time zone; integrators found that it is Jakarta's time. Source:
 * https://github.com/aliziodev/laravel-singapay.
 */
const parseTextTime = (text: string | undefined): Instant | undefined => {
  const [day = "", monthName = "", year = "", time = "", ...rest] = text?.trim().split(" ") ?? [];
  const month = MONTHS.indexOf(monthName.toLowerCase()) + 1;
  if (month === 0 || time.length !== 8 || rest.length > 0) return undefined;
  return parseTimestamp(`${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}T${time}+07:00`);
};

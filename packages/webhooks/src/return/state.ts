import { type PaymentLink, type PaymentLinkHistory, sameMoney } from "@tautan/core";
import type { PaymentMark, PaymentReturn, ReturnedLink, ReturnedPayment, ReturnStatus } from "./types.ts";

/** A link and its payments, as a gateway or a ledger reports them. */
export interface KnownState {
  readonly link: PaymentLink;
  /** Absent if the gateway cannot list them. */
  readonly histories?: readonly { readonly history: PaymentLinkHistory; readonly mark?: PaymentMark }[];
  readonly isConfirmed: boolean;
}

/**
 * The state for the payer's page. If the gateway named the payment of this payer, those of others do not matter, also while the gateway
 * does not list it yet.
 */
export const returnOf = ({ link, histories, isConfirmed }: KnownState, payment: string | undefined): PaymentReturn => {
  const known = histories ?? [];
  const named = known.filter(({ history }) => payment !== undefined && history.providerId === payment);
  const isOfOthers = payment !== undefined && named.length === 0 && known.length > 0 && link.usage.limit !== 1;
  const relevant = named.length > 0 ? named : isOfOthers ? [] : known;
  const status = isOfOthers ? "pending" : histories ? statusOf(link, relevant) : statusOfUnlisted(link);
  return Object.freeze({
    status,
    link: shownLink(link),
    payments: Object.freeze(relevant.map(({ history, mark }) => shownPayment(history, mark))),
    isConfirmed,
  });
};

type Known = NonNullable<KnownState["histories"]>[number];

const statusOf = (link: PaymentLink, known: readonly Known[]): ReturnStatus => {
  const paid = known.filter(({ history }) => history.isPaid);
  if (paid.some((each) => isAsRequested(link, each))) return "paid";
  if (paid.length > 0) return "review";
  const statuses = new Set(known.map(({ history }) => history.status));
  if (["review", "authorized", "pending", "opened"].some((each) => statuses.has(each as never))) return "pending";
  for (const back of ["disputed", "reversed", "refunded"] as const) if (statuses.has(back)) return back;
  return statusOfUnpaid(link);
};

/** Whether it is a payment to deliver on. Without a ledger, the amount decides. */
const isAsRequested = (link: PaymentLink, { history, mark }: Known): boolean => {
  if (mark !== undefined || history.conflicts.length > 0) return false;
  if ("open" in link.amount) return true;
  return history.amount !== undefined && sameMoney(history.amount, link.amount);
};

/** Of a gateway that lists no payments, the link itself reports them. */
const statusOfUnlisted = (link: PaymentLink): ReturnStatus =>
  link.usage.used > 0 || link.status === "exhausted" ? "paid" : statusOfUnpaid(link);

const statusOfUnpaid = ({ status }: PaymentLink): ReturnStatus => {
  if (status === "expired") return "expired";
  if (status === "closed" || status === "deleted") return "closed";
  // Open payments hold what is left, or money has come of which no payment is known yet.
  return status === "held" || status === "partially_paid" || status === "exhausted" ? "pending" : "unpaid";
};

const shownLink = (link: PaymentLink): ReturnedLink => {
  const { id, gateway, reference, status, acceptsPayments, url, title, amount, expiresAt } = link;
  return Object.freeze({
    id,
    gateway,
    reference,
    status,
    acceptsPayments,
    url,
    ...(title !== undefined && { title }),
    amount,
    ...(expiresAt !== undefined && { expiresAt }),
  });
};

const shownPayment = (history: PaymentLinkHistory, mark: PaymentMark | undefined): ReturnedPayment => {
  const { id, status, isPaid, amount, refunded, method, paidAt } = history;
  return Object.freeze({
    id,
    status,
    isPaid,
    ...(amount && { amount }),
    ...(refunded && { refunded }),
    ...(method && { method }),
    ...(paidAt !== undefined && { paidAt }),
    ...(mark && { mark }),
  });
};

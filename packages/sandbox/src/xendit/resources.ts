// The objects of answers and callbacks.
import type { JsonObject } from "../simulator-kit/index.ts";
import { currencyOf, majorOf } from "./currencies.ts";
import { type LinkStatus, paidAttempt, type Refund, statusOf, type XenditLink } from "./links.ts";
import { methodOf, methodsFor, type XenditMethod } from "./methods.ts";

const MERCHANT_NAME = "Tautan Sandbox";

const iso = (atMs: number): string => new Date(atMs).toISOString();

const amountOf = ({ request: { amount, currency } }: XenditLink): number => majorOf(amount, currencyOf(currency));

/** The channels that the page offers, as an answer lists them. */
const available = (link: XenditLink): JsonObject => {
  const { currency, methods } = link.request;
  const offered = methodsFor(currency, methods);
  const of = (kind: XenditMethod["kind"], field: string, more: object = {}): readonly object[] =>
    offered.filter((each) => each.kind === kind).map(({ code }) => ({ [field]: code, ...more }));
  const bank = {
    collection_type: "POOL",
    bank_branch: "Virtual Account",
    account_holder_name: MERCHANT_NAME.toUpperCase(),
    transfer_amount: amountOf(link),
  };
  return {
    available_banks: of("virtual_account", "bank_code", bank),
    available_retail_outlets: of("retail", "retail_outlet_name"),
    available_ewallets: of("ewallet", "ewallet_type"),
    available_qr_codes: [...of("qris", "qr_code_type"), ...of("qr", "qr_code_type")],
    available_direct_debits: of("direct_debit", "direct_debit_type"),
    available_paylaters: of("paylater", "paylater_type"),
    should_exclude_credit_card: !offered.some(({ kind }) => kind === "card"),
  };
};

/** github.com/xendit/xendit-node, docs/invoice/Invoice.md. A paid one has the kind of its method, and nothing else about its payment. */
const invoiceResource = (link: XenditLink, url: string, nowMs: number): JsonObject => {
  const paid = paidAttempt(link);
  return {
    id: link.id,
    external_id: link.request.reference,
    user_id: link.userId,
    ...(paid && { payment_method: methodOf(paid.method)?.wire }),
    status: statusOf(link, nowMs),
    merchant_name: MERCHANT_NAME,
    merchant_profile_picture_url: "https://sandbox.example.test/merchant.png",
    amount: amountOf(link),
    currency: link.request.currency,
    expiry_date: iso(link.expiresAtMs),
    invoice_url: url,
    ...available(link),
    should_send_email: false,
    created: iso(link.createdAtMs),
    updated: iso(link.updatedAtMs),
    ...link.request.echoed,
  };
};

/** docs.xendit.co, Get a payment session. */
const SESSION_STATUSES: Readonly<Record<LinkStatus, string>> = {
  PENDING: "ACTIVE",
  PAID: "COMPLETED",
  SETTLED: "COMPLETED",
  EXPIRED: "EXPIRED",
  CANCELED: "CANCELED",
};

const sessionResource = (link: XenditLink, url: string, nowMs: number): JsonObject => {
  const paid = paidAttempt(link);
  return {
    payment_session_id: link.id,
    business_id: link.userId,
    reference_id: link.request.reference,
    session_type: "PAY",
    mode: "PAYMENT_LINK",
    status: SESSION_STATUSES[statusOf(link, nowMs)],
    amount: amountOf(link),
    currency: link.request.currency,
    expires_at: iso(link.expiresAtMs),
    payment_link_url: url,
    ...(paid && { payment_id: paid.id, payment_request_id: paymentRequestOf(link) }),
    created: iso(link.createdAtMs),
    updated: iso(link.updatedAtMs),
    ...link.request.echoed,
  };
};

/** The request for payment that a paid session has. */
const paymentRequestOf = ({ id }: XenditLink): string => `pr-${id.replace("ps-", "")}`;

/** The object of a link, in an answer. */
export const linkResource = (link: XenditLink, url: string, nowMs: number): JsonObject =>
  link.request.product === "invoice" ? invoiceResource(link, url, nowMs) : sessionResource(link, url, nowMs);

/** github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md. */
const invoiceCallback = (link: XenditLink, status: LinkStatus): JsonObject => {
  const paid = paidAttempt(link);
  const method = paid && methodOf(paid.method);
  const { payer_email, description, success_redirect_url, failure_redirect_url, items, fees } = link.request.echoed;
  return {
    id: link.id,
    external_id: link.request.reference,
    user_id: link.userId,
    is_high: false,
    status,
    merchant_name: MERCHANT_NAME,
    amount: amountOf(link),
    currency: link.request.currency,
    created: iso(link.createdAtMs),
    updated: iso(link.updatedAtMs),
    payer_email,
    description,
    success_redirect_url,
    failure_redirect_url,
    // In callbacks, items have no reference_id: docs/invoice/InvoiceCallbackItem.md.
    ...(Array.isArray(items) && {
      items: (items as readonly JsonObject[]).map(({ reference_id: _, ...item }) => item),
    }),
    fees,
    ...(paid &&
      method &&
      link.paidAtMs !== null && {
        paid_amount: amountOf(link),
        paid_at: iso(link.paidAtMs),
        payment_method: method.wire,
        payment_channel: method.code,
        payment_id: paid.id,
        ...(method.kind === "virtual_account" && { bank_code: method.code, payment_destination: accountOf(paid.id) }),
        ...(method.kind === "ewallet" && { ewallet_type: method.code }),
        ...(method.kind === "card" && { credit_card_charge_id: paid.id.replace("py-", "").slice(0, 24) }),
      }),
  };
};

/** The number of the account of an attempt, made from its id: the API does not return it before the payment. */
export const accountOf = (attemptId: string): string =>
  BigInt(`0x${attemptId.replace("py-", "")}`)
    .toString()
    .padStart(14, "0")
    .slice(-14);

const enveloped = (event: string, link: XenditLink, createdMs: number, data: JsonObject): JsonObject => ({
  event,
  business_id: link.userId,
  created: iso(createdMs),
  data,
});

/** The callback about the state of a link; `status` as if it had that. */
export const linkCallback = (
  link: XenditLink,
  url: string,
  nowMs: number,
  status: LinkStatus = statusOf(link, nowMs),
): JsonObject => {
  if (link.request.product === "invoice") return invoiceCallback(link, status);
  const event = status === "EXPIRED" ? "payment_session.expired" : "payment_session.completed";
  return enveloped(event, link, nowMs, {
    ...sessionResource(link, url, nowMs),
    status: SESSION_STATUSES[status],
  });
};

/** github.com/xendit/xendit-node, docs/refund/RefundCallbackData.md; `status` is in the documents of the API, not in that client. */
export const refundResource = (link: XenditLink, refund: Refund): JsonObject => {
  const { currency, product } = link.request;
  const paid = paidAttempt(link);
  const method = paid && methodOf(paid.method);
  return {
    id: refund.id,
    payment_id: paid?.id,
    ...(product === "invoice" ? { invoice_id: link.id } : { payment_request_id: paymentRequestOf(link) }),
    payment_method_type: method?.wire,
    amount: majorOf(refund.amount, currencyOf(currency)),
    channel_code: method?.code,
    status: "SUCCEEDED",
    reason: refund.reason,
    reference_id: refund.reference ?? null,
    failure_code: null,
    refund_fee_amount: null,
    metadata: null,
    country: currency.slice(0, 2),
    currency,
    created: iso(refund.createdAtMs),
    updated: iso(refund.createdAtMs),
  };
};

export const refundCallback = (link: XenditLink, refund: Refund): JsonObject => {
  const { payment_request_id: _, ...data } = refundResource(link, refund);
  return enveloped("refund.succeeded", link, refund.createdAtMs, data);
};

import {
  type OutgoingWebhook,
  parseJsonObject,
  SECOND_MS,
  type SignedDelivery,
  type SigningTarget,
  type Stamp,
  spelledOutJakarta,
} from "../simulator-kit/index.ts";
import type { History, SingapayLink } from "./links.ts";
import type { MethodGroup, SingapayMethod } from "./methods.ts";
import { decimal, historyResource } from "./resources.ts";
import { webhookSignature } from "./signature.ts";

// In webhooks the account goes by a number, elsewhere by its ULID.
const ACCOUNT_NUMBER = 35;

/** Whole rupiah. */
interface Fees {
  readonly vendor: number;
  readonly margin: number;
}

// The fees of a store payment were seen live; the others are made up.
const FEES: Readonly<Record<MethodGroup, Fees>> = {
  va: { vendor: 1_500, margin: 1_000 },
  qris: { vendor: 400, margin: 100 },
  ewallet: { vendor: 900, margin: 300 },
  offline_store: { vendor: 1_800, margin: 1_200 },
  card: { vendor: 2_000, margin: 1_000 },
};

export const feesOf = ({ group }: SingapayMethod): Fees => FEES[group];

/** A method was chosen. Only this webhook names the method. */
export const inquiryBody = (history: History, nowMs: number): string => {
  const { vendor, margin } = feesOf(history.method);
  return envelope("payment-link-inquiry", nowMs, {
    payment_link_history: {
      reff_no: history.reffNo,
      status: history.status,
      payment_method_name: history.method.historyName,
      payment_method_value: history.methodValue,
      payment_method_additional: history.methodAdditional,
      amount: history.amount,
      vendor_fee: vendor,
      our_margin: margin,
      merchant_fee: vendor + margin,
      net_amount: history.amount - vendor - margin,
    },
  });
};

/** A payment was made (docs.singapay.id, webhooks/payment-link). */
export const paidBody = (history: History, paymentUrl: string, nowMs: number): string => {
  const { link, payer } = history;
  return envelope("payment-link-transaction", nowMs, {
    transaction: {
      reff_no: history.reffNo,
      type: "pl",
      status: history.status,
      amount: { value: decimal(history.amount), currency: "IDR" },
      tip: null,
      post_timestamp: spelledOutJakarta(history.createdAtMs),
      processed_timestamp: spelledOutJakarta(history.paidAtMs ?? nowMs),
    },
    customer: { id: null, ...payer },
    payment: { method: "payment_link", additional_info: { payment_link: embeddedLink(link, paymentUrl) } },
  });
};

/** Payments that ran out of time, in one delivery (docs.singapay.id, webhooks/transaction-moneyin-expiration). */
export const expirationBody = (histories: readonly History[], nowMs: number): string =>
  envelope("transaction-expiration", nowMs, {
    payment_link_histories: histories.map((history) => historyResource(history, nowMs)),
    virtual_account_transactions: [],
    qris_histories: [],
  });

/** Links whose time is over, in one delivery (docs.singapay.id, webhooks/product-expiration). */
export const expiredLinksBody = (
  links: readonly SingapayLink[],
  payUrl: (link: SingapayLink) => string,
  nowMs: number,
): string =>
  envelope("product-expiration", nowMs, {
    payment_links: links.map((link) => embeddedLink(link, payUrl(link))),
    virtual_accounts: [],
    qris_transactions: [],
  });

/** Signs for the URL the webhook goes to; one that goes nowhere is signed for the path `/`. */
export const signedWebhook = (
  body: string,
  credentials: { readonly apiKey: string; readonly clientSecret: string },
  { url, stamp, keyFrom }: SigningTarget,
): OutgoingWebhook => {
  const endpoint = endpointOf(url);
  const { bearer } = stamp;
  const timestamp = String(Math.floor(stamp.atMs / SECOND_MS));
  return {
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-PARTNER-ID": credentials.apiKey,
      "X-Signature": webhookSignature({ endpoint, bearer, body, timestamp }, keyFrom(credentials.clientSecret)),
      "X-Timestamp": timestamp,
      Authorization: `Bearer ${bearer}`,
      "User-Agent": "SingaPaymentGateway/1.0",
    },
    body,
  };
};

/**
 * The same bytes and headers once more, however long ago they were sent. The dashboard repeats the first X-Timestamp with
 * its signature: github.com/theotheobeats/tokko-v2-backend, commit efe25fc, saw it 47 hours later.
 */
export const copyOfWebhook = (
  { url, headers, body }: SignedDelivery,
  credentials: { readonly apiKey: string; readonly clientSecret: string },
  target: SigningTarget,
): OutgoingWebhook => {
  const signedFor = endpointOf(url === undefined ? undefined : new URL(url));
  if (signedFor === endpointOf(target.url) || parseJsonObject(body) === undefined) return { headers, body };
  // The signature covers the path, so that another path has another one, of the same moment.
  return signedWebhook(body, credentials, { ...target, stamp: stampOf(headers) });
};

/** The signed part of a URL. */
const endpointOf = (url: URL | undefined): string => (url === undefined ? "/" : url.pathname + url.search);

/** The stamp that a signed webhook carries. */
const stampOf = (headers: Readonly<Record<string, string>>): Stamp => {
  const { "X-Timestamp": seconds, Authorization: authorization = "" } = headers;
  return { atMs: Number(seconds) * SECOND_MS, bearer: authorization.replace(/^Bearer /, "") };
};

export const envelope = (event: string, nowMs: number, data: object): string =>
  JSON.stringify({ status: 200, success: true, event, timestamp: spelledOutJakarta(nowMs), data });

const embeddedLink = (link: SingapayLink, paymentUrl: string): object => {
  const { request, settings } = link;
  const createdAt = isoMicroseconds(link.createdAtMs);
  return {
    id: link.id,
    reff_no: request.reffNo,
    title: request.title,
    payment_date: createdAt,
    payment_url: paymentUrl,
    status: link.status,
    required_customer_detail: settings.requiresCustomerDetail,
    max_usage: settings.maxUsage,
    current_usage: link.usage,
    expired_at: settings.expiresAtMs === null ? null : isoMicroseconds(settings.expiresAtMs),
    total_amount: decimal(request.totalAmount),
    account_id: ACCOUNT_NUMBER,
    created_at: createdAt,
    updated_at: isoMicroseconds(link.updatedAtMs),
  };
};

/** `2026-03-15T03:00:00.000000Z`: the samples write microseconds, but count whole seconds. */
const isoMicroseconds = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d{3}Z$/, ".000000Z");

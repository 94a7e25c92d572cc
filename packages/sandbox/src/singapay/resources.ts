import { isoJakarta } from "../simulator-kit/index.ts";
import type { LinkItem, V2Settings } from "./link-request.ts";
import { computedStatusOf, type History, isExpired, type SingapayLink } from "./links.ts";

export const ACCOUNT = { id: "01K0SANDB0XACC0VNT00000001", name: "Main" } as const;

/** The link of docs.singapay.id, payment-link/show. */
export const linkResource = (link: SingapayLink, paymentUrl: string, nowMs: number): object => {
  const { request, settings } = link;
  return {
    id: link.id,
    reff_no: request.reffNo,
    title: settings.v2 === null ? request.title : null,
    payment_url: paymentUrl,
    status: link.status,
    status_computed: computedStatusOf(link, nowMs),
    is_expired: isExpired(link, nowMs),
    required_customer_detail: settings.requiresCustomerDetail,
    max_usage: settings.maxUsage,
    current_usage: link.usage,
    expired_at: isoOrNull(settings.expiresAtMs),
    total_amount: request.totalAmount,
    items: request.items.length === 0 ? null : request.items.map(itemResource),
    whitelisted_payment_method: settings.methods.map(({ echoedCode }) => echoedCode),
    redirect_url: settings.redirectUrl,
    optional_metadata: settings.metadata,
    // The time of creation, although the name promises the time of payment.
    payment_date: isoJakarta(link.createdAtMs),
    created_at: isoJakarta(link.createdAtMs),
    updated_at: isoJakarta(link.updatedAtMs),
    account: ACCOUNT,
    ...(settings.v2 !== null && v2Fields(link, settings.v2)),
  };
};

const itemResource = ({ name, quantity, unitPrice }: LinkItem): object => ({
  name,
  quantity,
  unit_price: unitPrice,
  subtotal: quantity * unitPrice,
});

/** The additional fields of links of v2: SingaPay's OpenAPI file, as github.com/Aturjadwal/singapay-ledger read it. */
const v2Fields = ({ request: { customer }, settings: { maxUsage } }: SingapayLink, v2: V2Settings): object => ({
  description: v2.description,
  source: "api v2",
  customer_pays_fee: false,
  success_redirect_url: v2.successRedirectUrl,
  expired_redirect_url: v2.expiredRedirectUrl,
  customer_name: customer?.name ?? null,
  customer_email: customer?.email ?? null,
  customer_phone: customer?.phone ?? null,
  is_multiple_payment: maxUsage !== 1,
  is_unlimited_usage: maxUsage === 0,
});

/** The history of docs.singapay.id, payment-link-history/show. */
export const historyResource = (history: History, nowMs: number): Readonly<Record<string, unknown>> => ({
  id: history.id,
  reff_no: history.reffNo,
  payment_link_reff_no: history.link.request.reffNo,
  payment_method_name: history.method.historyName,
  payment_method_value: history.methodValue,
  payment_method_additional: history.methodAdditional,
  expired_at: isoJakarta(history.expiresAtMs),
  amount: decimal(history.amount),
  payment_date: isoOrNull(history.paidAtMs),
  balance_after: history.balanceAfter === null ? null : decimal(history.balanceAfter),
  status: history.status,
  status_computed: history.status,
  // Also of a paid one, as in the sample.
  is_expired: nowMs >= history.expiresAtMs,
  customer_name: history.payer.name,
  customer_email: history.payer.email,
  customer_phone: history.payer.phone,
  ip_address: "127.0.0.1",
  locations: {},
  processed_timestamp: isoOrNull(history.paidAtMs),
  has_settle: history.settledAtMs !== null,
  settle_at: isoOrNull(history.settledAtMs),
  optional_metadata: {},
  created_at: isoJakarta(history.createdAtMs),
  updated_at: isoJakarta(history.updatedAtMs),
});

/** `75000.00` */
export const decimal = (amount: number): string => `${amount}.00`;

const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoJakarta(atMs));

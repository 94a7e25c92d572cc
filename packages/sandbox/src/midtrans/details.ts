import { jakartaWallClock } from "../simulator-kit/index.ts";
import type { Customer } from "./create-request.ts";
import { currentTransaction, type MidtransLink, usageOf } from "./links.ts";
import { MERCHANT_ID } from "./transaction-body.ts";

/** The reply of docs.midtrans.com, Get Payment Link Details. */
export const linkDetails = (link: MidtransLink, paymentUrl: string): Readonly<Record<string, unknown>> => {
  const { request } = link;
  return {
    id: String(link.id),
    payment_link_url: paymentUrl,
    order_id: request.orderId,
    payment_link_type: typeof request.amount === "number" ? "FIXED_AMOUNT" : "DYNAMIC_AMOUNT",
    merchant_id: MERCHANT_ID,
    payment_link_id: link.slug,
    enabled_payments: request.methods,
    usage_limit: request.usageLimit,
    usage: usageOf(link),
    gross_amount: typeof request.amount === "number" ? request.amount : 0,
    credit_card_3d_secure: request.card.isSecure,
    whitelist_bins: request.card.whitelistBins,
    expiry_start: link.expiry === undefined ? null : toTheMinute(link.startMs),
    expiry_duration: link.expiry?.duration ?? null,
    expiry_unit: link.expiry?.unit ?? null,
    item_details: request.items.map((item, index) => ({
      id: link.id * 100 + index,
      item_id: item.id ?? null,
      name: item.name,
      price: item.price,
      quantity: item.quantity,
      brand: item.brand ?? null,
      category: item.category ?? null,
      merchant_name: item.merchantName ?? null,
      ...internalFields(link),
    })),
    customer_details: request.customer === undefined ? null : customerDetails(link, request.customer),
    purchases: link.purchases.map((purchase) => ({
      id: purchase.id,
      snap_token: purchase.snapToken,
      order_id: purchase.orderId,
      payment_status: currentTransaction(purchase).status.toUpperCase(),
      payment_method: currentTransaction(purchase).method.paymentType.toUpperCase(),
      created_at: new Date(purchase.createdAtMs).toISOString(),
      updated_at: new Date(purchase.updatedAtMs).toISOString(),
      payment_link_id: link.id,
    })),
  };
};

const customerDetails = (link: MidtransLink, customer: Customer): Readonly<Record<string, unknown>> => ({
  id: link.id,
  first_name: customer.firstName ?? null,
  last_name: customer.lastName ?? null,
  email: customer.email ?? null,
  phone: customer.phone ?? null,
  notes: customer.notes ?? null,
  ...internalFields(link),
});

const internalFields = (link: MidtransLink): Readonly<Record<string, unknown>> => {
  const time = new Date(link.createdAtMs).toISOString();
  return { payment_link_id: link.id, created_at: time, updated_at: time };
};

/** `2026-01-01 07:00 +0700`, as in the sample. */
const toTheMinute = (atMs: number): string => {
  const { date, time } = jakartaWallClock(atMs);
  return `${date} ${time.slice(0, 5)} +0700`;
};

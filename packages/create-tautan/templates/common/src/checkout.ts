// From a click to a link. The order is stored first, so that no payment arrives for an order that does not exist.
import { randomUUID } from "node:crypto";
import { idr } from "@tautan/core";
import { createReturnHandler } from "@tautan/webhooks";
import { ledger } from "./links.ts";
import { addOrder, findOrder, type Order } from "./orders.ts";

const { SHOP_URL: shopUrl = "http://localhost:3000", TAUTAN_ENVIRONMENT: environment } = process.env;
if (environment === "production" && /^http:/.test(shopUrl)) {
  throw new Error(`SHOP_URL: expected the public address of the shop with https, got ${shopUrl}. Set it in .env.`);
}

// At most once in three seconds for each order, however often its page is loaded.
const confirmReturn = createReturnHandler({ ledger });

/** Makes an order and its link. Without a gateway, the default of tautan.config.ts is used. */
export const checkout = async (gateway?: string): Promise<{ readonly reference: string; readonly url: string }> => {
  const order = { reference: `order-${randomUUID().slice(0, 8)}`, title: "Concert, day 1", amount: 190_000 };
  await addOrder(order);
  // The reference is the idempotency key: the same order never gets a second link.
  const link = await ledger.create({
    reference: order.reference,
    title: order.title,
    amount: idr(order.amount),
    gateway,
    // {{customer}}
    redirect: { url: `${shopUrl}/orders/${order.reference}` },
    omitIfUnsupported: ["redirect"],
  });
  if (link.isErr()) throw new Error(`${link.error.message} ${link.error.hint}`);
  console.log(`New order: ${shopUrl}/orders/${order.reference}`);
  return { reference: order.reference, url: link.value.url };
};

/**
 * The order as it is now, for the page to which the payer returns. That somebody opens its address proves nothing, so the gateway is
 * asked; the worker handles what the answer changes, exactly as if a webhook had reported it.
 */
export const currentOrder = async (reference: string): Promise<Order | undefined> => {
  const order = await findOrder(reference);
  if (!order || order.paidAt || order.attention) return order;
  const confirmed = await confirmReturn(`?${new URLSearchParams({ reference })}`);
  if (confirmed.isErr()) console.warn(`${reference}: ${confirmed.error.message} ${confirmed.error.hint}`);
  return findOrder(reference);
};

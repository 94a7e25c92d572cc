import {
  historiesIn,
  type Money,
  mergeHistories,
  type PaymentLinkHistory,
  type PaymentLinks,
  sameMoney,
} from "@tautan/core";

/** An order of yours, inside one transaction of your database. */
export interface Order {
  readonly price: Money;
  /** The number of payments of the link: its usage limit. */
  readonly uses: number;
  /** Every payment reported so far, and the ids of those that you delivered for: as `links.canonicalId` spells them. */
  readonly payments: Map<string, PaymentLinkHistory>;
  readonly delivered: Set<string>;
  deliver(payment: PaymentLinkHistory): Promise<void>;
  /** Delivered, and now refunded, disputed or reversed: `payment.status`. */
  takeBack(payment: PaymentLinkHistory): Promise<void>;
  /** Paid, but another amount or once too often: a person decides. */
  review(payment: PaymentLinkHistory): Promise<void>;
}

/** Yours: locks the order's row, runs `work`, and saves what it changed in the same transaction; if it throws, nothing. */
export type WithOrder = (reference: string | undefined, work: (order: Order) => Promise<void>) => Promise<void>;

/** Applies a report of a payment to its order. A report that is repeated, late or in another order changes nothing. */
const record = async (order: Order, reported: PaymentLinkHistory): Promise<void> => {
  const known = order.payments.get(reported.id);
  const payment = known ? mergeHistories(known, reported) : reported;
  if (payment === known) return;
  order.payments.set(payment.id, payment);
  const isDelivered = order.delivered.has(payment.id);
  if (isDelivered && !payment.isPaid) {
    order.delivered.delete(payment.id);
    await order.takeBack(payment);
  } else if (!isDelivered && payment.isPaid) {
    const isRight = payment.amount && sameMoney(payment.amount, order.price) && payment.conflicts.length === 0;
    if (!isRight || order.delivered.size >= order.uses) return order.review(payment);
    order.delivered.add(payment.id);
    await order.deliver(payment);
  }
};

/** `POST /webhooks/{gateway}`, in any framework that has Fetch requests. */
export const receive = async (
  links: PaymentLinks,
  withOrder: WithOrder,
  gateway: string,
  request: Request,
): Promise<Response> => {
  const delivery = await links.parseWebhook(gateway, request);
  if (delivery.isErr()) return new Response(delivery.error.acknowledgement.body, delivery.error.acknowledgement);
  const { observations, acknowledgement, retryLater } = delivery.value;
  for (const observation of observations) {
    // Asks the gateway if the signature does not cover everything, within the time that it waits for our response.
    const confirmed = await links.confirm(observation);
    if (confirmed.isErr()) {
      if (confirmed.error.kind === "unsupported") continue; // final: a retry cannot be confirmed either
      return new Response(retryLater.body, retryLater);
    }
    for (const payment of historiesIn(confirmed.value)) {
      await withOrder(payment.reference, (order) => record(order, payment));
    }
  }
  return new Response(acknowledgement.body, acknowledgement);
};

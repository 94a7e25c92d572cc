// A shop that follows the handler of README, "Receive webhooks": parse, confirm, deliver what is paid and right. It is kept
// twice: once as README has it, and once with a store that merges what it learns of each history.

import { mergeHistories } from "../../packages/core/dist/driver.js";
import { sameMoney } from "../../packages/core/dist/index.js";

/** `orderOf(reference)` gives `{ price }` or `undefined`; `onDelivery` is told of each delivery once. */
export const createShop = ({ links, orderOf, onDelivery }) => {
  const delivered = { plain: new Set(), storing: new Set() };
  const stored = new Map();

  const consider = (shop, history) => {
    if (!history.isPaid || delivered[shop].has(history.id)) return;
    const order = orderOf(history.reference);
    const isRight = order && history.amount && sameMoney(history.amount, order.price);
    if (!isRight || history.conflicts.length > 0) return;
    delivered[shop].add(history.id);
    onDelivery({ shop, order, history });
  };

  const take = (history) => {
    consider("plain", history);
    const before = stored.get(history.id);
    const merged = before ? mergeHistories(before, history) : history;
    stored.set(history.id, merged);
    consider("storing", merged);
  };

  /** What a confirmed observation says of payments: one history, or a link's. */
  const historiesOf = ({ kind, history, histories }) => (kind === "history" ? [history] : (histories ?? []));

  return {
    /** Gives the answer that the gateway gets. */
    receive: async (gateway, request) => {
      const delivery = await links.parseWebhook(gateway, request);
      if (delivery.isErr()) return delivery.error.acknowledgement.status;
      const { observations, acknowledgement, retryLater } = delivery.value;
      for (const observation of observations) {
        const confirmed = await links.confirm(observation);
        if (confirmed.isErr()) {
          if (confirmed.error.kind !== "unsupported") return retryLater.status;
          continue;
        }
        for (const history of historiesOf(confirmed.value)) take(history);
      }
      return acknowledgement.status;
    },
  };
};

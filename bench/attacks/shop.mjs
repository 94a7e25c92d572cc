// Two shops. One is README's own handler, "Receive webhooks", over a store in memory. The other keeps nothing but which
// payments it delivered for, so that no store hides the content of a single response.
import { receive } from "../../examples/merchant/readme/webhooks.ts";
import { historiesIn, sameMoney } from "../../packages/core/dist/index.js";

/** `orderOf(reference)` gives `{ reference, price }` or `undefined`. */
export const createShops = ({ links, orderOf, onDelivery, onTakeBack }) => {
  const states = new Map();
  const stateOf = (order) => {
    const known = states.get(order.reference);
    if (known) return known;
    const made = {
      price: order.price,
      uses: order.uses,
      payments: new Map(),
      delivered: new Set(),
      deliver: async (history) => onDelivery({ shop: "README", order, history }),
      takeBack: async () => onTakeBack(order),
      review: async () => {},
      turn: Promise.resolve(),
    };
    states.set(order.reference, made);
    return made;
  };
  /** One order is changed by one delivery at a time. */
  const withOrder = (reference, work) => {
    const order = orderOf(reference);
    if (!order) return Promise.resolve();
    const state = stateOf(order);
    state.turn = state.turn.then(() => work(state));
    return state.turn;
  };

  const delivered = new Set();
  const receivePlainly = async (gateway, request) => {
    const delivery = await links.parseWebhook(gateway, request);
    if (delivery.isErr()) return;
    for (const observation of delivery.value.observations) {
      const confirmed = await links.confirm(observation);
      for (const history of confirmed.isOk() ? historiesIn(confirmed.value) : []) {
        const order = orderOf(history.reference);
        const isRight = order && history.amount && sameMoney(history.amount, order.price);
        if (!history.isPaid || !isRight || history.conflicts.length > 0 || delivered.has(history.id)) continue;
        delivered.add(history.id);
        onDelivery({ shop: "plain", order, history });
      }
    }
  };

  return {
    receive: async (gateway, request) => {
      await receive(links, withOrder, gateway, request);
      await receivePlainly(gateway, request);
    },
    /** Whether README's shop has delivered and not taken back. */
    isDelivered: (order) => stateOf(order).delivered.size > 0,
  };
};

import { createRecords, type Records, type State } from "../simulator-kit/index.ts";
import type {
  StripeCharge,
  StripeDispute,
  StripeEvent,
  StripeIntent,
  StripeLink,
  StripePrice,
  StripeProduct,
  StripeRefund,
  StripeSession,
} from "./model.ts";

/** Everything of the account. */
export interface StripeStore {
  readonly products: Records<StripeProduct>;
  readonly prices: Records<StripePrice>;
  readonly links: Records<StripeLink, "slug">;
  readonly sessions: Records<StripeSession>;
  readonly intents: Records<StripeIntent>;
  readonly charges: Records<StripeCharge>;
  readonly refunds: Records<StripeRefund>;
  readonly disputes: Records<StripeDispute>;
  readonly events: Records<StripeEvent>;
  readonly sessionsOf: (link: StripeLink) => readonly StripeSession[];
  readonly refundsOf: (charge: StripeCharge) => readonly StripeRefund[];
}

export const createStripeStore = (state: State): StripeStore => {
  const records = <Item extends { readonly id: string }>(name: string): Records<Item> =>
    createRecords<Item>({ collection: state.collection(name), idOf: ({ id }) => id, unique: {} });
  const sessions = records<StripeSession>("stripeSessions");
  const sessionIds = grouped(sessions.all(), ({ linkId }) => linkId);
  const refunds = records<StripeRefund>("stripeRefunds");
  return {
    products: records("stripeProducts"),
    prices: records("stripePrices"),
    links: createRecords<StripeLink, "slug">({
      collection: state.collection("stripeLinks"),
      idOf: ({ id }) => id,
      unique: { slug: ({ slug }) => slug },
    }),
    sessions: {
      ...sessions,
      put(session) {
        if (sessions.get(session.id) === undefined) addTo(sessionIds, session.linkId, session);
        sessions.put(session);
      },
    },
    intents: records("stripeIntents"),
    charges: records("stripeCharges"),
    refunds,
    disputes: records("stripeDisputes"),
    events: records("stripeEvents"),
    sessionsOf: ({ id }) => sessionIds.get(id) ?? [],
    refundsOf: ({ id }) => refunds.all().filter(({ chargeId }) => chargeId === id),
  };
};

const addTo = <Item>(groups: Map<string, Item[]>, key: string, item: Item): void => {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
};

const grouped = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) addTo(groups, keyOf(item), item);
  return groups;
};

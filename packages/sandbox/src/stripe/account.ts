import type { SimulatorContext } from "../simulator-kit/index.ts";
import { createStripeEvents, type StripeEvents } from "./events.ts";
import { letters } from "./ids.ts";
import type { StripeLink, StripeSession } from "./model.ts";
import { createPaymentResources, type PaymentResources } from "./payment-resources.ts";
import { createResources, type Resources } from "./resources.ts";
import { createStripeStore, type StripeStore } from "./store.ts";

/** The account that the simulator keeps, and how its objects look. */
export interface StripeAccount {
  readonly context: SimulatorContext;
  readonly store: StripeStore;
  readonly show: Resources & PaymentResources;
  readonly events: StripeEvents;
  readonly urlOf: (link: StripeLink) => string;
  readonly sessionUrlOf: (session: StripeSession) => string;
  readonly newSlug: () => string;
}

/** As of buy.stripe.com/test_… and checkout.stripe.com/c/pay/cs_test_… */
export const LINK_ROOT = "/test_";
export const SESSION_ROOT = "/c/pay/";

export const createStripeAccount = (context: SimulatorContext): StripeAccount => {
  const { baseUrl, state, random } = context;
  const store = createStripeStore(state);
  const urlOf = ({ slug }: StripeLink): string => baseUrl + LINK_ROOT + slug;
  const sessionUrlOf = ({ id }: StripeSession): string => baseUrl + SESSION_ROOT + id;
  const resources = createResources(store, { ofLink: urlOf, ofSession: sessionUrlOf });
  return {
    context,
    store,
    show: { ...resources, ...createPaymentResources(store, resources, baseUrl) },
    events: createStripeEvents(context, store),
    urlOf,
    sessionUrlOf,
    newSlug: () => letters(random, 18),
  };
};

/** A reference that must lead somewhere. */
export const required = <Item>(item: Item | undefined, what: string): Item => {
  if (item === undefined) throw new Error(`There is no ${what}.`);
  return item;
};

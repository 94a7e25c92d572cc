import { formatMoney } from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { totalOf } from "./amounts.ts";
import { currencyOf, leastChargeIn, mostChargeIn } from "./currencies.ts";
import { missing, StripeRefusal } from "./errors.ts";
import { newId } from "./ids.ts";
import type { LinkChange, NewItem, NewLink } from "./link-request.ts";
import { methodOf, takesCurrency } from "./methods.ts";
import type { LineItem, LinkSettings, StripeLink, StripePrice } from "./model.ts";
import { changedMetadata } from "./params.ts";
import type { NewPrice } from "./price-request.ts";

/** Makes and changes links and prices. All throw a {@link StripeRefusal} before anything has changed. */
export interface StripeLinks {
  createPrice(request: NewPrice): StripePrice;
  create(request: NewLink): StripeLink;
  update(link: StripeLink, change: LinkChange): void;
}

export const createStripeLinks = (account: StripeAccount): StripeLinks => {
  const { store, show, events, context } = account;
  const { clock, random, nextLinkNumber } = context;

  const checkProduct = ({ product }: NewPrice): void => {
    if (typeof product !== "string" || store.products.get(product) !== undefined) return;
    throw new StripeRefusal(missing("product", product, "product", 400));
  };

  const addPrice = (request: NewPrice, isActive: boolean): StripePrice => {
    const createdAtMs = clock.now();
    let productId = request.product;
    if (typeof productId !== "string") {
      const id = `prod_${newId(random, "").slice(2, 16)}`;
      store.products.put({ ...productId, id, createdAtMs, isActive });
      productId = id;
    }
    const { product: _, ...others } = request;
    const price: StripePrice = { ...others, id: newId(random, "price"), productId, isActive, createdAtMs };
    store.prices.put(price);
    return price;
  };

  /** Of an existing price, or of one that would be made. */
  const priceIn = ({ price }: NewItem, index: number): NewPrice | StripePrice => {
    if (typeof price !== "string") {
      checkProduct(price);
      return price;
    }
    const found = store.prices.get(price);
    if (found === undefined) throw new StripeRefusal(missing("price", price, `line_items[${index}][price]`, 400));
    return found;
  };

  return {
    createPrice(request) {
      checkProduct(request);
      return addPrice(request, true);
    },
    create(request) {
      if (request.items.length === 0) throw refused("line_items", "You must specify at least one line item.");
      const prices = request.items.map(priceIn);
      const [first] = prices;
      const currency = request.currency ?? required(first, "price").currency;
      const other = prices.findIndex((price) => price.currency !== currency);
      if (other !== -1) {
        throw refused(
          "line_items",
          `The price of line_items[${other}] is in ${prices[other]?.currency}, and the link in ${currency}: all must be the same.`,
        );
      }
      checkCustomAmount(request.items, prices);
      checkMethods(request.settings, currency);
      checkTotal(request.items, prices, currency);
      const metadata = changedMetadata({}, request.settings.metadata);
      if (isError(metadata)) throw new StripeRefusal(metadata);
      const items = request.items.map(({ price, quantity, adjustable }) => ({
        id: newId(random, "li"),
        priceId: typeof price === "string" ? price : addPrice(price, false).id,
        quantity,
        adjustable,
      }));
      const link: StripeLink = {
        number: nextLinkNumber(),
        id: newId(random, "plink"),
        slug: account.newSlug(),
        currency,
        createdAtMs: clock.now(),
        items,
        settings: { ...request.settings, metadata },
        isActive: true,
        completed: 0,
      };
      store.links.put(link);
      void events.tell({ type: "payment_link.created", object: show.link(link) });
      return link;
    },
    update(link, change) {
      const metadata = changedMetadata(link.settings.metadata, change.metadata);
      if (isError(metadata)) throw new StripeRefusal(metadata);
      const settings = { ...link.settings, ...change.settings, metadata };
      checkMethods(settings, link.currency);
      const items = changedItems(link.items, change);
      const prices = items.map(({ priceId }) => show.priceOf(priceId));
      checkTotal(
        items.map((item) => ({ ...item, price: item.priceId })),
        prices,
        link.currency,
      );
      const isUsedUp = settings.limit !== null && link.completed >= settings.limit;
      if (change.isActive === true && isUsedUp) {
        throw refused(
          "active",
          `This payment link has reached its limit of ${settings.limit} completed sessions: raise restrictions[completed_sessions][limit] to activate it.`,
        );
      }
      const before = show.link(link);
      link.settings = settings;
      link.items = items;
      link.isActive = (change.isActive ?? link.isActive) && !isUsedUp;
      store.links.put(link);
      const object = show.link(link);
      if (JSON.stringify(before) !== JSON.stringify(object)) {
        void events.tell({ type: "payment_link.updated", object, before });
      }
    },
  };
};

const isError = (value: object): value is ConstructorParameters<typeof StripeRefusal>[0] =>
  "status" in value && typeof value.status === "number";

const refused = (param: string, message: string, code?: string): StripeRefusal =>
  new StripeRefusal({ status: 400, ...(code !== undefined && { code }), message, param });

const changedItems = (items: readonly LineItem[], change: LinkChange): readonly LineItem[] => {
  for (const [index, { id }] of change.items.entries()) {
    if (items.some((item) => item.id === id)) continue;
    throw new StripeRefusal(missing("line item", id, `line_items[${index}][id]`, 400));
  }
  return items.map((item) => {
    const changed = change.items.find(({ id }) => id === item.id);
    if (changed === undefined) return item;
    const { quantity = item.quantity, adjustable = item.adjustable } = changed;
    return { ...item, quantity, adjustable };
  });
};

/** "a price with custom_unit_amount must be the only item, with the quantity 1": docs.stripe.com/payments/checkout/pay-what-you-want. */
const checkCustomAmount = (items: readonly NewItem[], prices: readonly (NewPrice | StripePrice)[]): void => {
  const index = prices.findIndex(({ customAmount }) => customAmount !== null);
  if (index === -1) return;
  if (items.length > 1) throw refused("line_items", "A price with custom_unit_amount must be the only line item.");
  const [item] = items;
  if (item?.quantity !== 1 || item.adjustable !== null) {
    throw refused("line_items[0][quantity]", "A price with custom_unit_amount must have a fixed quantity of 1.");
  }
};

const checkMethods = ({ methods }: LinkSettings, currency: string): void => {
  const index = methods?.findIndex((code) => !takesCurrency(methodOf(code), currency)) ?? -1;
  if (index === -1) return;
  throw refused(
    "payment_method_types",
    `The payment method type provided: ${methods?.[index]} is invalid with the currency ${currency}.`,
  );
};

// docs.stripe.com/error-codes: amount_too_small, amount_too_large.
const checkTotal = (
  items: readonly { readonly quantity: number }[],
  prices: readonly (NewPrice | StripePrice)[],
  currency: string,
): void => {
  if (prices.some(({ customAmount }) => customAmount !== null)) return;
  const priced = new Map(prices.map((price, index) => [String(index), { ...price, id: String(index) } as StripePrice]));
  const total = totalOf(
    items.map(({ quantity }, index) => ({ priceId: String(index), quantity })),
    (id) => required(priced.get(id), id),
    null,
  );
  const money = (amount: number): string => formatMoney({ amount, currency: currencyOf(currency) });
  const [least, most] = [leastChargeIn(currency), mostChargeIn(currency)];
  if (total === undefined || total > most) {
    throw refused(
      "line_items",
      `The payment link's total amount due must be no more than ${money(most)}.`,
      "amount_too_large",
    );
  }
  if (total === 0 || total >= least) return;
  throw refused(
    "line_items",
    `The payment link's total amount due must add up to at least ${money(least)} ${currency}.`,
    "amount_too_small",
  );
};

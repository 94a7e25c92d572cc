// docs.stripe.com/api/expanding_objects
import { isJsonObject, type JsonObject } from "../simulator-kit/index.ts";
import type { StripeAccount } from "./account.ts";
import { StripeRefusal } from "./errors.ts";
import { listOf } from "./resources.ts";

/** "Expansions have a maximum depth of four levels." */
const MAX_DEPTH = 4;

/** The object with what was asked for in the place of its id. Throws if a path leads nowhere. */
export const expanded = (account: StripeAccount, object: JsonObject, paths: readonly string[]): JsonObject =>
  paths.reduce((result, path) => {
    const steps = path.split(".");
    if (steps.length > MAX_DEPTH) {
      throw refused(path, `You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}.`);
    }
    return expandAt(account, result, steps, path);
  }, object);

const expandAt = (
  account: StripeAccount,
  object: JsonObject,
  [first = "", ...rest]: readonly string[],
  path: string,
): JsonObject => {
  const value = Object.hasOwn(object, first) ? object[first] : includable(account, object, first);
  if (value === undefined) throw refused(path, `This property cannot be expanded (${path}).`);
  const whole = typeof value === "string" ? objectWith(account, value, path) : value;
  if (rest.length === 0) return { ...object, [first]: whole };
  if (Array.isArray(whole)) {
    const each = whole.map((one: unknown) => (isJsonObject(one) ? expandAt(account, one, rest, path) : one));
    return { ...object, [first]: each };
  }
  return { ...object, [first]: isJsonObject(whole) ? expandAt(account, whole, rest, path) : whole };
};

/** A member that is present only on request. */
const includable = ({ store, show }: StripeAccount, object: JsonObject, name: string): JsonObject | undefined => {
  const id = String(object["id"]);
  if (name === "line_items") {
    const link = store.links.get(id);
    const session = store.sessions.get(id);
    const items = link?.items ?? session?.items;
    if (items === undefined) return undefined;
    const url = link === undefined ? `/v1/checkout/sessions/${id}/line_items` : `/v1/payment_links/${id}/line_items`;
    return listOf(url, show.lineItems(items, session?.chosenAmount ?? null), false) as JsonObject;
  }
  const charge = name === "refunds" ? store.charges.get(id) : undefined;
  if (charge === undefined) return undefined;
  return listOf(
    `/v1/charges/${id}/refunds`,
    store.refundsOf(charge).map(show.refund).toReversed(),
    false,
  ) as JsonObject;
};

const objectWith = ({ store, show }: StripeAccount, id: string, path: string): JsonObject => {
  const shown = <Item>(item: Item | undefined, asObject: (item: Item) => JsonObject): JsonObject | undefined =>
    item === undefined ? undefined : asObject(item);
  const found =
    shown(store.links.get(id), show.link) ??
    shown(store.sessions.get(id), show.session) ??
    shown(store.intents.get(id), show.intent) ??
    shown(store.charges.get(id), show.charge) ??
    shown(store.refunds.get(id), show.refund) ??
    shown(store.disputes.get(id), show.dispute) ??
    shown(store.prices.get(id), show.price) ??
    shown(store.products.get(id), show.product);
  if (found !== undefined) return found;
  throw refused(path, `This property cannot be expanded (${path}).`);
};

const refused = (path: string, message: string): StripeRefusal =>
  new StripeRefusal({ status: 400, message, param: `expand[${path}]` });

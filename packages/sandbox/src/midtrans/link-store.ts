import type { SimulatorContext } from "../simulator.ts";
import { createCounter } from "../state/store.ts";
import type { LinkRequest } from "./create-request.ts";
import type { MidtransLink, Purchase, Transaction } from "./links.ts";
import { keyOf, purchaseFromStored, type StoredPurchase, toStoredPurchase } from "./stored-purchase.ts";

/** All links, with the ids that may be used only once. */
export interface MidtransLinks {
  add(request: LinkRequest, nowMs: number): MidtransLink;
  /** What a payment of another product stands on. */
  addElsewhere(request: LinkRequest, nowMs: number): MidtransLink;
  elsewhere(orderId: string): MidtransLink | undefined;
  isOrderIdTaken(orderId: string): boolean;
  isSlugTaken(slug: string): boolean;
  byOrderId(orderId: string): MidtransLink | undefined;
  bySlug(slug: string): MidtransLink | undefined;
  all(): readonly MidtransLink[];
  /** Whatever has payments: all links, and what other products have. */
  payable(): readonly MidtransLink[];
  /** To be called after each change of a link, so that it is kept. */
  changed(link: MidtransLink): void;
  /** To be called after each change of a purchase, so that it is kept. */
  changedPurchase(purchase: Purchase): void;
  /** A number that no link, purchase or refund has yet. */
  nextId(): number;
}

export const createMidtransLinks = ({
  random,
  state,
  nextLinkNumber,
}: Pick<SimulatorContext, "random" | "state" | "nextLinkNumber">): MidtransLinks => {
  const storedLinks = state.collection<Omit<MidtransLink, "purchases">>("midtransLinks");
  const storedPurchases = state.collection<StoredPurchase>("midtransPurchases");
  const nextId = createCounter(state, "id of Midtrans", 90_417);
  const byOrderId = new Map<string, MidtransLink>();
  const bySlug = new Map<string, MidtransLink>();
  const elsewhere = new Map<string, MidtransLink>();
  const enter = (link: MidtransLink): void => {
    if (link.isElsewhere) {
      elsewhere.set(link.request.orderId, link);
      return;
    }
    byOrderId.set(link.request.orderId, link);
    bySlug.set(link.slug, link);
  };
  const changed = ({ purchases: _, ...link }: MidtransLink): void => {
    storedLinks.put(keyOf(link), link);
  };
  for (const link of storedLinks.stored.values()) enter({ ...link, purchases: [] });
  const byKey = new Map([...byOrderId.values(), ...elsewhere.values()].map((link) => [keyOf(link), link]));
  for (const kept of storedPurchases.stored.values()) {
    const link = byKey.get(kept.link);
    if (link !== undefined) link.purchases.push(purchaseFromStored(kept, link));
  }
  const make = (request: LinkRequest, nowMs: number, own: Pick<MidtransLink, "number" | "slug" | "isElsewhere">) => {
    const link: MidtransLink = {
      ...own,
      id: nextId(),
      request,
      createdAtMs: nowMs,
      purchases: [],
      startMs: request.expiry?.startMs ?? nowMs,
      expiry: request.expiry,
      isDeleted: false,
    };
    enter(link);
    changed(link);
    return link;
  };
  return {
    add: (request, nowMs) =>
      make(request, nowMs, { number: nextLinkNumber(), slug: request.slug ?? random.hex(16), isElsewhere: false }),
    addElsewhere: (request, nowMs) => make(request, nowMs, { number: 0, slug: "", isElsewhere: true }),
    elsewhere: (orderId) => elsewhere.get(orderId),
    isOrderIdTaken: (orderId) => byOrderId.has(orderId),
    isSlugTaken: (slug) => bySlug.has(slug),
    byOrderId(orderId) {
      const link = byOrderId.get(orderId);
      return link?.isDeleted === true ? undefined : link;
    },
    bySlug: (slug) => bySlug.get(slug),
    all: () => [...byOrderId.values()],
    payable: () => [...byOrderId.values(), ...elsewhere.values()],
    changed,
    changedPurchase(purchase) {
      storedPurchases.put(String(purchase.id), toStoredPurchase(purchase));
    },
    nextId,
  };
};

/** docs.midtrans.com, Create Payment Link, Order ID Structure: the order id, a dash and a timestamp of 13 digits. */
const suffixedOrderId = (links: MidtransLinks, link: MidtransLink, nowMs: number): string => {
  const isTaken = (orderId: string): boolean =>
    links.elsewhere(orderId) !== undefined || link.purchases.some((purchase) => purchase.orderId === orderId);
  let suffix = nowMs;
  const suffixed = (): string => `${link.request.orderId}-${String(suffix).padStart(13, "0")}`;
  while (isTaken(suffixed())) suffix += 1;
  return suffixed();
};

/** Opens a purchase with its first try. */
export const addPurchase = (
  links: MidtransLinks,
  link: MidtransLink,
  own: Pick<Purchase, "id" | "snapToken" | "amount">,
  first: Transaction,
): Purchase => {
  const purchase: Purchase = {
    ...own,
    link,
    orderId: link.isElsewhere ? link.request.orderId : suffixedOrderId(links, link, first.createdAtMs),
    createdAtMs: first.createdAtMs,
    transactions: [first],
    isInHand: false,
    updatedAtMs: first.createdAtMs,
  };
  link.purchases.push(purchase);
  return purchase;
};

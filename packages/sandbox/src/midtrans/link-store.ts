import { createConvertedRecords, createCounter, type SimulatorContext } from "../simulator-kit/index.ts";
import type { LinkRequest } from "./create-request.ts";
import type { MidtransLink, Purchase, Transaction } from "./links.ts";
import { keyOf, purchaseFromStored, type StoredPurchase, toStoredPurchase } from "./stored-purchase.ts";

/** All links, with the ids that may be used only once. */
export interface MidtransLinks {
  add(request: LinkRequest, nowMs: number): MidtransLink;
  /** The link-like parent of another product's payment. */
  addElsewhere(request: LinkRequest, nowMs: number): MidtransLink;
  elsewhere(orderId: string): MidtransLink | undefined;
  isOrderIdTaken(orderId: string): boolean;
  isSlugTaken(slug: string): boolean;
  byOrderId(orderId: string): MidtransLink | undefined;
  readonly bySlug: (slug: string) => MidtransLink | undefined;
  readonly all: () => readonly MidtransLink[];
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
  const nextId = createCounter(state, "id of Midtrans", 90_417);
  const links = createConvertedRecords<MidtransLink, Omit<MidtransLink, "purchases">, "orderId" | "slug" | "elsewhere">(
    {
      collection: state.collection("midtransLinks"),
      idOf: keyOf,
      unique: {
        orderId: ({ isElsewhere, request }) => (isElsewhere ? undefined : request.orderId),
        slug: ({ isElsewhere, slug }) => (isElsewhere ? undefined : slug),
        elsewhere: ({ isElsewhere, request }) => (isElsewhere ? request.orderId : undefined),
      },
      toStored: ({ purchases: _, ...link }) => link,
      fromStored: (link) => ({ ...link, purchases: [] }),
    },
  );
  const purchases = createConvertedRecords<Purchase, StoredPurchase>({
    collection: state.collection("midtransPurchases"),
    idOf: ({ id }) => String(id),
    unique: {},
    toStored: toStoredPurchase,
    fromStored(stored) {
      const link = links.get(stored.link);
      return link === undefined ? undefined : purchaseFromStored(stored, link);
    },
  });
  for (const purchase of purchases.all()) purchase.link.purchases.push(purchase);
  const all = (): readonly MidtransLink[] => links.all().filter(({ isElsewhere }) => !isElsewhere);
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
    links.put(link);
    return link;
  };
  return {
    add: (request, nowMs) =>
      make(request, nowMs, { number: nextLinkNumber(), slug: request.slug ?? random.hex(16), isElsewhere: false }),
    addElsewhere: (request, nowMs) => make(request, nowMs, { number: 0, slug: "", isElsewhere: true }),
    elsewhere: (orderId) => links.by("elsewhere", orderId),
    isOrderIdTaken: (orderId) => links.by("orderId", orderId) !== undefined,
    isSlugTaken: (slug) => links.by("slug", slug) !== undefined,
    byOrderId(orderId) {
      const link = links.by("orderId", orderId);
      return link?.isDeleted === true ? undefined : link;
    },
    bySlug: (slug) => links.by("slug", slug),
    all,
    payable: () => [...all(), ...links.all().filter(({ isElsewhere }) => isElsewhere)],
    changed: links.put,
    changedPurchase: purchases.put,
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

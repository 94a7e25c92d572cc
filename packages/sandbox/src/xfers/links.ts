import type { SimulatorContext } from "../simulator.ts";
import type { Random } from "../state/random.ts";
import { DAY_MS, jakartaWallClock } from "../time/times.ts";
import type { LinkAttributes } from "./create-request.ts";
import type { XfersMethod } from "./methods.ts";

/** docs.fazz.com, v4-ID, Payment link statuses, and `cancelled` of Update payment link. `draft` exists in the dashboard only. */
export type LinkStatus = "pending" | "paid" | "completed" | "expired" | "cancelled" | "failed";

export interface XfersLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly id: string;
  readonly attributes: LinkAttributes;
  readonly createdAtMs: number;
  expiresAtMs: number;
  /** `pending` also after the expiry; {@link statusOf} tells. */
  storedStatus: Exclude<LinkStatus, "expired">;
  paidAtMs: number | null;
  /** What the payer chose. The provider keeps no record of it. */
  method: XfersMethod | undefined;
}

export const statusOf = (link: XfersLink, nowMs: number): LinkStatus =>
  link.storedStatus === "pending" && nowMs >= link.expiresAtMs ? "expired" : link.storedStatus;

/** All links. */
export interface XfersLinks {
  add(attributes: LinkAttributes, nowMs: number): XfersLink;
  byId(id: string): XfersLink | undefined;
  /** The one for which a `referenceId` was first used. */
  byReferenceId(referenceId: string): XfersLink | undefined;
  all(): readonly XfersLink[];
  /** To be called after each change of a link, so that it is kept. */
  changed(link: XfersLink): void;
}

export const createXfersLinks = ({
  random,
  state,
  nextLinkNumber,
}: Pick<SimulatorContext, "random" | "state" | "nextLinkNumber">): XfersLinks => {
  const collection = state.collection<XfersLink>("xfersLinks");
  const byId = new Map(collection.stored);
  const byReferenceId = new Map([...byId.values()].map((link) => [link.attributes.referenceId, link]));
  const changed = (link: XfersLink): void => {
    collection.put(link.id, link);
  };
  return {
    add(attributes, nowMs) {
      const link = { ...createXfersLink(attributes, nowMs, random), number: nextLinkNumber() };
      byId.set(link.id, link);
      byReferenceId.set(attributes.referenceId, link);
      changed(link);
      return link;
    },
    byId: (id) => byId.get(id),
    byReferenceId: (referenceId) => byReferenceId.get(referenceId),
    all: () => [...byId.values()],
    changed,
  };
};

const createXfersLink = (attributes: LinkAttributes, nowMs: number, random: Random): Omit<XfersLink, "number"> => ({
  id: `paymentlink_${random.hex(16)}`,
  attributes,
  createdAtMs: nowMs,
  expiresAtMs: attributes.expiresAtMs ?? nowMs + DAY_MS,
  storedStatus: "pending",
  paidAtMs: null,
  method: undefined,
});

/** The object of docs.fazz.com, v4-ID, Accept payment links: as replied, and as sent in callbacks. */
export const linkResource = (link: XfersLink, payUrl: string, nowMs: number): object => {
  const { attributes } = link;
  return {
    data: {
      id: link.id,
      type: "payment_links",
      attributes: {
        status: statusOf(link, nowMs),
        amount: `${attributes.amount}.0`,
        referenceId: attributes.referenceId,
        createdAt: wireTime(link.createdAtMs),
        description: attributes.description ?? null,
        expiredAt: wireTime(link.expiresAtMs),
        paymentLinkUrl: payUrl,
        customerName: attributes.customerName,
        customerEmail: attributes.customerEmail,
        customerPhoneNumber: attributes.customerPhoneNumber,
        paymentMethodOptions: attributes.displayName === undefined ? {} : { displayName: attributes.displayName },
      },
    },
  };
};

/** `2021-12-05 22:05:26 +0700` */
const wireTime = (atMs: number): string => {
  const { date, time } = jakartaWallClock(atMs);
  return `${date} ${time} +0700`;
};

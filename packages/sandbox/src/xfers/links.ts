import {
  createRecords,
  DAY_MS,
  jakartaWallClock,
  type Records,
  type SimulatorContext,
} from "../simulator-kit/index.ts";
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
  /** `pending` also after the expiry; {@link statusOf} returns the current one. */
  storedStatus: Exclude<LinkStatus, "expired">;
  paidAtMs: number | null;
  /** The payer's choice. The provider does not record it. */
  method: XfersMethod | undefined;
}

export const statusOf = (link: XfersLink, nowMs: number): LinkStatus =>
  link.storedStatus === "pending" && nowMs >= link.expiresAtMs ? "expired" : link.storedStatus;

/** All links. They are put again after each change. */
export interface XfersLinks extends Records<XfersLink, "referenceId"> {
  readonly add: (attributes: LinkAttributes, nowMs: number) => XfersLink;
}

export const createXfersLinks = ({
  random,
  state,
  nextLinkNumber,
}: Pick<SimulatorContext, "random" | "state" | "nextLinkNumber">): XfersLinks => {
  const records = createRecords<XfersLink, "referenceId">({
    collection: state.collection("xfersLinks"),
    idOf: ({ id }) => id,
    unique: { referenceId: ({ attributes }) => attributes.referenceId },
  });
  return {
    ...records,
    add(attributes, nowMs) {
      const link: XfersLink = {
        number: nextLinkNumber(),
        id: `paymentlink_${random.hex(16)}`,
        attributes,
        createdAtMs: nowMs,
        expiresAtMs: attributes.expiresAtMs ?? nowMs + DAY_MS,
        storedStatus: "pending",
        paidAtMs: null,
        method: undefined,
      };
      records.put(link);
      return link;
    },
  };
};

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

import { createRecords, DAY_MS, MINUTE_MS, type Records, type SimulatorContext } from "../simulator-kit/index.ts";
import type { LinkRequest } from "./create-request.ts";

/** The words of an invoice, in which a session is kept too. `CANCELED` is a session's own. */
export type LinkStatus = "PENDING" | "PAID" | "SETTLED" | "EXPIRED" | "CANCELED";

/** An attempt to pay. Only the one that succeeds is seen by the merchant. */
export interface Attempt {
  readonly id: string;
  readonly method: string;
  status: "PENDING" | "PAID" | "FAILED";
  readonly openedAtMs: number;
}

export interface Refund {
  readonly id: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly reason: string;
  readonly reference: string | undefined;
  readonly createdAtMs: number;
}

/** An invoice or a payment session. */
export interface XenditLink {
  /** {@link LinkSummary.number} */
  readonly number: number;
  readonly id: string;
  /** The account that made it. */
  readonly userId: string;
  readonly request: LinkRequest;
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly expiresAtMs: number;
  /** `PENDING` also after the expiry; {@link statusOf} returns the current one. */
  storedStatus: LinkStatus;
  paidAtMs: number | null;
  readonly attempts: Attempt[];
  readonly refunds: Refund[];
}

export const statusOf = (link: XenditLink, nowMs: number): LinkStatus =>
  link.storedStatus === "PENDING" && nowMs >= link.expiresAtMs ? "EXPIRED" : link.storedStatus;

/** The attempt that paid the link. */
export const paidAttempt = ({ attempts }: XenditLink): Attempt | undefined =>
  attempts.find(({ status }) => status === "PAID");

export const isPaid = ({ storedStatus }: XenditLink): boolean => storedStatus === "PAID" || storedStatus === "SETTLED";

export const refundedOf = ({ refunds }: XenditLink): number => refunds.reduce((sum, { amount }) => sum + amount, 0);

/** developers.xendit.co, Create Invoice, invoice_duration; the sample of docs.xendit.co, Create a payment session, lives 30 minutes. */
const DEFAULT_LIFE_MS = { invoice: DAY_MS, session: 30 * MINUTE_MS } as const;

/** All links. They are put again after each change. */
export interface XenditLinks extends Records<XenditLink> {
  readonly add: (request: LinkRequest, userId: string, nowMs: number) => XenditLink;
  readonly newAttempt: (method: string, nowMs: number) => Attempt;
  readonly newRefundId: () => string;
}

export const createXenditLinks = ({
  random,
  state,
  nextLinkNumber,
}: Pick<SimulatorContext, "random" | "state" | "nextLinkNumber">): XenditLinks => {
  const records = createRecords<XenditLink>({
    collection: state.collection("xenditLinks"),
    idOf: ({ id }) => id,
    unique: {},
  });
  return {
    ...records,
    newAttempt: (method, nowMs) => ({ id: `py-${random.hex(16)}`, method, status: "PENDING", openedAtMs: nowMs }),
    newRefundId: () => `rfd-${random.hex(16)}`,
    add(request, userId, nowMs) {
      const link: XenditLink = {
        number: nextLinkNumber(),
        // An invoice has 24 hexadecimal digits, a session `ps-` and 24 more characters.
        id: `${request.product === "session" ? "ps-" : ""}${random.hex(12)}`,
        userId,
        request,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        expiresAtMs: request.expiresAtMs ?? nowMs + DEFAULT_LIFE_MS[request.product],
        storedStatus: "PENDING",
        paidAtMs: null,
        attempts: [],
        refunds: [],
      };
      records.put(link);
      return link;
    },
  };
};

import { DAY_MS, jakartaWallClock, rupiahWithin } from "../simulator-kit/index.ts";
import type { MidtransLink, Purchase, Refund, Transaction, TransactionStatus } from "./links.ts";
import { REFUNDABLE_CODES } from "./methods.ts";

/**
 * By the call of docs.midtrans.com, Refund Transactions, or by that of Direct Refund Transaction, which hears from the bank or
 * the wallet at once.
 */
export type RefundWay = "queued" | "direct";

/** The merchant's request. */
export interface RefundRequest {
  /** The merchant's own id of the refund. Absent: it is another one each time. */
  readonly key?: string | undefined;
  /** Whole rupiah. Absent: what is left. */
  readonly amount?: number | undefined;
  readonly reason: string;
}

/** `refused` is the `status_code` of the API; `why` is for whoever has no need of codes. */
export interface RefundRefusal {
  readonly refused: "406" | "412" | "414";
  readonly why: string;
}

type RefundDecision = RefundRefusal | { readonly repeated: Refund } | { readonly amount: number };

interface KnownRefund {
  readonly transaction: Transaction;
  readonly refund: Refund;
}

// docs.midtrans.com, Refund Transactions, `refund_key`: a refund can be tried again for 7 days after the first try.
const RETRY_WINDOW_MS = 7 * DAY_MS;

/** The result of a request. `known` is the earlier refund with the same key. */
export const decideRefund = (parts: {
  readonly purchase: Purchase;
  readonly transaction: Transaction;
  readonly request: RefundRequest;
  readonly way: RefundWay;
  readonly known: KnownRefund | undefined;
  readonly nowMs: number;
}): RefundDecision => {
  const { purchase, transaction, request, way, known, nowMs } = parts;
  if (known !== undefined) return repeat(known, transaction, request, nowMs);
  const why =
    whyNotRefundable(purchase, transaction, nowMs) ?? (way === "direct" ? whyNotDirect(transaction) : undefined);
  if (why !== undefined) return { refused: "412", why };
  if (way === "direct" && transaction.method.code === "shopeepay" && isNight(nowMs)) {
    return { refused: "414", why: "ShopeePay rejects direct refunds from 23:55 to 06:00 in Jakarta." };
  }
  const left = purchase.amount - refundedAmount(transaction);
  const amount = request.amount ?? left;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > left) {
    return {
      refused: "414",
      why: `The amount must be ${rupiahWithin(1, left)}, which is left of the payment.`,
    };
  }
  if (transaction.method.refund?.isInFullOnly === true && amount !== purchase.amount) {
    return { refused: "414", why: `Midtrans refunds ${transaction.method.code} in full only.` };
  }
  return { amount };
};

const repeat = (
  known: KnownRefund,
  transaction: Transaction,
  request: RefundRequest,
  nowMs: number,
): RefundDecision => {
  const { refund } = known;
  const isSame =
    known.transaction === transaction && (request.amount === undefined || request.amount === refund.amount);
  if (isSame && nowMs - refund.createdAtMs <= RETRY_WINDOW_MS) return { repeated: refund };
  return { refused: "406", why: `The refund key ${refund.key} was used already.` };
};

/** Why nothing of it can go back now, or `undefined` if something can. */
export const whyNotRefundable = (
  { orderId }: Purchase,
  transaction: Transaction,
  nowMs: number,
): string | undefined => {
  const { method, status, settledAtMs } = transaction;
  if (method.refund === undefined) {
    return `Midtrans documents refunds for ${REFUNDABLE_CODES.join(", ")}, not for ${method.code}.`;
  }
  if (!isRefundable(transaction)) {
    return `The payment ${orderId} is ${status}; to be refunded it must be settlement or partial_refund.`;
  }
  const { windowMs } = method.refund;
  if (windowMs === undefined || settledAtMs === undefined || nowMs - settledAtMs <= windowMs) return undefined;
  return `Midtrans refunds ${method.code} for ${windowMs / DAY_MS} days after the payment, and they are over.`;
};

// docs.midtrans.com, Direct Refund Transaction: neither DANA nor OVO, and of cards those of four acquirers.
const DIRECT_ACQUIRERS: readonly unknown[] = ["bca", "maybank", "bni", "bri"];

const whyNotDirect = ({ method, channel }: Transaction): string | undefined => {
  if (method.refund?.isQueuedOnly === true) return `Midtrans documents no direct refund for ${method.code}.`;
  if (method.paymentType !== "credit_card" || DIRECT_ACQUIRERS.includes(channel["bank"])) return undefined;
  return `Midtrans refunds cards of ${DIRECT_ACQUIRERS.join(", ")} directly, not of ${String(channel["bank"])}.`;
};

const isNight = (atMs: number): boolean => {
  const { time } = jakartaWallClock(atMs);
  return time >= "23:55:00" || time < "06:00:00";
};

// docs.midtrans.com, Transaction Status Cycle: before `settlement` a payment is cancelled instead.
const REFUNDABLE_STATUSES: ReadonlySet<TransactionStatus> = new Set(["settlement", "partial_refund"]);

/** Whether there is money to give back, and a way to. */
export const isRefundable = ({ method, status }: Transaction): boolean =>
  method.refund !== undefined && REFUNDABLE_STATUSES.has(status);

/** The refund that has a key, whatever transaction it is of. */
export const findRefund = (links: readonly MidtransLink[], key: string): KnownRefund | undefined => {
  for (const { purchases } of links) {
    for (const transaction of purchases.flatMap(({ transactions }) => transactions)) {
      const refund = transaction.refunds.find((candidate) => candidate.key === key);
      if (refund !== undefined) return { transaction, refund };
    }
  }
  return undefined;
};

/** All that went back of a payment. */
export const refundedAmount = ({ refunds }: Transaction): number =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);

/** Adds a refund, and returns the resulting status. */
export const withRefund = (
  purchase: Purchase,
  transaction: Transaction,
  refund: Refund,
): "refund" | "partial_refund" => {
  transaction.refunds = [...transaction.refunds, refund];
  return refundedAmount(transaction) === purchase.amount ? "refund" : "partial_refund";
};

/** The refunds, of which one has been confirmed. */
export const confirmed = (refunds: readonly Refund[], id: number, atMs: number): readonly Refund[] =>
  refunds.map((refund) => (refund.id === id ? { ...refund, confirmedAtMs: atMs } : refund));

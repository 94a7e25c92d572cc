import {
  createPersistedSet,
  DAY_MS,
  dueTask,
  runByClock,
  type Simulator,
  type SimulatorContext,
} from "../simulator-kit/index.ts";
import { completionOf, issueChannel, refusalOf } from "./channels.ts";
import { addPurchase, type MidtransLinks } from "./link-store.ts";
import {
  createTransaction,
  currentTransaction,
  isPaid,
  isUnderReview,
  type MidtransLink,
  type Purchase,
  type Refund,
  type Transaction,
  type TransactionStatus,
} from "./links.ts";
import type { MidtransMethod } from "./methods.ts";
import {
  confirmed,
  decideRefund,
  findRefund,
  type RefundRefusal,
  type RefundRequest,
  type RefundWay,
  withRefund,
} from "./refunds.ts";
import { notificationBody, wireAmount, wireTime } from "./transaction-body.ts";

/** A purchase whose newest try has just begun. */
export interface Opening {
  readonly purchase: Purchase;
  readonly notified: Promise<void>;
}

/** A refund that was made, now or by an earlier call with the same key. */
interface RefundMade {
  readonly refund: Refund;
  readonly notified: Promise<void>;
}

/** The events of transactions, whoever causes them. State changes at once; `notified` waits for the merchant. */
export interface Transactions extends Pick<Simulator, "runDue" | "nextDueMs"> {
  open(link: MidtransLink, method: MidtransMethod, amount: number): Opening;
  /** Another attempt within the same purchase. */
  retry(purchase: Purchase, method: MidtransMethod): Promise<void>;
  /** Gives the newest try of a purchase another status. */
  move(purchase: Purchase, status: TransactionStatus, fraud?: Transaction["fraud"]): Promise<void>;
  /** The merchant takes what fraud detection had challenged. */
  approve(purchase: Purchase): Promise<void>;
  /** The merchant takes what was reserved on a card, or less of it. */
  capture(purchase: Purchase, amount: number): Promise<void>;
  /** The bank gives money back to its payer, against the merchant. */
  chargeBack(purchase: Purchase, amount: number): Promise<void>;
  /** Gives money of a settled payment back to its payer. */
  refund(
    purchase: Purchase,
    transaction: Transaction,
    request: RefundRequest,
    way?: RefundWay,
  ): RefundMade | RefundRefusal;
  /** By suffixed order id or by transaction id. */
  find(id: string): { readonly purchase: Purchase; readonly transaction: Transaction } | undefined;
}

/** Something that time alone does. */
interface Lapse {
  readonly atMs: number;
  readonly happen: () => Promise<void>;
}

// docs.midtrans.com, Transaction Status Cycle: a captured card is settled "on the next day".
const SETTLEMENT_DELAY_MS = DAY_MS;
// docs.midtrans.com, HTTP(S) Notification / Webhooks, fraud_status: "If no action is taken, the transaction is denied
// automatically", "within one day".
const REVIEW_MS = DAY_MS;
// docs.midtrans.com, Get Transaction Status, `refund_method`: a refund is confirmed "1 day after request is made".
const CONFIRMATION_DELAY_MS = DAY_MS;

export const createTransactions = (
  links: MidtransLinks,
  context: SimulatorContext,
  serverKey: string,
): Transactions => {
  const { clock, random } = context;
  const virtualAccounts = createPersistedSet(context.state.collection("midtransVirtualAccounts"));

  const upcoming = (): readonly Lapse[] => links.payable().flatMap((link) => link.purchases.flatMap(upcomingOf));

  const upcomingOf = (purchase: Purchase): readonly Lapse[] => {
    const transaction = currentTransaction(purchase);
    const { status, expiresAtMs, capturedAtMs, refunds } = transaction;
    if (isUnderReview(transaction)) {
      return [{ atMs: purchase.updatedAtMs + REVIEW_MS, happen: () => move(purchase, "deny", "deny") }];
    }
    if (status === "pending") return [{ atMs: expiresAtMs, happen: () => move(purchase, "expire") }];
    if (status === "capture" && capturedAtMs !== undefined) {
      return [{ atMs: capturedAtMs + SETTLEMENT_DELAY_MS, happen: () => move(purchase, "settlement") }];
    }
    return refunds
      .filter(({ confirmedAtMs }) => confirmedAtMs === undefined)
      .map(({ id, createdAtMs }) => ({
        atMs: createdAtMs + CONFIRMATION_DELAY_MS,
        happen: () => confirm(purchase, id),
      }));
  };

  const start = (link: MidtransLink, method: MidtransMethod): Transaction => {
    const channel = issueChannel(method, link.request, virtualAccounts, random);
    return createTransaction(random.uuid(), method, channel, clock.now());
  };

  const notify = async (purchase: Purchase, transaction: Transaction): Promise<void> => {
    links.changedPurchase(purchase);
    await context.send(notificationBody(purchase, transaction, serverKey));
  };

  const move = (purchase: Purchase, status: TransactionStatus, fraud?: Transaction["fraud"]): Promise<void> => {
    const transaction = currentTransaction(purchase);
    const nowMs = clock.now();
    if (transaction.status === "pending") {
      const { method } = transaction;
      const news = status === "deny" ? refusalOf(method) : {};
      const isSuccess = isPaid({ status, fraud: undefined }) || status === "authorize";
      const outcome = isSuccess ? completionOf(method, wireAmount(purchase.amount), wireTime(nowMs), random) : news;
      transaction.channel = { ...transaction.channel, ...outcome };
    }
    transaction.status = status;
    transaction.fraud = fraud;
    if (status === "capture") transaction.capturedAtMs = nowMs;
    if (status === "settlement") transaction.settledAtMs = nowMs;
    purchase.updatedAtMs = nowMs;
    return notify(purchase, transaction);
  };

  /** The bank has confirmed a refund. */
  const confirm = (purchase: Purchase, refundId: number): Promise<void> => {
    const transaction = currentTransaction(purchase);
    transaction.refunds = confirmed(transaction.refunds, refundId, clock.now());
    return notify(purchase, transaction);
  };

  return {
    open(link, method, amount) {
      const first = start(link, method);
      const own = { id: links.nextId(), snapToken: random.uuid(), amount };
      const purchase = addPurchase(links, link, own, first);
      return { purchase, notified: notify(purchase, currentTransaction(purchase)) };
    },
    retry(purchase, method) {
      const transaction = start(purchase.link, method);
      purchase.transactions.push(transaction);
      purchase.updatedAtMs = transaction.createdAtMs;
      return notify(purchase, transaction);
    },
    move,
    approve: (purchase) => move(purchase, currentTransaction(purchase).status),
    capture(purchase, amount) {
      purchase.amount = amount;
      return move(purchase, "capture");
    },
    chargeBack(purchase, amount) {
      const transaction = currentTransaction(purchase);
      transaction.chargedBack += amount;
      return move(purchase, transaction.chargedBack === purchase.amount ? "chargeback" : "partial_chargeback");
    },
    refund(purchase, transaction, request, way = "queued") {
      const nowMs = clock.now();
      const known = request.key === undefined ? undefined : findRefund(links.payable(), request.key);
      const decision = decideRefund({ purchase, transaction, request, way, known, nowMs });
      if ("refused" in decision) return decision;
      if ("repeated" in decision) return { refund: decision.repeated, notified: Promise.resolve() };
      const refund: Refund = {
        id: links.nextId(),
        key: request.key ?? random.uuid(),
        amount: decision.amount,
        reason: request.reason,
        createdAtMs: nowMs,
        confirmedAtMs: way === "direct" ? nowMs : undefined,
      };
      return { refund, notified: move(purchase, withRefund(purchase, transaction, refund)) };
    },
    find(id) {
      for (const { purchases } of links.payable()) {
        for (const purchase of purchases) {
          if (purchase.orderId === id) return { purchase, transaction: currentTransaction(purchase) };
          const transaction = purchase.transactions.find((candidate) => candidate.id === id);
          if (transaction !== undefined) return { purchase, transaction };
        }
      }
      return undefined;
    },
    ...runByClock(
      clock,
      dueTask({
        items: upcoming,
        dueMs: ({ atMs }) => atMs,
        run: (due) => Promise.all(due.map(({ happen }) => happen())),
      }),
    ),
  };
};

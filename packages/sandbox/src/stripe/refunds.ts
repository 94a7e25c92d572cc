// docs.stripe.com/refunds
import { type DueTask, dueTask, formatMoney, MINUTE_MS } from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { cardWith } from "./cards.ts";
import { currencyOf } from "./currencies.ts";
import { StripeRefusal } from "./errors.ts";
import type { Notice } from "./events.ts";
import { letters } from "./ids.ts";
import type { StripeCharge, StripeRefund } from "./model.ts";
import type { Metadata } from "./params.ts";

/** "Some time later": docs.stripe.com/testing, "Refunds". */
const LATER_MS = 3 * MINUTE_MS;

export interface StripeRefunds {
  /** Throws a {@link StripeRefusal} if it is impossible. */
  create(
    charge: StripeCharge,
    about: { readonly amount?: number | undefined; readonly reason?: string | null; readonly metadata?: Metadata },
  ): { readonly refund: StripeRefund; readonly notified: Promise<void> };
  /** The bank sends it back: docs.stripe.com/refunds, "Failed refunds". */
  fail(refund: StripeRefund, reason?: string): Promise<void>;
  succeed(refund: StripeRefund): Promise<void>;
  readonly task: DueTask;
}

export const createStripeRefunds = ({ store, show, events, context }: StripeAccount): StripeRefunds => {
  const { clock, random } = context;
  const chargeOf = ({ chargeId }: StripeRefund): StripeCharge => required(store.charges.get(chargeId), chargeId);

  const about = (type: string, refund: StripeRefund, before?: Notice["object"]): Notice => ({
    type,
    object: show.refund(refund),
    ...(before !== undefined && { before }),
  });

  const fail: StripeRefunds["fail"] = async (refund, reason = "expired_or_canceled_card") => {
    const before = show.refund(refund);
    const charge = chargeOf(refund);
    refund.status = "failed";
    refund.failureReason = reason;
    refund.next = undefined;
    charge.refundedAmount -= refund.amount;
    store.refunds.put(refund);
    store.charges.put(charge);
    await events.tell(
      about("refund.failed", refund),
      about("refund.updated", refund, before),
      about("charge.refund.updated", refund, before),
    );
  };

  const succeed: StripeRefunds["succeed"] = async (refund) => {
    const before = show.refund(refund);
    refund.status = "succeeded";
    refund.next = undefined;
    store.refunds.put(refund);
    await events.tell(about("refund.updated", refund, before), about("charge.refund.updated", refund, before));
  };

  return {
    create(charge, { amount, reason = null, metadata = {} }) {
      const left = charge.amount - charge.refundedAmount;
      refuseUnlessRefundable(charge, left, amount);
      const behaviour = charge.card === undefined ? undefined : cardWith(charge.card)?.refund;
      const nowMs = clock.now();
      const refund: StripeRefund = {
        id: `re_3${letters(random, 23)}`,
        chargeId: charge.id,
        intentId: charge.intentId,
        amount: amount ?? left,
        currency: charge.currency,
        createdAtMs: nowMs,
        reason,
        metadata,
        status: behaviour === "succeeds_later" ? "pending" : "succeeded",
        failureReason: null,
        next:
          behaviour === undefined
            ? undefined
            : { status: behaviour === "succeeds_later" ? "succeeded" : "failed", atMs: nowMs + LATER_MS },
      };
      charge.refundedAmount += refund.amount;
      store.refunds.put(refund);
      store.charges.put(charge);
      const notified = events.tell(about("refund.created", refund), {
        type: "charge.refunded",
        object: show.charge(charge),
      });
      return { refund, notified };
    },
    fail,
    succeed,
    task: dueTask({
      items: store.refunds.all,
      dueMs: ({ next }) => next?.atMs ?? Number.POSITIVE_INFINITY,
      run: (due) =>
        Promise.all(due.map((refund) => (refund.next?.status === "failed" ? fail(refund) : succeed(refund)))),
    }),
  };
};

const refuseUnlessRefundable = (charge: StripeCharge, left: number, amount: number | undefined): void => {
  const { id, currency } = charge;
  if (charge.status !== "succeeded") {
    throw new StripeRefusal({ status: 400, message: `The charge ${id} has not succeeded, so it cannot be refunded.` });
  }
  if (charge.disputeId !== undefined) {
    const message = `Charge ${id} has been charged back; cannot issue a refund.`;
    throw new StripeRefusal({ status: 400, code: "charge_disputed", message });
  }
  if (left === 0) {
    const message = `Charge ${id} has already been refunded.`;
    throw new StripeRefusal({ status: 400, code: "charge_already_refunded", message });
  }
  if (amount === undefined || amount <= left) return;
  const money = (minor: number): string => formatMoney({ amount: minor, currency: currencyOf(currency) });
  throw new StripeRefusal({
    status: 400,
    message: `Refund amount (${money(amount)}) is greater than unrefunded amount on charge (${money(left)})`,
    param: "amount",
  });
};

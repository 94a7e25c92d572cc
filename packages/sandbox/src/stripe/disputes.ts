// docs.stripe.com/disputes/how-disputes-work

import { DAY_MS, RefusedAction, refuseUnlessLeft } from "../simulator-kit/index.ts";
import { required, type StripeAccount } from "./account.ts";
import { currencyOf } from "./currencies.ts";
import { newId } from "./ids.ts";
import type { StripeCharge, StripeDispute } from "./model.ts";

/** "usually 7 to 21 days": docs.stripe.com/disputes/responding. */
const RESPONSE_MS = 14 * DAY_MS;

export interface StripeDisputes {
  /** The bank takes the money back, and asks the merchant for evidence. */
  open(charge: StripeCharge, amount?: number, reason?: string): Promise<StripeDispute>;
  /** The merchant's evidence. With the words of docs.stripe.com/testing it decides at once. */
  respond(dispute: StripeDispute, evidence: string | null, isSubmitted: boolean): Promise<void>;
  close(dispute: StripeDispute, status: "won" | "lost"): Promise<void>;
}

export const createStripeDisputes = ({ store, show, events, context }: StripeAccount): StripeDisputes => {
  const { clock, random } = context;

  const close: StripeDisputes["close"] = async (dispute, status) => {
    if (dispute.status === "won" || dispute.status === "lost") {
      throw new RefusedAction(409, `The dispute ${dispute.id} is ${dispute.status} already.`);
    }
    dispute.status = status;
    store.disputes.put(dispute);
    const object = show.dispute(dispute);
    await events.tell(
      { type: "charge.dispute.closed", object },
      ...(status === "won" ? [{ type: "charge.dispute.funds_reinstated", object }] : []),
    );
  };

  return {
    async open(charge, amount, reason = "fraudulent") {
      if (charge.status !== "succeeded") throw new RefusedAction(409, `The charge ${charge.id} is ${charge.status}.`);
      if (charge.disputeId !== undefined) {
        throw new RefusedAction(409, `The charge ${charge.id} has the dispute ${charge.disputeId} already.`);
      }
      const left = charge.amount - charge.refundedAmount;
      const disputed = amount ?? left;
      if (left === 0) throw new RefusedAction(409, `The charge ${charge.id} was refunded in full.`);
      refuseUnlessLeft(disputed, left, currencyOf(charge.currency));
      const nowMs = clock.now();
      const dispute: StripeDispute = {
        id: newId(random, "du"),
        chargeId: charge.id,
        intentId: charge.intentId,
        amount: disputed,
        currency: charge.currency,
        createdAtMs: nowMs,
        dueByMs: nowMs + RESPONSE_MS,
        reason,
        metadata: {},
        status: "needs_response",
        evidenceText: null,
        submissions: 0,
      };
      charge.disputeId = dispute.id;
      store.disputes.put(dispute);
      store.charges.put(charge);
      const object = show.dispute(dispute);
      await events.tell({ type: "charge.dispute.created", object }, { type: "charge.dispute.funds_withdrawn", object });
      return dispute;
    },
    async respond(dispute, evidence, isSubmitted) {
      const before = show.dispute(dispute);
      if (evidence !== null) dispute.evidenceText = evidence;
      if (isSubmitted) {
        dispute.status = "under_review";
        dispute.submissions += 1;
      }
      store.disputes.put(dispute);
      await events.tell({ type: "charge.dispute.updated", object: show.dispute(dispute), before });
      if (!isSubmitted) return;
      if (dispute.evidenceText === "winning_evidence") await close(dispute, "won");
      if (dispute.evidenceText === "losing_evidence") await close(dispute, "lost");
    },
    close,
  };
};

export const disputeOf = ({ store }: StripeAccount, { disputeId }: StripeCharge): StripeDispute | undefined =>
  disputeId === undefined ? undefined : required(store.disputes.get(disputeId), disputeId);

import { RefusedAction, refuseUnlessLeft } from "../simulator-kit/index.ts";
import { currencyOf } from "./currencies.ts";
import { isPaid, paidAttempt, type Refund, refundedOf, statusOf, type XenditLink, type XenditLinks } from "./links.ts";
import { isRefundable, methodOf } from "./methods.ts";

/** Adds a refund to a paid link. Throws `RefusedAction` if it is impossible. */
export const addRefund = (
  link: XenditLink,
  links: XenditLinks,
  wanted: { readonly amount: number | undefined; readonly reason: string; readonly reference: string | undefined },
  nowMs: number,
): Refund => {
  const paid = paidAttempt(link);
  if (paid === undefined || !isPaid(link)) {
    throw new RefusedAction(409, `The link is ${statusOf(link, nowMs)}; to be refunded it must be PAID.`);
  }
  const method = methodOf(paid.method);
  if (method === undefined || !isRefundable(method)) {
    throw new RefusedAction(409, `A payment by ${paid.method} cannot be refunded.`);
  }
  const left = link.request.amount - refundedOf(link);
  const amount = wanted.amount ?? left;
  refuseUnlessLeft(amount, left, currencyOf(link.request.currency));
  const refund: Refund = {
    id: links.newRefundId(),
    amount,
    reason: wanted.reason,
    reference: wanted.reference,
    createdAtMs: nowMs,
  };
  link.refunds.push(refund);
  links.put(link);
  return refund;
};

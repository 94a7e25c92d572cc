import type { PayableLink } from "../simulator.ts";
import type { Payment, PayOptions } from "../types.ts";

/** Pays, or ends the payment with another outcome. */
export const payWithOutcome = (payable: PayableLink, { outcome = "paid", ...choice }: PayOptions): Promise<Payment> => {
  if (outcome === "failed") return payable.fail(choice);
  if (outcome === "challenged") return payable.challenge(choice);
  return outcome === "pending" ? payable.open(choice) : payable.pay(choice);
};

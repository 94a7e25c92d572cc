import type { Sandbox } from "../../src/index.ts";
import { midtransCaller, textAt } from "../support.ts";

/** The pay page of a new link over 20,000 rupiah, of nine uses. */
export const createLink = async (sandbox: Sandbox, reference: string): Promise<string> => {
  const { json } = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: reference, gross_amount: 20_000 },
    usage_limit: 9,
  });
  return textAt(json, "payment_url");
};

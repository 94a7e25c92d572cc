import type { Sandbox } from "../../src/index.ts";
import { singapayCaller, textAt } from "../support.ts";

/** The pay page of a new link over 20,000 rupiah, of nine uses. */
export const createLink = async (sandbox: Sandbox, reference: string): Promise<string> => {
  const api = await singapayCaller(sandbox);
  const { json } = await api("POST", `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`, {
    reff_no: reference,
    title: "Concert",
    max_usage: 9,
    total_amount: 20_000,
    items: [{ name: "Ticket", quantity: 1, unit_price: 20_000 }],
    required_customer_detail: false,
  });
  return textAt(json, "data", "payment_url");
};

import type { Provider, Sandbox } from "../src/index.ts";
import { midtransCaller, singapayCaller, textAt, xfersCaller } from "./support.ts";

const creators: Readonly<Record<Provider, (sandbox: Sandbox, reference: string) => Promise<string>>> = {
  async midtrans(sandbox, reference) {
    const { json } = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
      transaction_details: { order_id: reference, gross_amount: 20_000 },
      usage_limit: 9,
    });
    return textAt(json, "payment_url");
  },
  async xfers(sandbox, referenceId) {
    const customer = { customerName: "Sari", customerEmail: "sari@example.test", customerPhoneNumber: "08" };
    const attributes = { amount: 20_000, referenceId, ...customer };
    const { json } = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
    return textAt(json, "data", "attributes", "paymentLinkUrl");
  },
  async singapay(sandbox, reference) {
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
  },
};

/** The pay page of a new link over 20,000 rupiah, of one use at Xfers and nine elsewhere. */
export const createLinkAt = (sandbox: Sandbox, provider: Provider, reference = "INV-1"): Promise<string> =>
  creators[provider](sandbox, reference);

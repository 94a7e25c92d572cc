import type { Sandbox } from "../../src/index.ts";
import { call, textAt } from "../support.ts";

/** The pay page of a new link over Rp20.000, of nine uses. */
export const createLink = async (
  { stripe: { url, credentials } }: Sandbox<"stripe">,
  reference: string,
): Promise<string> => {
  const { json } = await call(`${url}/v1/payment_links`, {
    method: "POST",
    headers: { Authorization: `Bearer ${credentials.secretKey}` },
    body: new URLSearchParams({
      "line_items[0][price_data][currency]": "idr",
      "line_items[0][price_data][unit_amount]": "2000000",
      "line_items[0][price_data][product_data][name]": "Concert",
      "line_items[0][quantity]": "1",
      "restrictions[completed_sessions][limit]": "9",
      "metadata[reference]": reference,
    }),
  });
  return textAt(json, "url");
};

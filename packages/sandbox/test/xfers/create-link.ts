import type { Sandbox } from "../../src/index.ts";
import { textAt, xfersCaller } from "../support.ts";

/** The pay page of a new link over 20,000 rupiah, of one use. */
export const createLink = async (sandbox: Sandbox, referenceId: string): Promise<string> => {
  const customer = { customerName: "Sari", customerEmail: "sari@example.test", customerPhoneNumber: "08" };
  const attributes = { amount: 20_000, referenceId, ...customer };
  const { json } = await xfersCaller(sandbox)("POST", "/api/v4/payment_links", { data: { attributes } });
  return textAt(json, "data", "attributes", "paymentLinkUrl");
};

import type { Sandbox } from "../../src/index.ts";
import { textAt } from "../support.ts";
import { xenditCaller } from "./caller.ts";

/** The pay page of a new link over 20,000 rupiah, of one use. */
export const createLink = async (sandbox: Sandbox<"xendit">, reference: string): Promise<string> => {
  const { json } = await xenditCaller(sandbox)("POST", "/v2/invoices", { external_id: reference, amount: 20_000 });
  return textAt(json, "invoice_url");
};

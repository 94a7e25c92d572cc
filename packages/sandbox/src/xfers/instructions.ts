import type { Instructions } from "../simulator-kit/index.ts";
import type { XfersLink } from "./links.ts";
import type { XfersMethod } from "./methods.ts";

const STORES = new Set(["ALFAMART", "INDOMARET"]);
const WALLETS = new Set(["OVO", "SHOPEEPAY"]);

/** The instructions of a link. The API does not return them to the merchant, so the numbers come from the link's id. */
export const instructionsOf = (link: XfersLink, { code }: XfersMethod): Instructions => {
  if (code === "QRIS") return { kind: "qris", reference: link.id.replace("paymentlink_", "") };
  if (WALLETS.has(code)) return { kind: "wallet", phone: link.attributes.customerPhoneNumber };
  if (code === "unknown") return { kind: "elsewhere" };
  const digits = BigInt(`0x${link.id.replace("paymentlink_", "")}`)
    .toString()
    .padStart(16, "0")
    .slice(-16);
  return STORES.has(code) ? { kind: "store", code: digits } : { kind: "virtual_account", number: digits };
};

import type { Instructions } from "../pages/pay-page.ts";
import type { XfersLink } from "./links.ts";
import type { XfersMethod } from "./methods.ts";

const stores = new Set(["ALFAMART", "INDOMARET"]);
const wallets = new Set(["OVO", "SHOPEEPAY"]);

/** What a link tells its payer. The API tells none of it to the merchant, so the numbers come from the link's id. */
export const instructionsOf = (link: XfersLink, { code }: XfersMethod): Instructions => {
  if (code === "QRIS") return { kind: "qris", reference: link.id.replace("paymentlink_", "") };
  if (wallets.has(code)) return { kind: "wallet", phone: link.attributes.customerPhoneNumber };
  if (code === "unknown") return { kind: "elsewhere" };
  const digits = BigInt(`0x${link.id.replace("paymentlink_", "")}`)
    .toString()
    .padStart(16, "0")
    .slice(-16);
  return stores.has(code) ? { kind: "store", code: digits } : { kind: "virtual_account", number: digits };
};

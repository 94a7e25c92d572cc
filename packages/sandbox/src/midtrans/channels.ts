import { match, P } from "ts-pattern";
import type { PersistedSet, Random } from "../simulator-kit/index.ts";
import type { LinkRequest } from "./create-request.ts";
import type { MidtransMethod } from "./methods.ts";

type Channel = Readonly<Record<string, unknown>>;

const ONLINE_BANKING = ["bca_klikbca", "bca_klikpay", "bri_epay", "cimb_clicks", "danamon_online"] as const;

/** Issues what the payer pays with. `issued` holds the virtual account numbers in use, and takes new ones. */
export const issueChannel = (
  method: MidtransMethod,
  request: LinkRequest,
  issued: PersistedSet,
  random: Random,
): Channel =>
  match(method)
    .with({ code: "permata_va" }, () => ({
      permata_va_number: issueVirtualAccount("permata", request, issued, random),
    }))
    .with({ paymentType: "bank_transfer" }, ({ bank = "" }) => ({
      va_numbers: [{ va_number: issueVirtualAccount(bank, request, issued, random), bank }],
      payment_amounts: [],
    }))
    .with({ paymentType: "echannel" }, () => ({ biller_code: "70012", bill_key: random.digits(12) }))
    .with({ paymentType: "cstore" }, ({ store }) => ({ store, payment_code: random.digits(18) }))
    .with({ paymentType: "qris" }, () => ({ acquirer: "gopay", merchant_cross_reference_id: random.uuid() }))
    .with({ paymentType: "ovo" }, () => ({ payer_phone_number: request.customer?.phone ?? "081100000000" }))
    .with({ paymentType: "credit_card" }, () => ({
      masked_card: "48111111-1114",
      bank: request.card.bank ?? "bni",
      card_type: "credit",
      ...(request.card.isSecure ? { three_ds_version: "2" } : {}),
    }))
    .otherwise(() => ({}));

/** The fields that exist only after the payment. `paidAt` is in the time format of notifications. */
export const completionOf = (method: MidtransMethod, amount: string, paidAt: string, random: Random): Channel =>
  match(method)
    .with({ bank: "bni" }, () => ({ payment_amounts: [{ paid_at: paidAt, amount }] }))
    .with({ paymentType: "credit_card" }, () => ({
      eci: "05",
      approval_code: random.digits(13),
      channel_response_code: "00",
      channel_response_message: "Approved",
    }))
    .with({ paymentType: "qris" }, () => ({ issuer: "gopay", transaction_type: "on-us" }))
    .with({ paymentType: "shopeepay" }, () => ({
      shopeepay_reference_number: random.digits(18),
      reference_id: random.uuid(),
    }))
    .with({ paymentType: "ovo" }, () => ({ merchant_invoice: `INV-${random.digits(6)}` }))
    .with({ code: P.union("indomaret", ...ONLINE_BANKING) }, () => ({ approval_code: random.digits(12) }))
    .otherwise(() => ({}));

/** The refusal of the card's bank. */
export const refusalOf = (method: MidtransMethod): Channel =>
  method.paymentType === "credit_card"
    ? { eci: "05", channel_response_code: "05", channel_response_message: "Do not honour" }
    : {};

const issueVirtualAccount = (bank: string, request: LinkRequest, issued: PersistedSet, random: Random): string => {
  const wished = request.virtualAccounts.get(bank);
  // docs.midtrans.com, Custom Virtual Account Number: a number in use is replaced without a word.
  const number = wished === undefined || issued.has(`${bank} ${wished}`) ? random.digits(16) : wished;
  issued.add(`${bank} ${number}`);
  return number;
};

import { match, P } from "ts-pattern";
import type { Instructions } from "../simulator-kit/index.ts";
import type { Transaction } from "./links.ts";

const TEXT = P.string;
const WALLETS = new Set(["gopay", "shopeepay", "dana", "ovo", "telkomsel_cash"]);

/** The instructions of a transaction, from the fields of its notifications. */
export const instructionsOf = ({ method, channel, status, id }: Transaction): Instructions =>
  match<Readonly<Record<string, unknown>>>({ ...channel, status, paymentType: method.paymentType })
    .returnType<Instructions>()
    .with({ status: "authorize" }, () => ({ kind: "authorized" }))
    .with({ paymentType: "credit_card" }, () => ({ kind: "card", isReviewable: true }))
    .with({ permata_va_number: TEXT }, ({ permata_va_number }) => account(permata_va_number))
    .with({ va_numbers: [{ va_number: TEXT }] }, ({ va_numbers: [{ va_number }] }) => account(va_number))
    .with({ bill_key: TEXT, biller_code: TEXT }, (bill) => ({
      ...account(bill.bill_key),
      billerCode: bill.biller_code,
    }))
    .with({ payment_code: TEXT }, ({ payment_code }) => ({ kind: "store", code: payment_code }))
    .with({ paymentType: "qris" }, () => ({ kind: "qris", reference: id }))
    .with({ payer_phone_number: TEXT }, ({ payer_phone_number }) => ({ kind: "wallet", phone: payer_phone_number }))
    .when(
      () => WALLETS.has(method.paymentType),
      () => ({ kind: "wallet" }),
    )
    .otherwise(() => ({ kind: "elsewhere" }));

const account = (number: string): Instructions & { readonly kind: "virtual_account" } => ({
  kind: "virtual_account",
  number,
});

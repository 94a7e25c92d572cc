import { SECOND_MS, slashedJakartaDay, spelledOutJakarta } from "../simulator-kit/index.ts";
import type { History } from "./links.ts";
import { ACCOUNT } from "./resources.ts";
import { envelope, feesOf } from "./webhooks.ts";

/** Who settles: somebody of finance who approves it, or the scheduler (docs.singapay.id, webhooks/settlement). */
export type SettledBy = "approval" | "scheduler";

// SYSTEM: in a body of production that github.com/theotheobeats/tokko-v2-backend, settlement-webhook.test.ts, has.
const APPROVERS: Readonly<Record<SettledBy, string>> = { approval: "Sandbox Finance", scheduler: "SYSTEM" };

// In references the merchant goes by a number.
const MERCHANT_NUMBER = 1;

/**
 * A batch of payments was settled: totals, and no list of the payments. The names of the fields are those of the sample that
 * github.com/Aturjadwal/singapay-ledger and another integrator have taken from webhooks/settlement; the form of what is in
 * them is that of production.
 */
export const settlementBody = (histories: readonly History[], id: number, by: SettledBy, nowMs: number): string => {
  const fees = histories.map(({ method }) => feesOf(method));
  const vendorFee = sum(fees.map(({ vendor }) => vendor));
  const margin = sum(fees.map(({ margin: ours }) => ours));
  const net = sum(histories.map(({ amount }) => amount)) - vendorFee - margin;
  const paidAtMs = histories.map((history) => history.paidAtMs ?? nowMs).toSorted((left, right) => left - right);
  const [firstMs, lastMs] = [paidAtMs.at(0) ?? nowMs, paidAtMs.at(-1) ?? nowMs];
  return envelope("settlement.completed", nowMs, {
    settlement: {
      id,
      reference_no: referenceOf(id, nowMs),
      title: `Settlement ${ACCOUNT.name} (${slashedJakartaDay(firstMs)} - ${slashedJakartaDay(lastMs)})`,
      status: "completed",
      settlement_type: "ALL",
      settlement_method: "balance",
      is_auto_created: by === "scheduler",
      start_date: `${dayOf(firstMs)} 00:00:00`,
      end_date: `${dayOf(lastMs)} 23:59:59`,
      amount: net,
      total_admin_fee: vendorFee + margin,
      total_vendor_fee: vendorFee,
      total_our_margin: margin,
      settlement_fee: 0,
      total_to_transfer: net,
      total_refunded: 0,
      currency: "IDR",
      transfer_status: null,
      approved_by: APPROVERS[by],
      approved_at: spelledOutJakarta(nowMs),
      recipient: { bank_code: null, account_number: null, account_name: null },
    },
    total_transactions: histories.length,
  });
};

/** `SETTLEMENT-{merchant}-{13 hexadecimal digits}`; the number of the batch makes it unique within a second. */
const referenceOf = (id: number, nowMs: number): string => {
  const second = Math.floor(nowMs / SECOND_MS).toString(16);
  return `SETTLEMENT-${MERCHANT_NUMBER}-${second}${id.toString(16).padStart(5, "0")}`.toUpperCase();
};

/** `15 Mar 2026` */
const dayOf = (atMs: number): string => spelledOutJakarta(atMs).slice(0, 11);

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

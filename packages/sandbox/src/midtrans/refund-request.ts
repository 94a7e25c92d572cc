import { createInputReader, type JsonObject, type Problem } from "../simulator-kit/index.ts";
import type { RefundRequest } from "./refunds.ts";

/** Reads the body of docs.midtrans.com, Refund Transactions, or returns its problem. */
export const readRefundRequest = (body: JsonObject): RefundRequest | readonly Problem[] => {
  const read = createInputReader();
  const patternMessage = "allows alphabets, numbers, dash and underscore only";
  const key = read.text("refund_key", body["refund_key"], { pattern: /^[A-Za-z0-9_-]+$/, patternMessage });
  // If it counted as absent, each retry would be another refund.
  if (body["refund_key"] === "") read.refuse("refund_key", patternMessage);
  const amount = read.integer("amount", body["amount"]);
  const reason = read.text("reason", body["reason"], { max: 255 }) ?? "";
  return read.problems.length > 0 ? read.problems : { key, amount, reason };
};

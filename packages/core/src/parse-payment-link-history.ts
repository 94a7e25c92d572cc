import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import { deriveHistory } from "./derive-history.ts";
import type { InvalidInput } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { normalised, readRecord } from "./parse-history-record.ts";
import { InputReader } from "./validation/reader.ts";
import { fields, text } from "./validation/stored.ts";

/**
 * Reads a stored history, for example from a JSON column of a database. Never throws. The status and all other fields are
 * computed again from the stored `record`, so that the rules of the current version apply. Fields and facts of a later
 * version are accepted, and merging keeps them.
 *
 * @example
 * ```ts
 * import { mergeHistories, type PaymentLinkHistory, parsePaymentLinkHistory } from "@tautan/core";
 *
 * const merged = (column: string, incoming: PaymentLinkHistory): PaymentLinkHistory => {
 *   const stored = parsePaymentLinkHistory(JSON.parse(column));
 *   if (stored.isErr()) throw new Error(stored.error.issues.map(({ path, message }) => `${path}: ${message}`).join("; "));
 *   return mergeHistories(stored.value, incoming);
 * };
 * ```
 */
export const parsePaymentLinkHistory = (input: unknown): Result<PaymentLinkHistory, InvalidInput> => {
  const reader = new InputReader();
  const stored = valueOr(() => readHistory(reader, input), undefined);
  if (stored === undefined && reader.issues.length === 0) reader.refuse("", "could not be read");
  const { issues } = reader;
  return issues.length > 0 || !stored ? err({ issues }) : ok(deriveHistory(stored.gateway, stored.record));
};

type StoredHistory = Pick<PaymentLinkHistory, "id" | "gateway" | "providerId" | "record">;

const readFields = fields({
  id: text,
  gateway: (value, reader) =>
    typeof value === "string" && isGatewayKey(value) ? value : reader.refuse("", "expected a gateway's key"),
  providerId: text,
  record: readRecord,
});

const readHistory = (reader: InputReader, input: unknown): StoredHistory | undefined => {
  const stored = readFields(input, reader);
  if (!stored || reader.issues.length > 0) return undefined;
  // Each field was read by the rule of its type, which the compiler cannot see.
  const { id, gateway, providerId, record } = stored as StoredHistory;
  if (record.providerId !== providerId) reader.refuse("record.providerId", "expected the history's providerId");
  if (joinId(gateway, providerId) !== id) reader.refuse("id", "expected the gateway's key and the provider's id");
  return { id, gateway, providerId, record: normalised(record) };
};

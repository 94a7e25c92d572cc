import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import { deriveHistory } from "./derive-history.ts";
import type { InvalidInput } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { normalised, recordReader } from "./parse-history-record.ts";
import { StoredReader } from "./validation/stored.ts";

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
  const check = new StoredReader();
  const stored = valueOr(() => readHistory(check, input), undefined);
  if (stored === undefined && check.reader.issues.length === 0) check.refuse("", "could not be read");
  const { issues } = check.reader;
  return issues.length > 0 || !stored ? err({ issues }) : ok(deriveHistory(stored.gateway, stored.record));
};

type StoredHistory = Pick<PaymentLinkHistory, "id" | "gateway" | "providerId" | "record">;

const readHistory = (check: StoredReader, input: unknown): StoredHistory | undefined => {
  const read = check.fields({
    id: check.text,
    gateway: (value, path) =>
      typeof value === "string" && isGatewayKey(value) ? value : check.refuse(path, "expected a gateway's key"),
    providerId: check.text,
    record: recordReader(check),
  });
  const stored = read(input, "");
  if (!stored || check.reader.issues.length > 0) return undefined;
  // Each field was read by the rule of its type, which the compiler cannot see.
  const { id, gateway, providerId, record } = stored as StoredHistory;
  if (record.providerId !== providerId) check.refuse("record.providerId", "expected the history's providerId");
  if (joinId(gateway, providerId) !== id) check.refuse("id", "expected the gateway's key and the provider's id");
  return { id, gateway, providerId, record: normalised(record) };
};

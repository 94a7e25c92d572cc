import type { Result } from "neverthrow";
import { deriveHistory } from "./derive-history.ts";
import type { InvalidInput } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { normalised, readRecord } from "./parse-history-record.ts";
import type { InputReader } from "./validation/reader.ts";
import { fields, readStored, text } from "./validation/stored.ts";

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
export const parsePaymentLinkHistory = (input: unknown): Result<PaymentLinkHistory, InvalidInput> =>
  readStored<StoredHistory>(input, readHistory, checkIds).map(({ gateway, record }) =>
    deriveHistory(gateway, normalised(record)),
  );

type StoredHistory = Pick<PaymentLinkHistory, "id" | "gateway" | "providerId" | "record">;

const readHistory = fields({
  id: text,
  gateway: (value, reader) =>
    typeof value === "string" && isGatewayKey(value) ? value : reader.refuse("", "expected a gateway's key"),
  providerId: text,
  record: readRecord,
});

const checkIds = ({ id, gateway, providerId, record }: StoredHistory, reader: InputReader): void => {
  if (record.providerId !== providerId) reader.refuse("record.providerId", "expected the history's providerId");
  if (joinId(gateway, providerId) !== id) reader.refuse("id", "expected the gateway's key and the provider's id");
};

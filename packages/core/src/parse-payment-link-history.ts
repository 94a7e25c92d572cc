import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import { deriveHistory } from "./derive-history.ts";
import type { InvalidInput } from "./errors.ts";
import type { HistoryRecord, PaymentLinkHistory } from "./history.ts";
import { DISPUTE_RANK, mergeRecords, REFUND_RANK, TRUST_RANK } from "./history-record.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { nameInPath } from "./validation/reader.ts";
import { optional, type Read, StoredReader } from "./validation/stored.ts";

/**
 * Reads a stored history, for example from a JSON column of a database. Never throws. The status and all other fields are
 * computed again from the stored `record`, so that the rules of the current version apply. Fields and facts of a later
 * version are accepted. Merging keeps the facts of attempts.
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
  // Merging sorts the lists and removes repeated entries.
  const merged = mergeRecords({ providerId, ...EMPTY_LISTS }, record);
  return { id, gateway, providerId, record: Object.freeze({ ...record, ...merged }) };
};

const EMPTY_LISTS: Omit<HistoryRecord, "providerId" | "refundedTotal"> = {
  otherIds: [],
  linkProviderIds: [],
  linkReferences: [],
  amounts: [],
  attempts: [],
  refunds: [],
  disputes: [],
  notes: [],
};

const recordReader = (check: StoredReader): Read => {
  const { text, instant, money, method, fields, list, oneOf } = check;
  const reported = (read: Read): Read => list(fields({ value: read, trust: oneOf(Object.keys(TRUST_RANK)) }));
  const phased = (ranks: object): Read =>
    list(
      extensible(
        fields({ id: text, phase: oneOf(Object.keys(ranks)), amount: optional(money), at: optional(instant) }),
      ),
    );
  const attempt = fields({
    id: text,
    facts: factsReader(check),
    methods: reported(method),
    expiresAt: reported(instant),
    reversibleUntil: reported(instant),
  });
  return extensible(
    fields({
      providerId: text,
      otherIds: list(text),
      linkProviderIds: reported(text),
      linkReferences: reported(text),
      amounts: reported(money),
      attempts: list(extensible(attempt)),
      refunds: phased(REFUND_RANK),
      refundedTotal: optional(money),
      disputes: phased(DISPUTE_RANK),
      notes: list(text),
    }),
  );
};

/** Facts under any names: a later version may know more. */
const factsReader = (check: StoredReader): Read => {
  const fact = check.fields({ at: optional(check.instant) });
  return (value, path) => {
    const facts = check.reader.anyObject(value, path);
    const read = Object.entries(facts ?? {}).map(([name, each]) => [name, fact(each, `${path}.${nameInPath(name)}`)]);
    return facts && Object.freeze(Object.fromEntries(read));
  };
};

/** Keeps the fields that only a later version knows. */
const extensible =
  (read: Read): Read =>
  (value, path) => {
    const known = read(value, path);
    return known && Object.freeze({ ...omitUndefined(value as object), ...known });
  };

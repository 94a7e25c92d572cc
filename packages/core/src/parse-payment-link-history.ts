import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import { deriveHistory } from "./derive-history.ts";
import type { InvalidInput } from "./errors.ts";
import type { HistoryRecord, PaymentLinkHistory, Trust } from "./history.ts";
import { mergeRecords } from "./history-record.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { nameInPath } from "./validation/reader.ts";
import { optional, type Read, StoredReader } from "./validation/stored.ts";

const TRUSTS: readonly Trust[] = ["read", "signed", "partly_signed", "token", "unsigned"];

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

interface StoredHistory {
  readonly id: string;
  readonly gateway: string;
  readonly providerId: string;
  readonly record: HistoryRecord;
}

const readHistory = (check: StoredReader, input: unknown): StoredHistory | undefined => {
  const fields = check.fields(input, "", {
    id: check.text,
    gateway: (value, path) =>
      typeof value === "string" && isGatewayKey(value) ? value : check.refuse(path, "expected a gateway's key"),
    providerId: check.text,
    record: (value, path) => readRecord(check, value, path),
  });
  if (!fields || check.reader.issues.length > 0) return undefined;
  // Each field was read by the rule of its type, which the compiler cannot see.
  const stored = fields as unknown as StoredHistory;
  const { id, gateway, providerId, record } = stored;
  if (record.providerId !== providerId) check.refuse("record.providerId", "expected the history's providerId");
  if (joinId(gateway, providerId) !== id) check.refuse("id", "expected the gateway's key and the provider's id");
  // Merging sorts the lists and removes repeated entries.
  return { ...stored, record: Object.freeze({ ...record, ...mergeRecords({ providerId, ...EMPTY_LISTS }, record) }) };
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

const readRecord = (check: StoredReader, value: unknown, path: string): object | undefined => {
  const { text, instant, money, method } = check;
  const listOf =
    (read: Read): Read =>
    (list, at) =>
      check.list(list, at, read);
  const reported = (read: Read): Read =>
    listOf((each, at) => check.fields(each, at, { value: read, trust: check.oneOf(TRUSTS) }));
  const phased = (phases: readonly string[]): Read =>
    listOf((each, at) =>
      withLater(
        each,
        check.fields(each, at, {
          id: text,
          phase: check.oneOf(phases),
          amount: optional(money),
          at: optional(instant),
        }),
      ),
    );
  const readAttempt: Read = (each, at) =>
    withLater(
      each,
      check.fields(each, at, {
        id: text,
        facts: (facts, factsAt) => readFacts(check, facts, factsAt),
        methods: reported(method),
        expiresAt: reported(instant),
        reversibleUntil: reported(instant),
      }),
    );
  return withLater(
    value,
    check.fields(value, path, {
      providerId: text,
      otherIds: listOf(text),
      linkProviderIds: reported(text),
      linkReferences: reported(text),
      amounts: reported(money),
      attempts: listOf(readAttempt),
      refunds: phased(["requested", "succeeded", "failed"]),
      refundedTotal: optional(money),
      disputes: phased(["opened", "won", "lost"]),
      notes: listOf(text),
    }),
  );
};

/** Facts under any names: a later version may know more. */
const readFacts = (check: StoredReader, value: unknown, path: string): object | undefined => {
  const facts = check.object(value, path);
  if (!facts) return undefined;
  const read = Object.entries(facts).map(([name, fact]) => {
    const at = `${path}.${nameInPath(name)}`;
    return [name, check.fields(fact, at, { at: optional(check.instant) })] as const;
  });
  return Object.freeze(Object.fromEntries(read));
};

/** Keeps the fields that only a later version knows. */
const withLater = (given: unknown, read: object | undefined): object | undefined =>
  read && Object.freeze({ ...omitUndefined(given as object), ...read });

import { err, ok, type Result } from "neverthrow";
import { deriveHistory } from "./derive-history.ts";
import type { Issue } from "./errors.ts";
import type { HistoryRecord, PaymentLinkHistory, Trust } from "./history.ts";
import { mergeRecords } from "./history-record.ts";
import { isGatewayKey, joinId } from "./identifiers.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { nameInPath } from "./validation/reader.ts";
import { optional, type Read, StoredReader } from "./validation/stored.ts";

/** Why a value is not a valid history. */
export interface InvalidPaymentLinkHistory {
  readonly issues: readonly Issue[];
}

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
export const parsePaymentLinkHistory = (input: unknown): Result<PaymentLinkHistory, InvalidPaymentLinkHistory> => {
  const check = new StoredReader();
  const stored = readable(() => readHistory(check, input));
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
    record: (value, path) => readEvidence(check, value, path),
  });
  if (!fields || check.reader.issues.length > 0) return undefined;
  // Every field was read by the rule of its type, which the rules do not tell the compiler.
  const stored = fields as unknown as StoredHistory;
  const { id, gateway, providerId, record } = stored;
  if (record.providerId !== providerId) check.refuse("record.providerId", "expected the history's providerId");
  if (joinId(gateway, providerId) !== id) check.refuse("id", "expected the gateway's key and the provider's id");
  // In order, and each only once, as merging leaves them.
  const {
    aliases,
    linkProviderIds,
    linkReferences,
    amounts,
    attempts,
    refunds,
    disputes,
    notes,
    refundedTotal: _,
    ...later
  } = record;
  const lists = { aliases, linkProviderIds, linkReferences, amounts, attempts, refunds, disputes, notes };
  const empty = Object.fromEntries(Object.keys(lists).map((name) => [name, []]));
  const merged = mergeRecords({ providerId, ...empty } as unknown as HistoryRecord, record);
  return { ...stored, record: Object.freeze({ ...later, ...merged }) };
};

const readEvidence = (check: StoredReader, value: unknown, path: string): object | undefined => {
  const { text, instant, money, method } = check;
  const listOf =
    (read: Read): Read =>
    (list, at) =>
      check.list(list, at, read);
  const claims = (read: Read): Read =>
    listOf((claim, at) => check.fields(claim, at, { value: read, trust: check.oneOf(TRUSTS) }));
  const happened = (phases: readonly string[]): Read =>
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
        methods: claims(method),
        expiresAt: claims(instant),
        reversibleUntil: claims(instant),
      }),
    );
  return withLater(
    value,
    check.fields(value, path, {
      providerId: text,
      aliases: listOf(text),
      linkProviderIds: claims(text),
      linkReferences: claims(text),
      amounts: claims(money),
      attempts: listOf(readAttempt),
      refunds: happened(["requested", "succeeded", "failed"]),
      refundedTotal: optional(money),
      disputes: happened(["opened", "won", "lost"]),
      notes: listOf(text),
    }),
  );
};

/** Facts by whatever names: a later version may know more. */
const readFacts = (check: StoredReader, value: unknown, path: string): object | undefined => {
  const facts = check.object(value, path);
  if (!facts) return undefined;
  const read = Object.entries(facts).map(([name, fact]) => {
    const at = `${path}.${nameInPath(name)}`;
    return [name, check.fields(fact, at, { at: optional(check.instant) })] as const;
  });
  return Object.freeze(Object.fromEntries(read));
};

/** What was read, with the fields that only a later version knows. */
const withLater = (given: unknown, read: object | undefined): object | undefined =>
  read && Object.freeze({ ...omitUndefined(given as object), ...read });

/** Getters of a caller's object may throw. */
const readable = <T>(read: () => T | undefined): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import type { InvalidInput } from "./errors.ts";
import type { HistoryRecord, Trust } from "./history.ts";
import { mergeRecords } from "./history-record.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { nameInPath } from "./validation/reader.ts";
import { optional, type Read, StoredReader } from "./validation/stored.ts";

const TRUSTS: readonly Trust[] = ["read", "signed", "partly_signed", "token", "unsigned"];

/**
 * Reads a stored record, for example from a JSON column of a database. Never throws. Fields and facts of a later version are
 * accepted, and merging keeps them.
 */
export const parseHistoryRecord = (input: unknown): Result<HistoryRecord, InvalidInput> => {
  const check = new StoredReader();
  const record = valueOr(() => readRecord(check, input, ""), undefined);
  if (record === undefined && check.reader.issues.length === 0) check.refuse("", "could not be read");
  const { issues } = check.reader;
  // Each field was read by the rule of its type, which the compiler cannot see.
  return issues.length > 0 ? err({ issues }) : ok(normalised(record as HistoryRecord));
};

/** The same record with its lists sorted and without repeated entries, as merging leaves it. */
export const normalised = (record: HistoryRecord): HistoryRecord =>
  mergeRecords({ providerId: record.providerId, ...EMPTY_LISTS }, record);

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

/** Checks the form of a record. What it returns is a `HistoryRecord` if there are no issues. */
export const readRecord = (check: StoredReader, value: unknown, path: string): object | undefined => {
  const { text, instant, money, method } = check;
  const listOf =
    (read: Read): Read =>
    (list, at) =>
      check.list(list, at, read);
  const reported = (read: Read): Read =>
    listOf((each, at) => withLater(each, check.fields(each, at, { value: read, trust: check.oneOf(TRUSTS) })));
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
    return [name, withLater(fact, check.fields(fact, at, { at: optional(check.instant) }))] as const;
  });
  return Object.freeze(Object.fromEntries(read));
};

/** Keeps the fields that only a later version knows. */
const withLater = (given: unknown, read: object | undefined): object | undefined =>
  read && Object.freeze({ ...omitUndefined(given as object), ...read });

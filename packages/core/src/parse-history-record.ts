import { err, ok, type Result } from "neverthrow";
import { valueOr } from "./contained.ts";
import type { InvalidInput } from "./errors.ts";
import type { HistoryRecord } from "./history.ts";
import { DISPUTE_RANK, mergeRecords, REFUND_RANK, TRUST_RANK } from "./history-record.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { nameInPath } from "./validation/reader.ts";
import { optional, type Read, StoredReader } from "./validation/stored.ts";

/**
 * Reads a stored record, for example from a JSON column of a database. Never throws. Fields and facts of a later version are
 * accepted, and merging keeps them.
 */
export const parseHistoryRecord = (input: unknown): Result<HistoryRecord, InvalidInput> => {
  const check = new StoredReader();
  const record = valueOr(() => recordReader(check)(input, ""), undefined);
  if (record === undefined && check.reader.issues.length === 0) check.refuse("", "could not be read");
  const { issues } = check.reader;
  // Each field was read by the rule of its type, which the compiler cannot see.
  return issues.length > 0 ? err({ issues }) : ok(normalised(record as HistoryRecord));
};

/** The same record with its lists sorted and without repeated entries, as merging leaves it. */
export const normalised = (record: HistoryRecord): HistoryRecord =>
  mergeRecords({ providerId: record.providerId, ...EMPTY_LISTS }, record);

const EMPTY_LISTS: Omit<HistoryRecord, "providerId" | "refundedTotal" | "tips"> = {
  otherIds: [],
  linkProviderIds: [],
  linkReferences: [],
  amounts: [],
  attempts: [],
  refunds: [],
  disputes: [],
  notes: [],
};

/** Reads the form of a record. The result is a `HistoryRecord` if there are no issues. */
export const recordReader = (check: StoredReader): Read => {
  const { text, instant, money, method, fields, list, oneOf } = check;
  const reported = (read: Read): Read =>
    list(extensible(fields({ value: read, trust: oneOf(Object.keys(TRUST_RANK)) })));
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
      tips: optional(reported(money)),
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
  const fact = extensible(check.fields({ at: optional(check.instant) }));
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

import type { Result } from "neverthrow";
import type { InvalidInput } from "./errors.ts";
import type { HistoryRecord } from "./history.ts";
import { DISPUTE_RANK, mergeRecords, REFUND_RANK, TRUST_RANK } from "./history-record.ts";
import { oneOf, optional, type Read } from "./validation/reader.ts";
import { anyFields, extensible, fields, instant, list, method, money, readStored, text } from "./validation/stored.ts";

/**
 * Reads a stored record, for example from a JSON column of a database. Never throws. Fields and facts of a later version are
 * accepted, and merging keeps them.
 */
export const parseHistoryRecord = (input: unknown): Result<HistoryRecord, InvalidInput> =>
  readStored<HistoryRecord>(input, readRecord).map(normalised);

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

const reported = (read: Read): Read => list(extensible(fields({ value: read, trust: oneOf(Object.keys(TRUST_RANK)) })));

const phased = (ranks: object): Read =>
  list(
    extensible(fields({ id: text, phase: oneOf(Object.keys(ranks)), amount: optional(money), at: optional(instant) })),
  );

const attempt: Read = fields({
  id: text,
  // Under any names: a later version may know more.
  facts: anyFields(extensible(fields({ at: optional(instant) }))),
  methods: reported(method),
  expiresAt: reported(instant),
  reversibleUntil: reported(instant),
});

/** Reads the form of a record. The result is a `HistoryRecord` if there are no issues. */
export const readRecord: Read = extensible(
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

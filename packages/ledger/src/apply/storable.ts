import type { PaymentLinkHistory } from "@tautan/core";
import { deriveHistory, parseHistoryRecord } from "@tautan/core/driver";

// PostgreSQL stores no NUL in texts, and no half of a surrogate pair in JSON. Whoever sends one must not stop the ledger.

/** A text as every database can store it. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");

/** Escapes in JSON that PostgreSQL refuses. JSON.stringify writes whole pairs as they are, so that each escape is half of one. */
const UNSTORABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** JSON as every database can store it. */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  return UNSTORABLE.test(json) ? JSON.stringify(storable(JSON.parse(json))) : json;
};

/** The names of fields too: they can come from a provider. */
const storable = (value: unknown): unknown => {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value)
    ? value.map(storable)
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [storableText(name), storable(each)]));
};

/** A history that is stored and read again without a difference, so that the same report is seen to be the same. */
export const storableHistory = (history: PaymentLinkHistory): PaymentLinkHistory =>
  UNSTORABLE.test(JSON.stringify(history.record))
    ? deriveHistory(history.gateway, JSON.parse(storableJson(history.record)) as PaymentLinkHistory["record"])
    : history;

/** Why a history could not be read again if it were stored; `undefined` if it can be. */
export const problemOf = ({ record }: PaymentLinkHistory): string | undefined => {
  const parsed = parseHistoryRecord(record);
  if (parsed.isOk()) return undefined;
  const issues = parsed.error.issues.map(({ path, message }) => `${path}: ${message}`);
  return `a payment in another form than core defines: ${issues.join("; ")}`;
};

/** A provider's id as it is stored: as in the ids of core, so that it is plain ASCII. */
export const storedId = (providerId: string): string => encodeURIComponent(providerId.toWellFormed());

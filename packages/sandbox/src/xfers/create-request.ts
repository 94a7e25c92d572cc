import {
  createInputReader,
  type InputReader,
  type JsonObject,
  momentOf,
  type Problem,
} from "../simulator-kit/index.ts";

/** The attributes of a create request that keep the rules of docs.fazz.com, v4-ID, Payment Link via API. */
export interface LinkAttributes {
  /** Whole rupiah. */
  readonly amount: number;
  readonly referenceId: string;
  readonly description: string | undefined;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly customerPhoneNumber: string;
  readonly expiresAtMs: number | undefined;
  readonly displayName: string | undefined;
}

// docs.fazz.com, Create payment: the characters allowed in referenceId and description.
const PRINTABLE = {
  pattern: /^[ !#-;=?-[\]-~]+$/,
  patternMessage: 'must be printable ASCII without ", <, > and \\',
} as const;

/** Reads the envelope of a create request, or returns all its problems. */
export const readLinkAttributes = (body: JsonObject, nowMs: number): LinkAttributes | readonly Problem[] => {
  const reader = createInputReader();
  const data = reader.record("data", body["data"], { required: true }) ?? {};
  const sent = reader.record("data.attributes", data["attributes"], { required: true }) ?? {};
  if (reader.problems.length > 0) return reader.problems;
  const options = reader.record("paymentMethodOptions", sent["paymentMethodOptions"]) ?? {};
  const text = (name: string): string => reader.text(name, sent[name], { required: true, max: 255 }) ?? "";
  const attributes = {
    referenceId: reader.text("referenceId", sent["referenceId"], { required: true, max: 255, ...PRINTABLE }) ?? "",
    description: reader.text("description", sent["description"], { max: 255, ...PRINTABLE }),
    customerName: text("customerName"),
    customerEmail: readEmail(reader, sent["customerEmail"]),
    customerPhoneNumber: text("customerPhoneNumber"),
    expiresAtMs: readExpiredAt(reader, sent["expiredAt"], nowMs),
    displayName: reader.text("paymentMethodOptions.displayName", options["displayName"], { max: 255 }),
    // Payment Link via API, sample request: a JSON number, never a string.
    amount: reader.integer("amount", sent["amount"], { required: true, min: 1 }) ?? 0,
  };
  return reader.problems.length > 0 ? reader.problems : attributes;
};

const readEmail = (reader: InputReader, value: unknown): string => {
  const rules = { required: true, max: 255, pattern: /^[^\s@]+@[^\s@]+$/, patternMessage: "must be an email address" };
  return reader.text("customerEmail", value, rules) ?? "";
};

const readExpiredAt = (reader: InputReader, value: unknown, nowMs: number): number | undefined => {
  const written = reader.text("expiredAt", value);
  if (written === undefined) return undefined;
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(written) ?? [];
  // All times of the API are Jakarta's, and so is a time without an offset.
  const expiresAtMs = date && time ? momentOf(date, time, offset ?? "+07:00") : undefined;
  if (expiresAtMs === undefined) return reader.refuse("expiredAt", "must be an ISO 8601 time");
  return expiresAtMs > nowMs ? expiresAtMs : reader.refuse("expiredAt", "must be in the future");
};

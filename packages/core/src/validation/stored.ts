import { toInstant } from "../instant.ts";
import { canonicalDecimal, readMoney } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkWarning } from "../payment-link.ts";
import { PAYMENT_METHOD_KINDS } from "../payment-method.ts";
import { type InputReader, kindOf, nameInPath } from "./reader.ts";

/**
 * Reads one field of a stored value, or adds an issue to the reader. The path of an issue is that inside of the field: whoever reads
 * the object around it puts it under the field's name, so that nothing is done for the paths of a value without issues.
 *
 * Results are frozen; unknown fields are dropped unless a rule keeps them.
 */
export type Read = (value: unknown, reader: InputReader) => unknown;

export const optional =
  (read: Read): Read =>
  (value, reader) =>
    value === undefined ? undefined : read(value, reader);

export const text: Read = (value, reader) =>
  typeof value === "string" ? value : reader.refuse("", `expected text, got ${kindOf(value)}`);

export const flag: Read = (value, reader) =>
  typeof value === "boolean" ? value : reader.refuse("", `expected true or false, got ${kindOf(value)}`);

export const count: Read = (value, reader) => reader.wholeNumber(value, "", 0);

export const instant: Read = (value, reader) =>
  typeof value === "string" && toInstant(value) === value
    ? value
    : reader.refuse("", "expected an instant of the form 2026-01-31T10:00:00.000Z");

export const decimal: Read = (value, reader) =>
  typeof value === "string" && canonicalDecimal(value) === value
    ? value
    : reader.refuse("", "expected a canonical decimal string");

export const money: Read = (value, reader) => {
  const parsed = readMoney(value);
  return parsed && parsed.amount === (value as { amount: unknown }).amount
    ? parsed
    : reader.refuse("", "expected { amount, currency } with a canonical decimal string");
};

export const oneOf =
  (known: readonly string[]): Read =>
  (value, reader) =>
    known.find((each) => each === value) ?? reader.refuse("", `expected one of ${known.join(", ")}`);

export const list =
  (read: Read): Read =>
  (value, reader) => {
    if (!Array.isArray(value)) return reader.refuse("", `expected a list, got ${kindOf(value)}`);
    const items: unknown[] = [];
    // Not `map`, which skips the holes of a sparse list.
    for (let index = 0; index < value.length; index += 1) {
      const before = reader.issues.length;
      items.push(read(value[index], reader));
      if (reader.issues.length > before) reader.putUnder(`[${index}]`, before);
    }
    return Object.freeze(items);
  };

export const fields = (reads: Readonly<Record<string, Read>>): Read => {
  const entries = Object.entries(reads);
  return (value, reader) => {
    const given = reader.anyObject(value, "");
    if (!given) return undefined;
    const read: Record<string, unknown> = {};
    for (const [name, readField] of entries) {
      const before = reader.issues.length;
      const field = readField(given[name], reader);
      if (reader.issues.length > before) reader.putUnder(name, before);
      if (field !== undefined) read[name] = field;
    }
    return Object.freeze(read);
  };
};

/** Fields of any name, each of which is read in the same way. */
export const anyFields =
  (read: Read): Read =>
  (value, reader) => {
    const given = reader.anyObject(value, "");
    if (!given) return undefined;
    const entries = Object.entries(given);
    for (const entry of entries) {
      const before = reader.issues.length;
      entry[1] = read(entry[1], reader);
      if (reader.issues.length > before) reader.putUnder(nameInPath(entry[0]), before);
    }
    return Object.freeze(Object.fromEntries(entries));
  };

/** Keeps the fields that only a later version knows. */
export const extensible =
  (read: Read): Read =>
  (value, reader) => {
    const known = read(value, reader) as object | undefined;
    if (!known || Object.keys(value as object).every((name) => Object.hasOwn(known, name))) return known;
    return Object.freeze({ ...omitUndefined(value as object), ...known });
  };

export const method: Read = fields({
  kind: oneOf(PAYMENT_METHOD_KINDS),
  channel: optional(text),
  raw: optional(text),
});

const WARNING_CODES: readonly LinkWarning["code"][] = ["omitted", "adjusted", "provider_contacts_customer", "doubtful"];

export const warnings: Read = list(fields({ code: oneOf(WARNING_CODES), field: text, message: text }));

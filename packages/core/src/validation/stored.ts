import { err, ok, type Result } from "neverthrow";
import { valueOr } from "../contained.ts";
import type { InvalidInput } from "../errors.ts";
import { toInstant } from "../instant.ts";
import { canonicalDecimal, readMoney } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkWarning } from "../payment-link.ts";
import { PAYMENT_METHOD_KINDS } from "../payment-method.ts";
import { InputReader, kindOf, nameInPath, oneOf, optional, type Read, readItems } from "./reader.ts";

// Rules of stored values. Results are frozen; unknown fields are dropped unless a rule keeps them.

/** Reads a stored value by a rule and, if there are no issues, checks it as a whole. Never throws. The compiler cannot see that the rule reads a `T`. */
export const readStored = <T>(
  input: unknown,
  rule: Read,
  check: (value: T, reader: InputReader) => void = () => {},
): Result<T, InvalidInput> => {
  const reader = new InputReader();
  const { issues } = reader;
  const value = valueOr(() => rule(input, reader), undefined) as T | undefined;
  if (value !== undefined && issues.length === 0) check(value, reader);
  else if (issues.length === 0) reader.refuse("", "could not be read");
  return issues.length > 0 ? err({ issues }) : ok(value as T);
};

export const text: Read = (value, reader) =>
  typeof value === "string" ? value : reader.refuse("", `expected text, got ${kindOf(value)}`);

export const flag: Read = (value, reader) =>
  typeof value === "boolean" ? value : reader.refuse("", `expected true or false, got ${kindOf(value)}`);

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

export const list =
  (read: Read): Read =>
  (value, reader) =>
    Object.freeze(readItems(value, reader, read));

export const fields = (rules: Readonly<Record<string, Read>>): Read => {
  const entries = Object.entries(rules);
  return (value, reader) => {
    const given = reader.anyObject(value);
    return given && Object.freeze(reader.fields(given, entries));
  };
};

/** Fields of any name, each of which is read in the same way. */
export const anyFields =
  (read: Read): Read =>
  (value, reader) => {
    const entries = Object.entries(reader.anyObject(value) ?? {});
    for (const entry of entries) entry[1] = reader.part(nameInPath(entry[0]), entry[1], read);
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

// Bodies of the type application/x-www-form-urlencoded. A separate entry point, because most providers take JSON.
import { type DriverError, invalidRequest } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { WrittenBody } from "./send.ts";

/**
 * A value of a form. `undefined` is left out, and so are an empty list and an empty object. `null` is written like the empty
 * text, with which some providers clear a field.
 */
export type FormValue = string | number | bigint | boolean | null | undefined | readonly FormValue[] | FormFields;

export interface FormFields {
  readonly [name: string]: FormValue;
}

const HEADERS = { "content-type": "application/x-www-form-urlencoded" } as const;

const MAX_DEPTH = 16;

/**
 * Writes fields as a form: nested ones in brackets, lists by index, booleans as `true` and `false`. Fields are sorted by name
 * and lists keep their order, so that equal fields are the same bytes.
 *
 * An error, with the place of the field, if a name or text cannot be written: an empty name, a name with a bracket, half a
 * surrogate pair. Throws `TypeError` for values that have no form, such as a function, a `Date` or `NaN`: a defect of the driver.
 *
 * @example
 * ```ts
 * import { formBody } from "@tautan/driver-kit/form";
 *
 * formBody({ line_items: [{ price: "price_1", quantity: 2 }], active: false, restrictions: "" });
 * // ok: active=false&line_items[0][price]=price_1&line_items[0][quantity]=2&restrictions=
 * ```
 */
export const formBody = (fields: FormFields): Result<WrittenBody, DriverError> => {
  const pairs: string[] = [];
  const problem = write(fields, "", [], pairs);
  return problem ? err(problem) : ok({ headers: HEADERS, text: pairs.join("&") });
};

/** Adds the pairs of a value under its encoded name. Returns the error of the first that cannot be written. */
const write = (value: FormValue, name: string, path: readonly string[], pairs: string[]): DriverError | undefined => {
  if (value === undefined) return undefined;
  if (value === null || typeof value !== "object") {
    const text = textOf(value, path);
    if (!text.isWellFormed()) return refused(path, "expected a text without half a surrogate pair");
    pairs.push(`${name}=${encoded(text)}`);
    return undefined;
  }
  if (path.length === MAX_DEPTH) throw new TypeError(`a form has at most ${MAX_DEPTH} levels`);
  for (const key of namesOf(value, path)) {
    const each = (value as FormFields)[key];
    if (each === undefined) continue;
    const at = [...path, key];
    const isGood = key !== "" && !/[[\]]/.test(key) && key.isWellFormed();
    if (!isGood) return refused(at, "expected a name of a field without brackets");
    const problem = write(each, path.length === 0 ? encoded(key) : `${name}[${encoded(key)}]`, at, pairs);
    if (problem) return problem;
  }
  return undefined;
};

const namesOf = (value: object, path: readonly string[]): readonly string[] => {
  if (Array.isArray(value)) {
    // Without the check, the elements after it would have other places than in the list.
    if (Array.from<unknown>(value).includes(undefined))
      throw new TypeError(`${shown(path)}: a list of a form has no holes`);
    return value.map((_, index) => String(index));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${shown(path)}: expected plain data`);
  return Object.keys(value).sort();
};

const textOf = (value: unknown, path: readonly string[]): string => {
  if (value === null) return "";
  const text = typeof value === "string" || typeof value === "boolean" ? String(value) : numberText(value);
  if (text === undefined) throw new TypeError(`${shown(path)}: expected a text, a number, true or false`);
  return text;
};

/** A number in digits; `undefined` for `NaN`, an infinity, or a number that would be written with an exponent. */
const numberText = (value: unknown): string | undefined => {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : "";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? text : undefined;
};

const shown = (path: readonly string[]): string => path.join(".") || "the form";

const refused = (path: readonly string[], message: string): DriverError =>
  invalidRequest("the request", [{ path: shown(path), message }]);

const PLAIN = /^[\w.~-]*$/;

/** Also escapes what `encodeURIComponent` leaves and the URL standard's form does not. */
const encoded = (text: string): string =>
  PLAIN.test(text)
    ? text
    : encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

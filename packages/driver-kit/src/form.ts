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

/** The maximum depth of nested fields. */
const MAX_DEPTH = 16;

type Pair = readonly [name: string, value: string];

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
export const formBody = (fields: FormFields): Result<WrittenBody, DriverError> =>
  pairsOf(fields, []).map((pairs) => ({
    headers: HEADERS,
    text: pairs.map(([name, value]) => `${name}=${value}`).join("&"),
  }));

const pairsOf = (value: FormValue, path: readonly string[]): Result<readonly Pair[], DriverError> => {
  if (value === undefined) return ok([]);
  if (value === null || typeof value !== "object") {
    const text = textOf(value, path);
    if (!text.isWellFormed()) return refused(path, "expected a text without half a surrogate pair");
    return ok([[nameOf(path.map(encoded)), encoded(text)]]);
  }
  if (path.length === MAX_DEPTH) throw new TypeError(`a form has at most ${MAX_DEPTH} levels`);
  const pairs: Pair[] = [];
  for (const [name, each] of entriesOf(value, path)) {
    if (each === undefined) continue;
    const isGood = name !== "" && !/[[\]]/.test(name) && name.isWellFormed();
    if (!isGood) return refused([...path, name], "expected a name of a field without brackets");
    const inner = pairsOf(each, [...path, name]);
    if (inner.isErr()) return inner;
    pairs.push(...inner.value);
  }
  return ok(pairs);
};

const nameOf = ([first = "", ...rest]: readonly string[]): string => first + rest.map((each) => `[${each}]`).join("");

const entriesOf = (value: object, path: readonly string[]): readonly (readonly [string, FormValue])[] => {
  if (Array.isArray(value)) {
    // Without the check, the elements after it would have other places than in the list.
    if (Array.from<unknown>(value).includes(undefined))
      throw new TypeError(`${shown(path)}: a list of a form has no holes`);
    return value.map((each: FormValue, index) => [String(index), each]);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${shown(path)}: expected plain data`);
  return Object.entries(value as FormFields).toSorted(([left], [right]) => (left < right ? -1 : 1));
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

const refused = (path: readonly string[], message: string): Result<never, DriverError> =>
  err(invalidRequest("the request", [{ path: shown(path), message }]));

/** Also escapes what `encodeURIComponent` leaves and the URL standard's form does not. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

// The form of a JSON body that SingaPay signs: keys sorted, no white space, slashes and unicode as they are. An empty object
// is written as an empty list, because the documented PHP decodes to arrays, which do not tell the two apart. Source:
// docs.singapay.id, api-reference/webhooks/security-and-signature.

/** How deep PHP's `json_decode` reads. */
const MAX_DEPTH = 512;

/** The canonical form of a parsed body; `undefined` where it is nested deeper than SingaPay could have read it. */
export const canonicalJson = (value: unknown): string | undefined => append("", value, 0);

/**
 * The canonical form of a body with its numbers as they were written: `75000.00` stays, where `JSON.parse` makes 75000 of
 * it. `undefined` where the text is not JSON or nested too deep.
 */
export const canonicalJsonAsWritten = (text: string): string | undefined => {
  try {
    return canonicalJson(
      JSON.parse(text, function reviver(this: unknown, _key: string, value: unknown, context?: { source?: string }) {
        return typeof value === "number" ? new WrittenNumber(context?.source ?? JSON.stringify(value)) : value;
      } as (key: string, value: unknown) => unknown),
    );
  } catch {
    return undefined;
  }
};

/**
 * A form with line terminators U+2028 and U+2029 escaped: PHP does so unless told otherwise, even where it leaves all other
 * unicode as it is. They stand in texts alone. Source: php.net, JSON constants, JSON_UNESCAPED_LINE_TERMINATORS.
 */
export const withEscapedLineTerminators = (form: string): string =>
  form.replace(/[\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16)}`);

class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Appends to one growing text, so that the work grows with the size and not with size times depth. */
const append = (before: string, value: unknown, depth: number): string | undefined => {
  if (typeof value === "string") return before + quoted(value);
  if (value instanceof WrittenNumber) return before + value.text;
  if (typeof value !== "object" || value === null) return before + String(value);
  if (depth === MAX_DEPTH) return undefined;
  const isList = Array.isArray(value);
  const keys = isList ? [...value.keys()] : Object.keys(value).toSorted(byBytes);
  if (keys.length === 0) return `${before}[]`;
  let text = before;
  let open = isList ? "[" : "{";
  for (const key of keys) {
    const child = (value as Readonly<Record<PropertyKey, unknown>>)[key];
    const appended = append(text + open + (typeof key === "string" ? `${quoted(key)}:` : ""), child, depth + 1);
    if (appended === undefined) return undefined;
    text = appended;
    open = ",";
  }
  return text + (isList ? "]" : "}");
};

/** Most texts need no escapes, and looking for them takes less time than `JSON.stringify`. */
const quoted = (text: string): string => (NEEDS_ESCAPES.test(text) ? JSON.stringify(text) : `"${text}"`);

const NEEDS_ESCAPES = /["\\\p{Cc}\p{Cs}]/u;

/** The order of two texts' UTF-8 bytes. It is that of their UTF-16 units, but for characters beyond the first plane. */
const byBytes = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Surrogates, which stand for the characters beyond the first plane, rank above all others. */
const rank = (unit: number): number => (unit >= SURROGATES && unit < AFTER_SURROGATES ? unit + 0x10000 : unit);

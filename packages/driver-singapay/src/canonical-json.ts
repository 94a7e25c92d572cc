// The forms of a JSON body that SingaPay may have signed: keys sorted, no white space, slashes and unicode as they are. An
// empty object is written as an empty list, because the documented PHP decodes both to arrays.
// Source: https://docs.singapay.id/api-reference/webhooks/security-and-signature.
import { escapeInJson, parseNumbersAsWritten, type Spelling, spellJson } from "@tautan/driver-kit/http";

/** The maximum depth of PHP's `json_decode`. */
const MAX_DEPTH = 512;

const spellingOf = (maxLength: number, isPlain = false): Spelling => ({
  isPlain,
  maxDepth: MAX_DEPTH,
  maxLength,
  sortKeys: isPlain ? sortByUnits : sortByBytes,
  emptyObject: "[]",
});

/**
 * The canonical form of a parsed body; `undefined` if it is nested deeper than SingaPay could have read it, or longer than
 * `maxLength`. `isPlain` is whether no text of it needs escapes.
 */
export const canonicalJson = (
  value: unknown,
  maxLength: number = Number.POSITIVE_INFINITY,
  isPlain = false,
): string | undefined => spellJson(value, spellingOf(maxLength, isPlain));

/**
 * The canonical form of a body with its numbers as they were written: `75000.00`, which `JSON.parse` reads as 75000.
 * `undefined` if the text is not JSON or nested too deep.
 */
export const canonicalJsonAsWritten = (text: string): string | undefined => {
  const value = parseNumbersAsWritten(text);
  // It has no white space and the numbers of the text, so it is hardly longer.
  return value === undefined ? undefined : spellJson(value, spellingOf(longestFormOf(text)));
};

/**
 * A form with the line terminators U+2028 and U+2029 escaped: PHP does so by default, even if it does not escape other
 * unicode. They only occur in texts. `undefined` if it becomes longer than `maxLength`. Source: php.net, JSON
 * constants, JSON_UNESCAPED_LINE_TERMINATORS.
 */
export const withEscapedLineTerminators = (
  form: string,
  maxLength: number = Number.POSITIVE_INFINITY,
): string | undefined => escapeInJson(form, /[\u2028\u2029]/g, maxLength);

/** The maximum length of every form of a text: `1e20` becomes 21 digits. */
export const longestFormOf = ({ length }: string): number => 2 * length;

/**
 * Sorts by UTF-8 bytes. Their order is that of UTF-16 units, except for characters beyond the first plane. In both cases the
 * runtime compares the texts, so thousands of keys with a common beginning are not slow.
 */
const sortByBytes = (keys: string[]): readonly string[] => {
  if (keys.some((each) => BEYOND_FIRST_PLANE.test(each))) {
    return keys
      .map((key) => ({ key, bytes: Buffer.from(key, "utf8") }))
      .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
      .map(({ key }) => key);
  }
  return sortByUnits(keys);
};

/** Up to this number, an insertion sort takes half of the time of the runtime's. */
const FEW_KEYS = 16;

const sortByUnits = (keys: string[]): readonly string[] => {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] as string;
    let at = end;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
};

const BEYOND_FIRST_PLANE = /[\ud800-\udfff]/;

// The forms of a JSON body that SingaPay may have signed: keys sorted, no white space, slashes and unicode as they are. An
// empty object is written as an empty list, because the documented PHP decodes to arrays, which do not tell the two apart.
// Source: docs.singapay.id, api-reference/webhooks/security-and-signature.
import { escapeInJson, parseNumbersAsWritten, type Spelling, spellJson } from "@tautan/driver-kit/http";

/** How deep PHP's `json_decode` reads. */
const MAX_DEPTH = 512;

const spellingOf = (maxLength: number): Spelling => ({
  maxDepth: MAX_DEPTH,
  maxLength,
  sortKeys: sortByBytes,
  emptyObject: "[]",
});

/**
 * The canonical form of a parsed body; `undefined` where it is nested deeper than SingaPay could have read it, or longer than
 * `maxLength`.
 */
export const canonicalJson = (value: unknown, maxLength: number = Number.POSITIVE_INFINITY): string | undefined =>
  spellJson(value, spellingOf(maxLength));

/**
 * The canonical form of a body with its numbers as they were written: `75000.00` stays, where `JSON.parse` makes 75000 of
 * it. `undefined` where the text is not JSON or nested too deep.
 */
export const canonicalJsonAsWritten = (text: string): string | undefined => {
  const value = parseNumbersAsWritten(text);
  // It has no white space and the numbers of the text, so that it is hardly longer.
  return value === undefined ? undefined : spellJson(value, spellingOf(longestFormOf(text)));
};

/**
 * A form with line terminators U+2028 and U+2029 escaped: PHP does so unless told otherwise, even where it leaves all other
 * unicode as it is. They stand in texts alone. `undefined` where it gets longer than `maxLength`. Source: php.net, JSON
 * constants, JSON_UNESCAPED_LINE_TERMINATORS.
 */
export const withEscapedLineTerminators = (
  form: string,
  maxLength: number = Number.POSITIVE_INFINITY,
): string | undefined => escapeInJson(form, /[\u2028\u2029]/g, maxLength);

/** No form of a text is longer than this, whatever its numbers come to: `1e20` is 21 digits. */
export const longestFormOf = ({ length }: string): number => 2 * length;

/**
 * Sorts by UTF-8 bytes. Their order is that of UTF-16 units, but for characters beyond the first plane. Either way texts are
 * compared by the runtime, a key that shares its beginning with thousands of others too.
 */
const sortByBytes = (keys: string[]): readonly string[] =>
  keys.some((each) => BEYOND_FIRST_PLANE.test(each))
    ? keys
        .map((key) => ({ key, bytes: Buffer.from(key, "utf8") }))
        .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
        .map(({ key }) => key)
    : keys.sort();

const BEYOND_FIRST_PLANE = /[\ud800-\udfff]/;

// The other forms in which a sender may have written, and signed, the same JSON. Works on the text itself, so that numbers, the
// order of keys and repeated keys stay as they were received.
import { isPlainObject } from "../canonical-text.ts";
import { valueOr } from "../contained.ts";

interface OtherBody {
  readonly text: string;
  /** In words: `JSON on one line`. */
  readonly form: string;
}

/** Anybody can send a body: nesting and length are limited, so that the work grows no faster than the length of the body. */
const MAX_DEPTH = 64;
const MAX_GROWTH = 4;
const MIN_ROOM = 4096;

type SpellText = (text: string) => string;

interface Layout {
  readonly form: string;
  /** Follows each comma on the same line. */
  readonly afterComma?: string;
  readonly afterColon: string;
  /** The indentation of one level, with one line for each value. */
  readonly indent?: string;
}

const ONE_LINE: Layout = { form: "JSON on one line", afterColon: "" };
const SPACED: Layout = { form: "JSON on one line with spaces", afterComma: " ", afterColon: " " };
const TWO_SPACES: Layout = { form: "JSON indented by 2 spaces", afterColon: " ", indent: "  " };
const FOUR_SPACES: Layout = { form: "JSON indented by 4 spaces", afterColon: " ", indent: "    " };
const TABS: Layout = { form: "JSON indented by tabs", afterColon: " ", indent: "\t" };

const escape =
  (characters: RegExp): SpellText =>
  (text) =>
    text.replace(characters, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

const unescaped: SpellText = (text) => JSON.stringify(JSON.parse(text));
const slashes: SpellText = (text) => unescaped(text).replaceAll("/", "\\/");
// As UTF-16 units: a character beyond the first plane is two escapes in every language.
const unicode: SpellText = (text) => escape(/[\u007f-\uffff]/g)(unescaped(text));
const slashesAndUnicode: SpellText = (text) => unicode(text).replaceAll("/", "\\/");
const forHtml: SpellText = (text) => escape(/[&<>\u2028\u2029]/g)(unescaped(text));

/** The likeliest first: what servers of providers write by default, then what people and tools write. */
const SPELLINGS: readonly (readonly [Layout, SpellText | undefined, string])[] = [
  [ONE_LINE, undefined, ""],
  [ONE_LINE, unescaped, " without escapes"],
  [ONE_LINE, slashes, " with escaped slashes"],
  [ONE_LINE, unicode, " with escaped unicode"],
  [ONE_LINE, slashesAndUnicode, " with escaped slashes and unicode"],
  [ONE_LINE, forHtml, " with the characters & < > escaped"],
  [SPACED, undefined, ""],
  [SPACED, unicode, " and escaped unicode"],
  [TWO_SPACES, undefined, ""],
  [TWO_SPACES, unescaped, ", without escapes"],
  [FOUR_SPACES, undefined, ""],
  [FOUR_SPACES, slashesAndUnicode, ", with escaped slashes and unicode"],
  [TABS, undefined, ""],
];

/** Other bodies that may have been signed. Lazy: each is made only if those before it did not fit. */
export const otherBodies = function* (text: string): Generator<OtherBody> {
  yield* edges(text);
  const inner = textInJson(text);
  if (inner !== undefined) yield { text: inner, form: "the JSON that the body has as a text" };
  const tokens = tokensOf(text);
  if (!tokens) return;
  const maxLength = MAX_GROWTH * text.length + MIN_ROOM;
  for (const [layout, spell, how] of SPELLINGS) {
    const written = write(tokens, layout, spell, maxLength);
    if (written === undefined) continue;
    yield { text: written, form: layout.form + how };
    if (spell === undefined) yield { text: `${written}\n`, form: `${layout.form} with a line end` };
  }
};

const edges = function* (text: string): Generator<OtherBody> {
  const withoutMark = text.replace(/^\ufeff/, "");
  yield { text: withoutMark, form: "the body without a byte order mark" };
  yield { text: withoutMark.replaceAll("\r\n", "\n"), form: "the body with the line ends of Unix" };
  yield { text: text.trim(), form: "the body without white space around it" };
  yield { text: `${text}\n`, form: "the body with a line end" };
  if (/[^\r]\n/.test(text))
    yield { text: text.replace(/\r?\n/g, "\r\n"), form: "the body with the line ends of Windows" };
};

/** A body that was serialised twice: `"{\"id\":1}"`. */
const textInJson = (text: string): string | undefined => {
  if (!/^\s*"/.test(text)) return undefined;
  const value = parsed(text);
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const isJson = (text: string): boolean => parsed(text) !== undefined;

export const isJsonObject = (text: string): boolean => isPlainObject(parsed(text));

const parsed = (text: string): unknown => valueOr<unknown, undefined>(() => JSON.parse(text), undefined);

/** Texts, punctuation and all other words of JSON, without white space; `undefined` if the text is not JSON. */
const tokensOf = (text: string): readonly string[] | undefined =>
  isJson(text) ? (text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? undefined) : undefined;

/** The tokens in another layout; `undefined` beyond the limits. */
const write = (
  tokens: readonly string[],
  { afterComma = "", afterColon, indent }: Layout,
  spell: SpellText | undefined,
  maxLength: number,
): string | undefined => {
  let text = "";
  let depth = 0;
  const lineBreak = (): string => (indent === undefined ? "" : `\n${indent.repeat(depth)}`);
  for (const [index, token] of tokens.entries()) {
    const isEmpty = (token === "{" && tokens[index + 1] === "}") || (token === "[" && tokens[index + 1] === "]");
    const endsEmpty = (token === "}" && tokens[index - 1] === "{") || (token === "]" && tokens[index - 1] === "[");
    if (isEmpty || endsEmpty) text += token;
    else if (token === "{" || token === "[") {
      depth += 1;
      text += token + lineBreak();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      text += lineBreak() + token;
    } else if (token === ",") text += token + (indent === undefined ? afterComma : lineBreak());
    else if (token === ":") text += token + afterColon;
    else text += spell && token.startsWith('"') ? spell(token) : token;
    if (text.length > maxLength || depth > MAX_DEPTH) return undefined;
  }
  return text;
};

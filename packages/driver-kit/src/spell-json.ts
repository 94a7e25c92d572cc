// Writes a parsed JSON value again, in a form that may have been signed. Anybody can send a body, so depth and length are
// limited: the work grows no faster than the length of the body.

import { parseJsonObject } from "./json.ts";

/** The form of the text, and its limits. */
export interface Spelling {
  /** The maximum depth. */
  readonly maxDepth: number;
  /** The maximum length. Numbers and white space can make the text longer than the one that was parsed. */
  readonly maxLength: number;
  /** The order of an object's keys; default: the received order. May sort in place. */
  readonly sortKeys?: (keys: string[]) => readonly string[];
  /** How an object without keys is written. Default: `{}`. */
  readonly emptyObject?: string;
  /** The indentation of each level in spaces, with one line for each value. Default: one line without white space. */
  readonly indent?: number;
  /** No text of the value needs escapes: see {@link hasNoEscapes}. Default: each text is examined. */
  readonly isPlain?: boolean;
}

/**
 * Whether the texts of a JSON text need no escapes: it has none, and JSON has no control characters without one. False if one has a
 * character beyond the first plane, so that the order of UTF-16 units is that of bytes.
 */
export const hasNoEscapes = (json: string): boolean => !json.includes("\\") && !/[\ud800-\udfff]/.test(json);

/** A number with its original text: `75000.00`, which `JSON.parse` reads as 75000. */
class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Parses a text so that {@link spellJson} writes its numbers unchanged; `undefined` if it is not JSON. */
export const parseNumbersAsWritten = (text: string): unknown => {
  try {
    return JSON.parse(text, function reviver(
      this: unknown,
      _key: string,
      value: unknown,
      context?: { source?: string },
    ) {
      return typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value;
    } as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
};

/** The text of one top-level number as it was written: `10000.00`. `undefined` if the field is not a number. */
export const numberAsWritten = (json: string, field: string): string | undefined => {
  const root = parseNumbersAsWritten(json) as Readonly<Record<string, unknown>> | null | undefined;
  const value = root?.[field];
  return value instanceof WrittenNumber ? value.text : undefined;
};

/** A parsed value as text; `undefined` beyond the limits. */
export const spellJson = (value: unknown, spelling: Spelling): string | undefined => append("", value, 0, spelling);

/** Appends to one growing text, so that the work grows with the size and not with size times depth. */
const append = (before: string, value: unknown, depth: number, spelling: Spelling): string | undefined => {
  if (typeof value !== "object" || value === null || value instanceof WrittenNumber) {
    const written = value instanceof WrittenNumber ? value.text : String(value);
    const text = before + (typeof value === "string" ? `"${escaped(value, spelling)}"` : written);
    return text.length > spelling.maxLength ? undefined : text;
  }
  if (depth === spelling.maxDepth || before.length > spelling.maxLength) return undefined;
  return Array.isArray(value)
    ? appendList(before, value, depth, spelling)
    : appendObject(before, value as Readonly<Record<string, unknown>>, depth, spelling);
};

const appendList = (
  before: string,
  list: readonly unknown[],
  depth: number,
  spelling: Spelling,
): string | undefined => {
  if (list.length === 0) return `${before}[]`;
  const inner = lineBreak(spelling, depth + 1);
  let text: string | undefined = before;
  let open = "[";
  for (const each of list) {
    text = append(text + open + inner, each, depth + 1, spelling);
    if (text === undefined) return undefined;
    open = ",";
  }
  return `${text}${lineBreak(spelling, depth)}]`;
};

const appendObject = (
  before: string,
  object: Readonly<Record<string, unknown>>,
  depth: number,
  spelling: Spelling,
): string | undefined => {
  const unsorted = Object.keys(object);
  if (unsorted.length === 0) return before + (spelling.emptyObject ?? "{}");
  const keys = spelling.sortKeys?.(unsorted) ?? unsorted;
  const inner = lineBreak(spelling, depth + 1);
  const colon = spelling.indent === undefined ? '":' : '": ';
  let text: string | undefined = before;
  let open = `{${inner}"`;
  for (const key of keys) {
    const each = object[key];
    const name = `${open}${escaped(key, spelling)}${colon}`;
    // In few and long parts: both to join them and to hash the whole takes less time.
    if (typeof each === "string") text += `${name}"${escaped(each, spelling)}"`;
    else text = append(text + name, each, depth + 1, spelling);
    if (text === undefined || text.length > spelling.maxLength) return undefined;
    open = `,${inner}"`;
  }
  return `${text}${lineBreak(spelling, depth)}}`;
};

const lineBreak = ({ indent }: Spelling, depth: number): string =>
  indent === undefined ? "" : `\n${" ".repeat(indent * depth)}`;

/** Most texts need no escapes, and this test is faster than `JSON.stringify`. */
const escaped = (text: string, { isPlain }: Spelling): string =>
  isPlain || !NEEDS_ESCAPES.test(text) ? text : JSON.stringify(text).slice(1, -1);

const NEEDS_ESCAPES = /["\\\p{Cc}\p{Cs}]/u;

/** Escapes some characters in a form, such as `\u2028`; `undefined` if it becomes longer than `maxLength`. */
export const escapeInJson = (form: string, characters: RegExp, maxLength: number): string | undefined => {
  let length = form.length;
  for (const _ of form.matchAll(characters)) {
    length += ESCAPE_LENGTH - 1;
    if (length > maxLength) return undefined;
  }
  return length === form.length
    ? form
    : form.replace(characters, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
};

const ESCAPE_LENGTH = 6;

/** The bounds of {@link otherJsonSpelling}, and what the provider escapes beside what JSON must. */
export interface OtherSpelling {
  /** Longer texts have none. */
  readonly maxLength: number;
  readonly maxDepth: number;
  readonly escaped?: RegExp;
}

/**
 * The most likely other form of the same JSON object: on one line or, if it was on one line, with two spaces a level. Only one
 * form, at most twice as long as the text, and only to distinguish a body that was changed on its way from a forgery.
 */
export const otherJsonSpelling = (
  text: string,
  { maxLength, maxDepth, escaped }: OtherSpelling,
): string | undefined => {
  if (text.length > maxLength) return undefined;
  const value = parseJsonObject(text);
  const bounds = { maxDepth, maxLength: 2 * text.length };
  const compact = value && spellJson(value, bounds);
  const form = compact && escaped ? escapeInJson(compact, escaped, bounds.maxLength) : compact;
  return form === text ? spellJson(value, { ...bounds, indent: 2 }) : form;
};

import { base64Spellings, decodeEscapes, encodedRuns } from "./decode.ts";
import { fold } from "./fold.ts";
import { type SensitiveSource, type SensitiveText, sensitiveTexts } from "./sensitive.ts";

const REDACTED = "[redacted]";
const MAX_LENGTH = 300;
/** The rest of a text is dropped unread: a reply can contain a megabyte of anything. */
const MAX_READ = 4096;
/** The maximum of all texts of one response, and the least that a text counts: a response can contain thousands. */
const MAX_READ_IN_ALL = 4 * MAX_READ;
const LEAST_COST = 64;
const EMAIL = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g;
/** A telephone or card number in any grouping; shorter runs of digits are mostly amounts and references. */
const LONG_NUMBER = /\+?\(?\d(?:[ .()-]{0,2}\d){8,}/g;

/**
 * Redacts a provider's text for display: no secret, no personal datum, no escape, no control character, at most 300
 * characters. Returns an empty text if nothing may be shown, and for all texts after the first few hundred of a response.
 */
export type Redactor = (text: string) => string;

/**
 * The redactor for the responses to one request. `sources` are the caller's texts in it, which a response may repeat: `[]`
 * if none is about a person. Without `sources`, as for a read, a response may be about any person: then only documented
 * texts are shown.
 */
export type RedactorOf = (sources: readonly SensitiveSource[] | undefined, moreSecrets?: readonly string[]) => Redactor;

/**
 * Redactors with the secrets of one driver. Call one for every text of a provider that goes into an error. `documented`
 * are messages that the provider's documents contain word for word: they are not personal, and may always be shown.
 */
export const createRedactor =
  (secrets: readonly string[], documented: readonly string[] = []): RedactorOf =>
  (sources, moreSecrets = []) => {
    if (sources === undefined) return (text) => (documented.includes(text) ? text : "");
    // Most requests succeed, so nothing is prepared before the first text.
    let find: Finder | undefined;
    let left = MAX_READ_IN_ALL;
    return (text) => {
      if (left <= 0) return "";
      left -= Math.max(Math.min(text.length, MAX_READ), LEAST_COST);
      find ??= finderOf([...secrets, ...moreSecrets], sensitiveTexts(sources));
      return redact(text, find);
    };
  };

const redact = (text: string, { rangesIn, longest }: Finder): string => {
  const beginning = beginningOf(text);
  const decoded = decodeEscapes(visible(beginning));
  if (decoded === undefined) return "";
  const readable = visible(decoded);
  // A secret at the cut has only its beginning left.
  const kept = beginning.length < text.length ? readable.slice(0, -longest) : readable;
  const clean = withoutRanges(kept, rangesIn(kept))
    .replace(EMAIL, REDACTED)
    .replace(LONG_NUMBER, REDACTED)
    .replace(/\p{C}+/gu, " ")
    .trim();
  return shortened(clean);
};

const shortened = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

/** Joins several texts, each redacted; empty if none may be shown. */
export const shownTexts = (texts: readonly string[], redactor: Redactor): string =>
  shortened(
    texts
      .map((each) => redactor(each))
      .filter((each) => each !== "")
      .join("; "),
  );

/** Cuts between words, so that no half of a secret is left at the end. */
const beginningOf = (text: string): string =>
  text.length > MAX_READ ? text.slice(0, text.lastIndexOf(" ", MAX_READ) + 1 || MAX_READ) : text;

/** Removes invisible characters, which could be inside a secret, and joins white space to one space. */
const visible = (text: string): string => text.replace(/\p{Cf}+/gu, "").replace(/[\p{Cc}\s]+/gu, " ");

type Range = readonly [from: number, to: number];

const withoutRanges = (text: string, ranges: readonly Range[]): string => {
  let [result, end] = ["", 0];
  for (const [from, to] of ranges.toSorted(([left], [right]) => left - right)) {
    if (from >= end) result += text.slice(end, from) + REDACTED;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
};

interface Finder {
  /** The places in a text that may not be shown. */
  readonly rangesIn: (text: string) => readonly Range[];
  readonly longest: number;
}

interface Needle {
  readonly text: string;
  /** Whether it is also found inside other words. */
  readonly isWithin: boolean;
  /** The length of its beginning that is enough. */
  readonly least: number;
}

/** From this length on, a text is also found inside words. */
const LEAST_WITHIN = 6;
/** The beginning of a longer text that is enough: a provider may cut it. */
const LEAST_BEGINNING = 12;
/** Shorter texts are not searched in base64, where they would match by chance. */
const LEAST_ENCODED = 4;
/** The number of last digits that identify a telephone number, with any country code. */
const PHONE_DIGITS = 7;

const finderOf = (secrets: readonly string[], texts: readonly SensitiveText[]): Finder => {
  const whole = [
    ...secrets.flatMap((secret) => needlesOf(secret, "secret")),
    ...texts.flatMap(({ kind, text }) => (kind === "phone" ? [] : needlesOf(text, kind))),
  ];
  const encoded = [...secrets, ...texts.filter(({ kind }) => kind !== "phone").map(({ text }) => text)].flatMap(
    (text) => (text.length >= LEAST_ENCODED ? base64Spellings(text).flatMap(encodedNeedle) : []),
  );
  const needles = [...whole, ...encoded];
  const phones = texts.flatMap(({ kind, text }) => (kind === "phone" ? phonePattern(text) : []));
  const inDecoded = whole.filter(({ text }) => text.length >= LEAST_ENCODED);
  const rangesIn = (text: string): readonly Range[] => {
    const { text: folded, indices } = fold(text);
    const at = ([from, to]: Range): Range => [indices[from] ?? 0, indices[to] ?? text.length];
    const runs = [...encodedRuns(text)].filter(({ spelt }) => reveals(spelt, inDecoded, phones));
    return [
      ...needles.flatMap((needle) => rangesOf(needle, folded)).map(at),
      ...phones.flatMap((pattern) => matchesOf(pattern, folded)).map(at),
      ...runs.map(({ at: from, length }): Range => [from, from + length]),
    ];
  };
  return { rangesIn, longest: Math.max(64, ...needles.map(({ text }) => text.length)) };
};

const reveals = (spelt: string, needles: readonly Needle[], phones: readonly RegExp[]): boolean => {
  const { text } = fold(visible(decodeEscapes(spelt) ?? ""));
  return (
    needles.some((needle) => rangesOf(needle, text).length > 0) ||
    phones.some((each) => matchesOf(each, text).length > 0)
  );
};

/** A text as it is and, if it has escapes, without them. */
const needlesOf = (text: string, kind: "secret" | "text" | "word"): readonly Needle[] =>
  [...new Set([text, decodeEscapes(text) ?? text])]
    .map((each) => fold(visible(each)).text.trim())
    .filter((each) => each !== "")
    .map((each) => ({
      text: each,
      isWithin: kind === "secret" || (kind === "text" && each.length >= LEAST_WITHIN) || WITHOUT_SPACES.test(each),
      // Addresses have common beginnings.
      least: kind === "text" && !each.includes("://") ? Math.min(each.length, LEAST_BEGINNING) : each.length,
    }));

/** Scripts that write words without spaces, so the end of a word is not known. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const encodedNeedle = (digits: string): readonly Needle[] => {
  const { text } = fold(digits);
  if (text.trim().length < LEAST_ENCODED) return [];
  return [{ text, isWithin: text.length >= LEAST_WITHIN, least: text.length }];
};

const isLetter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

const rangesOf = ({ text, isWithin, least }: Needle, folded: string): readonly Range[] => {
  const ranges: Range[] = [];
  const beginning = text.slice(0, least);
  for (let from = folded.indexOf(beginning); from !== -1; from = folded.indexOf(beginning, from + 1)) {
    let to = from + least;
    while (to - from < text.length && folded[to] === text[to - from]) to += 1;
    if (isWithin || !(isLetter(folded[from - 1] ?? "") || isLetter(folded[to] ?? ""))) ranges.push([from, to]);
  }
  return ranges;
};

const matchesOf = (pattern: RegExp, folded: string): readonly Range[] =>
  [...folded.matchAll(pattern)].map(({ 0: match, index }): Range => [index, index + match.length]);

/** The last digits of a telephone number in any grouping, with the digits before them. */
const phonePattern = (phone: string): readonly RegExp[] => {
  const digits = fold(phone).text.replace(/\D/g, "");
  if (digits.length < MIN_PHONE_DIGITS) return [];
  const lastDigits = digits.slice(-PHONE_DIGITS).split("").join("[^\\p{L}\\p{N}]{0,3}");
  return [new RegExp(`(?:\\d[^\\p{L}\\p{N}]{0,3}){0,8}${lastDigits}`, "gu")];
};

const MIN_PHONE_DIGITS = 5;

/** The code of an error, if it has a documented form or repeats nothing of a request; anything else is a text. */
export const shownCode = (code: string | undefined, documented: RegExp, redactor: Redactor): string | undefined => {
  if (code === undefined || documented.test(code)) return code;
  return /^[\w.-]{1,40}$/.test(code) && redactor(code) === code ? code : undefined;
};

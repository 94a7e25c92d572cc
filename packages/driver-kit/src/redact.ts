const REDACTED = "[redacted]";
const MAX_LENGTH = 300;
/** What is beyond is dropped unread: a reply can hold a megabyte of anything. */
const MAX_READ = 4096;
const EMAIL = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g;
/** A telephone or card number, however it is grouped; shorter runs of digits are mostly amounts and references. */
const LONG_NUMBER = /\+?\(?\d(?:[ .()-]{0,2}\d){8,}/g;

/** Makes a provider's text fit to be shown: no secret, no personal datum, no control character, at most 300 characters. */
export type Redactor = (text: string, personal?: readonly (string | undefined)[]) => string;

/** A redactor that knows the secrets of one driver. Call it for every text of a provider that goes into an error. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const known = secrets.filter((each) => each.length > 0).flatMap(spellings);
  return (text, personal = []) => {
    // Providers write names in capitals, and addresses in small letters.
    const data = personal.flatMap((each) => (each !== undefined && each.length > 1 ? [inAnyCase(each)] : []));
    const words = [...known, ...data].toSorted((left, right) => lengthOf(right) - lengthOf(left));
    const clean = words
      .reduce<string>((result, word) => result.replaceAll(word, REDACTED), visible(beginningOf(text)))
      .replace(EMAIL, REDACTED)
      .replace(LONG_NUMBER, REDACTED)
      .replace(/\p{C}+/gu, " ")
      .trim();
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
  };
};

/** Cut between words, so that no half of a secret is left at the end. */
const beginningOf = (text: string): string =>
  text.length > MAX_READ ? text.slice(0, text.lastIndexOf(" ", MAX_READ) + 1 || MAX_READ) : text;

/** Without what is not seen, which could stand in the middle of a secret, and with one space for all white space. */
const visible = (text: string): string => text.replace(/\p{Cf}+/gu, "").replace(/[\p{Cc}\s]+/gu, " ");

const inAnyCase = (word: string): RegExp => {
  const parts = visible(word).trim().split(" ");
  return new RegExp(parts.map((each) => each.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(" "), "giu");
};

const lengthOf = (word: string | RegExp): number => (typeof word === "string" ? word : word.source).length;

/** How a secret may stand in a text: as it is, in an address, in a Basic header. */
const spellings = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  btoa(secret).replace(/=+$/, ""),
  btoa(`${secret}:`).replace(/=+$/, ""),
];

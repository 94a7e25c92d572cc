// The forms of a text in a response, a log or an address. A redactor must hide all of them.

const characters = (text: string): readonly string[] => Array.from(text);
const units = (text: string): readonly string[] => text.split("");
const bytesOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");
const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

const each = (text: string, write: (character: string) => string): string => characters(text).map(write).join("");

const base64 = (text: string): string => btoa(String.fromCodePoint(...bytesOf(text)));

const isWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

/** Only characters other than letters and digits. */
const eachSign = (text: string, write: (character: string) => string): string =>
  each(text, (character) => (isWord(character) ? character : write(character)));

const NAMES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
  ["@", "&commat;"],
  [".", "&period;"],
  ["+", "&plus;"],
  [" ", "&nbsp;"],
  [":", "&colon;"],
  ["/", "&sol;"],
  ["?", "&quest;"],
  ["=", "&equals;"],
  ["_", "&lowbar;"],
]);

const percent = (text: string): string =>
  bytesOf(text)
    .map((byte) => `%${hex(byte, 2)}`)
    .join("");

const fullWidth = (character: string): string => {
  const code = codeOf(character);
  return code > 0x20 && code < 0x7f ? String.fromCodePoint(code + 0xfee0) : character;
};

/** The ways to write a text, by name. */
export const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in small letters": (text) => text.toLowerCase(),
  "in capitals": (text) => text.toUpperCase(),
  "in swapped case": (text) =>
    each(text, (character) =>
      character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase(),
    ),
  "in an address": encodeURIComponent,
  "in an address, in small letters": (text) => encodeURIComponent(text).toLowerCase(),
  "in a form": (text) => new URLSearchParams({ x: text }).toString().slice(2),
  "percent, every byte": percent,
  "percent, every byte, capitals": (text) => percent(text).toUpperCase(),
  "percent, twice": (text) => encodeURIComponent(percent(text)),
  "HTML, named": (text) => eachSign(text, (character) => NAMES.get(character) ?? character),
  "HTML, decimal": (text) => each(text, (character) => `&#${codeOf(character)};`),
  "HTML, hexadecimal": (text) => each(text, (character) => `&#x${hex(codeOf(character), 2)};`),
  "HTML, hexadecimal with zeros": (text) => each(text, (character) => `&#X${hex(codeOf(character), 8).toUpperCase()};`),
  "HTML, punctuation only": (text) => eachSign(text, (character) => `&#${codeOf(character)};`),
  "HTML, twice": (text) => each(text, (character) => `&amp;#${codeOf(character)};`),
  "JSON, required escapes only": (text) => JSON.stringify(text).slice(1, -1),
  "JSON, every unit": (text) =>
    units(text)
      .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
      .join(""),
  "JSON, every unit, capitals": (text) =>
    units(text)
      .map((unit) => `\\u${hex(unit.charCodeAt(0), 4).toUpperCase()}`)
      .join(""),
  "JSON, twice": (text) =>
    units(text)
      .map((unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`)
      .join(""),
  "JSON, slashes": (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  base64,
  "base64 of an address": (text) => base64(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
  "base64 after another text": (text) => base64(`user:${text}`),
  "base64 before another text": (text) => base64(`${text}:`),
  hexadecimal: (text) =>
    bytesOf(text)
      .map((byte) => hex(byte, 2))
      .join(""),
  "with invisible characters in it": (text) => characters(text).join("\u200b"),
  "with other spaces": (text) => text.replaceAll(" ", " \u00a0\t"),
  "in full width": (text) => each(text, fullWidth),
  "in letters and marks apart": (text) => text.normalize("NFD"),
};

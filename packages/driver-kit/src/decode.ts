// Texts as a reader sees them: without the escapes that a provider, a proxy or a log may have added.

const MAX_ROUNDS = 6;

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: " ",
    commat: "@",
    period: ".",
    comma: ",",
    colon: ":",
    semi: ";",
    sol: "/",
    bsol: "\\",
    plus: "+",
    equals: "=",
    quest: "?",
    num: "#",
    percnt: "%",
    lowbar: "_",
    hyphen: "-",
    dash: "-",
    lpar: "(",
    rpar: ")",
    excl: "!",
    tab: " ",
    newline: " ",
    szlig: "ß",
    aelig: "æ",
    oslash: "ø",
    oelig: "œ",
    rsquo: "\u2019",
    lsquo: "\u2018",
  }),
);

/** `&eacute;` is an e with an acute accent, and so on for every letter. */
const ACCENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    grave: "\u0300",
    acute: "\u0301",
    circ: "\u0302",
    tilde: "\u0303",
    uml: "\u0308",
    ring: "\u030a",
    caron: "\u030c",
    cedil: "\u0327",
  }),
);

const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const ESCAPE = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([bfnrtv])|(["'/\\]))/gi;
const NUMERIC_ENTITY = /&#(?:x0*([0-9a-f]{1,6})|0*(\d{1,7}));?/gi;
const NAMED_ENTITY = /&([a-z]{2,8});?/gi;

/** Digits as text. Invalid UTF-8 becomes a replacement character. Reads both alphabets of base64. */
const textOf = (digits: string, encoding: "base64" | "hex"): string => Buffer.from(digits, encoding).toString("utf8");

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd");

const decodeOnce = (text: string): string =>
  text
    .replace(PERCENT, (run) => textOf(run.replaceAll("%", ""), "hex"))
    .replace(ESCAPE, (_all, braced?: string, unit?: string, byte?: string, space?: string, itself?: string) => {
      if (space !== undefined) return " ";
      if (itself !== undefined) return itself;
      // The halves of a surrogate pair are adjacent, so they join to one character.
      return unit === undefined
        ? character(Number.parseInt(braced ?? byte ?? "", 16))
        : String.fromCharCode(Number.parseInt(unit, 16));
    })
    .replace(NUMERIC_ENTITY, (_all, hexadecimal?: string, decimal?: string) =>
      character(hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)),
    )
    .replace(NAMED_ENTITY, (all, name: string) => {
      const known = NAMED_ENTITIES.get(name.toLowerCase());
      if (known !== undefined) return known;
      const accent = ACCENTS.get(name.slice(1).toLowerCase());
      return accent === undefined ? all : name.slice(0, 1) + accent;
    });

/**
 * A text without escapes of URLs, HTML and JSON, also nested ones; `undefined` if they are nested deeper than in any
 * genuine text.
 */
export const decodeEscapes = (text: string): string | undefined => {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = decodeOnce(current);
    if (next === current) return current;
    current = next;
  }
  return undefined;
};

const BASE64_RUN = /[\w+/-]{6,}={0,2}/g;

/** Runs of base64 or hexadecimal digits, with each text that they may encode. */
export const encodedRuns = function* (text: string): Generator<{ at: number; length: number; spelt: string }> {
  for (const { 0: run, index: at } of text.matchAll(BASE64_RUN)) {
    // The run may begin with the end of another word, so it is decoded from each of the first digits.
    for (let from = 0; from < 4; from += 1) {
      yield { at, length: run.length, spelt: textOf(run.slice(from), "base64") };
    }
    for (const { 0: digits } of run.matchAll(/[0-9a-f]{8,}/gi)) {
      for (const from of [0, 1]) yield { at, length: run.length, spelt: textOf(digits.slice(from), "hex") };
    }
  }
};

/** The base64 digits that a text alone determines, at any place in a longer text. */
export const base64Spellings = (text: string): readonly string[] => {
  const own = Buffer.from(text, "utf8");
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), own]);
    const digits = bytes.toString("base64");
    const core = digits.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
};

import { omitUndefined } from "@tautan/core/driver";

/**
 * What a request says, as far as a gateway's answer may repeat it and no error may show it: the request itself, a change, a
 * link as it was read, or any texts beside.
 */
export interface SensitiveSource {
  readonly title?: string | null | undefined;
  readonly items?: readonly { readonly id?: string | undefined; readonly name: string }[] | undefined;
  readonly customer?:
    | {
        readonly name?: string | undefined;
        readonly email?: string | undefined;
        readonly phone?: string | undefined;
      }
    | undefined;
  readonly redirect?: { readonly url: string } | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly providerOptions?: unknown;
  /** How the driver writes them, or has them from elsewhere. */
  readonly texts?: readonly (string | undefined)[] | undefined;
}

/**
 * `text`: wherever it stands, also cut off at its end. `word`: as a word of its own; within others it would black out halves
 * of them. `phone`: its digits, however they are grouped.
 */
export interface SensitiveText {
  readonly kind: "text" | "word" | "phone";
  readonly text: string;
}

/** What names nobody and stands in the middle of many other texts. */
const MIN_TEXT_LENGTH = 3;

/** Every text of some sources that may be about a person, and the parts of names, addresses and numbers. */
export const sensitiveTexts = (sources: readonly SensitiveSource[]): readonly SensitiveText[] =>
  sources.flatMap((source) => [
    ...ofCustomer(source.customer ?? {}),
    ...ofUrl(source.redirect?.url),
    ...[
      source.title,
      ...(source.items ?? []).flatMap(({ id, name }) => [id, name]),
      ...Object.values(source.metadata ?? {}),
      ...(source.texts ?? []),
      ...textsWithin(source.providerOptions),
    ].flatMap(ofText),
  ]);

const isLong = (text: string): boolean => text.trim().length >= MIN_TEXT_LENGTH;

const ofText = (text: string | null | undefined): readonly SensitiveText[] => {
  if (text === undefined || text === null || !isLong(text)) return [];
  // A wished account number or a telephone number in metadata, which may come back grouped in another way.
  const isNumber = /^\+?[\d\s().-]{7,}$/.test(text);
  return [{ kind: "text", text }, ...(isNumber ? ofPhone(text) : []), ...(URL.canParse(text) ? partsOfUrl(text) : [])];
};

const ofCustomer = ({ name, email, phone }: NonNullable<SensitiveSource["customer"]>): readonly SensitiveText[] => [
  ...(name === undefined ? [] : ofName(name)),
  ...(email === undefined ? [] : ofEmail(email)),
  ...(phone === undefined ? [] : ofPhone(phone)),
];

/** A name whole, run together, and its parts, of which two letters are enough. */
const ofName = (name: string): readonly SensitiveText[] => {
  const parts = name.split(/[\s,.;/]+/u).filter((each) => each.length > 1);
  const whole: readonly SensitiveText[] =
    parts.length > 1
      ? [
          { kind: "text", text: name },
          { kind: "text", text: parts.join("") },
        ]
      : [];
  return [...whole, ...parts.map((text): SensitiveText => ({ kind: "word", text }))];
};

const ofEmail = (email: string): readonly SensitiveText[] => [
  { kind: "text", text: email },
  ...ofText(email.split("@", 1)[0]),
];

const ofPhone = (phone: string): readonly SensitiveText[] => [{ kind: "phone", text: phone }];

const ofUrl = (url: string | undefined): readonly SensitiveText[] =>
  url === undefined ? [] : [{ kind: "text", text: url }, ...(URL.canParse(url) ? partsOfUrl(url) : [])];

/** A merchant's query may hold a token, and a path the number of an order. */
const partsOfUrl = (url: string): readonly SensitiveText[] => {
  const { host, pathname, search, hash, username, password, searchParams } = new URL(url);
  const whole = [host, pathname, search, search.slice(1), hash.slice(1), username, password];
  const parts = [...pathname.split("/"), ...searchParams.values()];
  return [...whole, ...parts].filter(isLong).map((text) => ({ kind: "text", text }));
};

/** How deep options may lie in one another. */
const MAX_DEPTH = 8;

const textsWithin = (options: unknown, depth = 0): readonly string[] => {
  if (typeof options === "string") return [options];
  if (typeof options !== "object" || options === null || depth > MAX_DEPTH) return [];
  return Object.values(omitUndefined({ ...options })).flatMap((each) => textsWithin(each, depth + 1));
};

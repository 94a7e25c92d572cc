import { omitUndefined } from "@tautan/core/driver";

/**
 * The data that a gateway's response may repeat and no error may show: a request, a change, a link as it was read, or other
 * texts.
 */
export interface SensitiveSource {
  readonly title?: string | null | undefined;
  readonly items?: readonly { readonly id?: string | undefined; readonly name: string }[] | undefined;
  readonly customer?: { readonly [Field in "name" | "email" | "phone"]?: string | undefined } | undefined;
  readonly redirect?: { readonly url: string } | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly providerOptions?: unknown;
  /** Their form in the driver's requests, or texts from another source. */
  readonly texts?: readonly (string | undefined)[] | undefined;
}

/**
 * `text`: at any place, also cut off at its end. `word`: only as a whole word; inside other words it would hide parts of
 * them. `phone`: its digits, in any grouping.
 */
export interface SensitiveText {
  readonly kind: "text" | "word" | "phone";
  readonly text: string;
}

/** Words that identify nobody and occur in many other texts. */
const MIN_TEXT_LENGTH = 3;

/** Every text of the sources that may be about a person, and the parts of names, addresses and numbers. */
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
  // A requested account number or a telephone number in metadata, which may be returned in another grouping.
  const isNumber = /^\+?[\d\s().-]{7,}$/.test(text);
  return [{ kind: "text", text }, ...(isNumber ? ofPhone(text) : []), ...(URL.canParse(text) ? partsOfUrl(text) : [])];
};

const ofCustomer = ({ name, email, phone }: NonNullable<SensitiveSource["customer"]>): readonly SensitiveText[] => [
  ...(name === undefined ? [] : ofName(name)),
  ...(email === undefined ? [] : ofEmail(email)),
  ...(phone === undefined ? [] : ofPhone(phone)),
];

/** A name, the name without spaces, and its parts of two letters or more. */
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

/** A merchant's query may contain a token, and a path the number of an order. */
const partsOfUrl = (url: string): readonly SensitiveText[] => {
  const { host, pathname, search, hash, username, password, searchParams } = new URL(url);
  const whole = [host, pathname, search, search.slice(1), hash.slice(1), username, password];
  const parts = [...pathname.split("/"), ...searchParams.values()];
  return [...whole, ...parts].filter(isLong).map((text) => ({ kind: "text", text }));
};

const MAX_DEPTH = 8;

const textsWithin = (options: unknown, depth = 0): readonly string[] => {
  if (typeof options === "string") return [options];
  if (typeof options !== "object" || options === null || depth > MAX_DEPTH) return [];
  return Object.values(omitUndefined({ ...options })).flatMap((each) => textsWithin(each, depth + 1));
};

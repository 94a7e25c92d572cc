/** The longest text of a result, in characters: a URL is shorter. */
const MAX_LENGTH = 2_000;
/** The longest text that others wrote. */
const MAX_UNTRUSTED_LENGTH = 300;

/**
 * Control characters, and those that change the direction of a text or that nobody sees: with them, a name can carry orders that only a
 * model reads. Line ends count, because a text of others must not look like a new paragraph of ours. Half of a pair is not a character.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}]|\u{17B4}|\u{17B5}|[\u{FE00}-\u{FE0F}]|[\u{E0100}-\u{E01EF}]/gu;

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** A text with every invisible character written out, of at most this length. */
export const visible = (text: string, length: number = MAX_LENGTH): string =>
  cut(cut(text, length).replace(INVISIBLE, escaped), length);

/** Makes every text of a value visible and short, and removes secrets from it. Fields without a value are left out. */
export const presentable = (
  value: unknown,
  withoutSecrets: (text: string) => string,
  length: number = MAX_LENGTH,
): unknown => {
  if (typeof value === "string") return visible(withoutSecrets(value), length);
  if (Array.isArray(value)) return value.map((each) => presentable(each, withoutSecrets, length));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined
      ? []
      : [
          [
            visible(withoutSecrets(name), MAX_UNTRUSTED_LENGTH),
            presentable(field, withoutSecrets, name === "untrusted" ? MAX_UNTRUSTED_LENGTH : length),
          ] as const,
        ],
  );
  return Object.fromEntries(fields);
};

const REDACTED = "[redacted]";
const MAX_LENGTH = 300;
const EMAIL = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g;
/** A telephone or card number; shorter runs of digits are mostly amounts and references. */
const LONG_NUMBER = /\+?\d(?:[ -]?\d){8,}/g;

/** Makes a provider's text fit to be shown: no secret, no personal datum, no control character, at most 300 characters. */
export type Redactor = (text: string, personal?: readonly (string | undefined)[]) => string;

/** A redactor that knows the secrets of one driver. Call it for every text of a provider that goes into an error. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const known = secrets.filter((each) => each.length > 0).flatMap(spellings);
  return (text, personal = []) => {
    const words = [...known, ...personal.filter((each) => each !== undefined && each.length > 1)] as readonly string[];
    const clean = words
      .toSorted((left, right) => right.length - left.length)
      .reduce((result, word) => result.replaceAll(word, REDACTED), text)
      .replace(EMAIL, REDACTED)
      .replace(LONG_NUMBER, REDACTED)
      .replace(/\p{C}+/gu, " ")
      .trim();
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
  };
};

/** How a secret may stand in a text: as it is, in an address, in a Basic header. */
const spellings = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  btoa(secret).replace(/=+$/, ""),
  btoa(`${secret}:`).replace(/=+$/, ""),
];

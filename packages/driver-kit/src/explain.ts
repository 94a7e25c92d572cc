// For a driver's facts about a refused delivery. Loaded when the first one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";

export { malformedBase64, timedSignatureFacts, tokenFacts } from "./explain-signatures.ts";

type Malformed = NonNullable<WebhookFacts["malformed"]>;

/** The names of the headers that a delivery does not have. */
export const missingHeaders = (delivery: DriverDelivery, names: readonly string[]): readonly string[] =>
  names.filter((name) => (delivery.header(name.toLowerCase()) ?? "") === "");

/** Describes a signature that is not a number of hexadecimal digits, without showing it; `undefined` if it is. */
export const malformedHex = (name: string, given: string, digits: number): Malformed | undefined =>
  given.length === digits && /^[0-9a-f]+$/i.test(given)
    ? undefined
    : { name, expected: `${digits} hexadecimal digits`, got: formOf(given, digits) };

const formOf = (given: string, digits: number): string => {
  const length = `${given.length} characters`;
  if (given.trim() !== given) return `${length}, with white space around them`;
  if (/^["'].*["']$/.test(given)) return `${length}, in quotes`;
  const prefix = /^[A-Za-z][A-Za-z0-9-]{0,15}[=: ]/.exec(given);
  if (prefix) return `${length}, with a prefix before the digits`;
  if (given.includes(",")) return `${length}, several values separated by a comma`;
  if (/^[0-9a-f]+$/i.test(given)) return `${given.length} hexadecimal digits`;
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(given) && Math.abs(given.length - (digits * 2) / 3) <= 2;
  return isBase64 ? `${length}, in Base64` : `${length}, some of which are not hexadecimal digits`;
};

/** A secret of the configuration. */
export interface NamedSecret {
  /** The option that has it, such as `signingSecrets[1]`. Appears in explanations. */
  readonly option: string;
  readonly secret: string;
}

/** The secrets of a list option, by name. */
export const namedSecrets = (option: string, secrets: readonly string[]): readonly NamedSecret[] =>
  secrets.map((secret, index) => ({ option: `${option}[${index}]`, secret }));

/** The most secrets that are tried beside the configured ones. */
const MAX_SECRETS = 8;

/**
 * The first secret that verifies a delivery although it is not used as it is: a used one in its cleaned form, or one that does
 * not verify webhooks. `verifies` compares in constant time.
 */
export const findOtherSecret = async (
  used: readonly NamedSecret[],
  unused: readonly NamedSecret[],
  verifies: (secret: string) => boolean | PromiseLike<boolean>,
): Promise<WebhookFacts["otherSecret"]> => {
  const padded = used.flatMap(({ option, secret }) => {
    const cleaned = cleanedSecret(secret);
    return cleaned === undefined ? [] : [{ option, secret: cleaned, problem: "padded" as const }];
  });
  const idle = unused
    .filter(({ secret }) => !used.some((each) => each.secret === secret))
    .map((each) => ({ ...each, problem: "not_used" as const }));
  for (const { option, secret, problem } of [...padded, ...idle].slice(0, MAX_SECRETS)) {
    if (await verifies(secret)) return { option, problem };
  }
  return undefined;
};

/**
 * A secret without the characters that an environment file or a dashboard adds by mistake: white space, quotes, a written line
 * end, a comma or semicolon, the name of the variable. `undefined` if it has none of them.
 */
export const cleanedSecret = (secret: string): string | undefined => {
  let cleaned = secret;
  for (let before = ""; before !== cleaned; ) {
    before = cleaned;
    cleaned = cleaned
      .replace(/^(?:export\s+)?[A-Z][A-Z0-9_]*=/, "")
      .replace(/(?:\\[nrt]|[\s"'`,;\ufeff\u200b])+$/, "")
      .replace(/^[\s"'`\ufeff\u200b]+/, "");
  }
  return cleaned === secret || cleaned === "" ? undefined : cleaned;
};

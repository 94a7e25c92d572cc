// For a driver's facts about a refused delivery. Loaded when the first one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { decodeSignature, type HmacForm, signatureInWords } from "./hmac.ts";
import { readTimedSignature } from "./timed-signature.ts";

type Malformed = NonNullable<WebhookFacts["malformed"]>;
type Facts = Pick<WebhookFacts, "missing" | "malformed" | "signedAtMs">;

const givenIn = (delivery: DriverDelivery, header: string): string => delivery.header(header.toLowerCase()) ?? "";

/** The names of the headers that a delivery does not have. */
export const missingHeaders = (delivery: DriverDelivery, names: readonly string[]): readonly string[] =>
  names.filter((name) => givenIn(delivery, name) === "");

/** Describes a signature that is not a number of hexadecimal digits, without showing it; `undefined` if it is. */
export const malformedHex = (name: string, given: string, digits: number): Malformed | undefined =>
  given.length === digits && /^[0-9a-f]+$/i.test(given)
    ? undefined
    : { name, expected: `${digits} hexadecimal digits`, got: formOf(given, digits) };

const formOf = (given: string, digits: number): string => {
  const oddity = oddityOf(given, "digits", /^[A-Za-z][A-Za-z0-9-]{0,15}[=: ]/);
  if (oddity !== undefined) return oddity;
  if (/^[0-9a-f]+$/i.test(given)) return `${given.length} hexadecimal digits`;
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(given) && Math.abs(given.length - (digits * 2) / 3) <= 2;
  return `${given.length} characters, ${isBase64 ? "in Base64" : "some of which are not hexadecimal digits"}`;
};

/** The facts about a header like `t=1767225600,v1=…`, as `timedSignatureProblem` reads it. */
export const timedSignatureFacts = (
  delivery: DriverDelivery,
  { header, scheme = "v1", ...form }: HmacForm & { readonly header: string; readonly scheme?: string },
): Facts => {
  const given = givenIn(delivery, header).trim();
  if (given === "") return { missing: [`the header ${header}`] };
  const read = readTimedSignature(given, scheme, form);
  return "got" in read ? { malformed: { name: header, ...read } } : { signedAtMs: read.signedAtMs };
};

/** The facts about a header that must have a secret itself, as `tokenProblem` reads it. */
export const tokenFacts = (delivery: DriverDelivery, header: string): Facts => {
  const given = givenIn(delivery, header);
  if (given.trim() === "") return { missing: [`the header ${header}`] };
  const got = oddityOf(given, "token", /^(?:Bearer|Basic|Token) /i);
  return got === undefined ? {} : { malformed: { name: header, expected: "the token alone", got } };
};

/** The characters around a value that do not belong to it, in words. */
const oddityOf = (given: string, value: "token" | "digits", prefix: RegExp): string | undefined => {
  const length = `${given.length} characters`;
  if (given.trim() !== given) return `${length}, with white space around them`;
  if (/^["'].*["']$/.test(given)) return `${length}, in quotes`;
  if (prefix.test(given)) return `${length}, with a prefix before the ${value}`;
  return given.includes(value === "token" ? ", " : ",") ? `${length}, several values separated by a comma` : undefined;
};

/** Describes a signature that is not the Base64 of some bytes, without showing it; `undefined` if it is. */
export const malformedBase64 = (
  name: string,
  given: string,
  form: Omit<HmacForm, "encoding">,
): WebhookFacts["malformed"] => {
  const documented = { ...form, encoding: "base64" } as const;
  if (decodeSignature(given, documented)) return undefined;
  const isHex = decodeSignature(given, { ...form, encoding: "hex" }) !== undefined;
  const got = isHex ? `${given.length} hexadecimal digits` : `${given.length} characters of another form`;
  return { name, expected: signatureInWords(documented), got };
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

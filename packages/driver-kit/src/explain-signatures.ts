import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { decodeSignature, type HmacForm, signatureInWords } from "./hmac.ts";
import { readTimedSignature } from "./timed-signature.ts";

type Facts = Pick<WebhookFacts, "missing" | "malformed" | "signedAtMs">;

const givenIn = (delivery: DriverDelivery, header: string): string => delivery.header(header.toLowerCase()) ?? "";

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
  const got = oddityOf(given);
  return got === undefined ? {} : { malformed: { name: header, expected: "the token alone", got } };
};

const oddityOf = (given: string): string | undefined => {
  const length = `${given.length} characters`;
  if (given.trim() !== given) return `${length}, with white space around them`;
  if (/^["'].*["']$/.test(given)) return `${length}, in quotes`;
  if (/^(?:Bearer|Basic|Token) /i.test(given)) return `${length}, with a prefix before the token`;
  if (given.includes(", ")) return `${length}, several values separated by a comma`;
  return undefined;
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

// The verification of deliveries.
import type { DriverDelivery, DriverWebhookError } from "@tautan/core/driver";
import {
  decodeSignature,
  type HmacForm,
  type HmacKey,
  hmacVerifies,
  isOneOf,
  type SignedParts,
  signatureInWords,
} from "./hmac.ts";
import { readTimedSignature } from "./timed-signature.ts";
import { type SignedTimeLimits, signatureInvalid, signedTimeProblem } from "./webhook-errors.ts";

export { type HmacForm, type HmacKey, hmacSignature, hmacVerifies, isOneOf, type SignedParts } from "./hmac.ts";
export { type SignedTimeLimits, signedTimeProblem } from "./webhook-errors.ts";

/** The advice for each problem. `body_reserialised` is only for rules with `respell`. */
export type SignatureHints = Readonly<
  Record<"missing" | "malformed" | "mismatch", string> & Partial<Record<"body_reserialised", string>>
>;

interface HeaderRules<Hints> {
  /** The header's documented name, such as `X-Callback-Token`. Appears in errors. */
  readonly header: string;
  /** The option of the driver that has the secrets, such as `webhookSecrets`. Appears in errors. */
  readonly option: string;
  readonly hints: Hints;
}

interface HmacRules extends HeaderRules<SignatureHints>, HmacForm {
  /** Any of them may have signed: while a secret is replaced, both may. */
  readonly secrets: readonly HmacKey[];
  /**
   * Another spelling of the body that may have been signed, to distinguish a body that was changed on its way from a forgery.
   * `undefined` if there is none. Called only for a wrong signature, which anybody can send: bound its work.
   */
  readonly respell?: (text: string) => string | undefined;
}

/** The rules of a header with one signature. */
export interface SignatureRules extends HmacRules {
  /** The signed data for a body. Default: the body alone. */
  readonly signed?: (body: string) => SignedParts;
}

/** The rules of a header with a time and signatures over the time, a point and the body. */
export interface TimedSignatureRules extends HmacRules, Omit<SignedTimeLimits, "name"> {
  /** The name of the signatures in the header. Default `v1`. */
  readonly scheme?: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The rules of a header that has a secret itself. It proves the sender, and nothing of the body. */
export interface TokenRules extends HeaderRules<Pick<SignatureHints, "missing" | "mismatch">> {
  /** Any of them may be in the header: while a token is replaced, both may. */
  readonly tokens: readonly string[];
}

/** The most secrets with which another spelling of the body is verified. */
const DIAGNOSED_SECRETS = 2;

/**
 * The problem of a delivery whose header has the signature of its body; `undefined` if there is none.
 *
 * @example
 * ```ts
 * import type { DriverDelivery } from "@tautan/core/driver";
 * import { signatureProblem } from "@tautan/driver-kit/signatures";
 *
 * const HINTS = { missing: "…", malformed: "…", mismatch: "…" };
 *
 * const problemOf = (delivery: DriverDelivery, secrets: readonly string[]) =>
 *   signatureProblem(delivery, { header: "X-Acme-Signature", secrets, option: "webhookSecrets", hints: HINTS });
 * ```
 */
export const signatureProblem = (delivery: DriverDelivery, rules: SignatureRules): DriverWebhookError | undefined => {
  const { header, hints, signed = (body) => [body] } = rules;
  const text = delivery.header(header.toLowerCase())?.trim() ?? "";
  if (text === "") return missing(rules);
  const given = decodeSignature(text, rules);
  if (!given) return signatureInvalid("malformed", `${header} is not ${signatureInWords(rules)}`, hints);
  return mismatchOf(delivery, rules, [given], signed);
};

/**
 * The problem of a delivery whose header is like `t=1767225600,v1=…`; `undefined` if there is none. The time is checked after
 * the signature, because the time of an unsigned delivery means nothing.
 */
export const timedSignatureProblem = (
  delivery: DriverDelivery,
  rules: TimedSignatureRules,
): DriverWebhookError | undefined => {
  const { header, scheme = "v1", nowMs, hints } = rules;
  const text = delivery.header(header.toLowerCase())?.trim() ?? "";
  if (text === "") return missing(rules);
  const read = readTimedSignature(text, scheme, rules);
  if ("got" in read) {
    return signatureInvalid("malformed", `${header}: expected ${read.expected}, got ${read.got}`, hints);
  }
  const { time, signedAtMs, signatures } = read;
  const wrong = mismatchOf(delivery, rules, signatures, (body) => [`${time}.`, body]);
  return wrong ?? signedTimeProblem(nowMs - signedAtMs, { ...rules, name: `the time in ${header}` });
};

/** The problem of a delivery whose header must have a secret itself; `undefined` if there is none. */
export const tokenProblem = (delivery: DriverDelivery, rules: TokenRules): DriverWebhookError | undefined => {
  const { header, option, tokens, hints } = rules;
  const given = delivery.header(header.toLowerCase()) ?? "";
  if (given === "") return missing(rules);
  return isOneOf(tokens, given)
    ? undefined
    : signatureInvalid("mismatch", `${header} is not the value of ${option}`, hints);
};

const missing = ({ header, hints }: HeaderRules<{ readonly missing: string }>): DriverWebhookError =>
  signatureInvalid("missing", `the delivery has no ${header} header`, hints);

const mismatchOf = (
  { text }: DriverDelivery,
  rules: HmacRules,
  given: readonly Uint8Array[],
  signed: (body: string) => SignedParts,
): DriverWebhookError | undefined => {
  const { header, option, secrets, hints, respell } = rules;
  // The text was decoded from the bytes without an error, so both have one hash.
  if (hmacVerifies(secrets, signed(text), given, rules)) return undefined;
  const other = respell?.(text);
  const isChanged =
    other !== undefined && hmacVerifies(secrets.slice(0, DIAGNOSED_SECRETS), signed(other), given, rules);
  return isChanged
    ? signatureInvalid(
        "body_reserialised",
        `${header} matches the same JSON written differently, not the received body`,
        { body_reserialised: PASS_RAW_BODY, ...hints },
      )
    : signatureInvalid("mismatch", `${header} does not match the body with any of ${option}`, hints);
};

const PASS_RAW_BODY = "Pass the raw body, as it arrived: it was parsed and serialised again before parseWebhook.";

import type { DriverWebhookError } from "@tautan/core/driver";

/** Nothing of a refused delivery is used, and no request was sent. */
const NOT_USED = { retryable: false, outcome: "not_sent" } as const;

type SignatureProblem = Extract<DriverWebhookError, { readonly kind: "signature_invalid" }>["problem"];

/** The error for a delivery without a right signature; `hints` has the advice for each problem. */
export const signatureInvalid = <Problem extends SignatureProblem>(
  problem: Problem,
  message: string,
  hints: Readonly<Record<Problem, string>>,
): DriverWebhookError => ({ kind: "signature_invalid", problem, message, hint: hints[problem], ...NOT_USED });

/** The error for a delivery with a right signature and a time in it that is too far from now. */
export const signatureExpired = (message: string, hint: string): DriverWebhookError => ({
  kind: "signature_expired",
  message,
  hint,
  ...NOT_USED,
});

/** The times that a signed delivery may have. */
export interface SignedTimeLimits {
  /** The place of the time, such as `X-Timestamp`. Appears in errors. */
  readonly name: string;
  /** The maximum age in milliseconds. */
  readonly maxAgeMs: number;
  /** The option of the driver that sets it, such as `webhookMaxAgeMs`. Appears in errors. */
  readonly maxAgeOption: string;
  /** The maximum time ahead of this machine's clock in milliseconds. Default: no limit. */
  readonly maxAheadMs?: number;
}

/** The problem of a signed time, by its age; `undefined` if it is within the limits. Call it after the signature is verified. */
export const signedTimeProblem = (
  ageMs: number,
  { name, maxAgeMs, maxAgeOption, maxAheadMs = Number.POSITIVE_INFINITY }: SignedTimeLimits,
): DriverWebhookError | undefined => {
  if (ageMs > maxAgeMs) {
    return signatureExpired(
      `${name} is ${inWords(ageMs)} old, and ${maxAgeOption} accepts at most ${inWords(maxAgeMs)}`,
      `The signature is valid, so it may report a genuine payment: read the link or its histories, or raise ${maxAgeOption} and have it sent again.`,
    );
  }
  if (ageMs < -maxAheadMs) {
    return signatureExpired(
      `${name} is ${inWords(-ageMs)} ahead of this machine's clock, and at most ${inWords(maxAheadMs)} are accepted`,
      "Correct this machine's clock, which is behind.",
    );
  }
  return undefined;
};

const inWords = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 172_800 ? `${seconds} s` : `${Math.floor(seconds / 86_400)} days`;
};

/** The error for an unreadable delivery; `retryable` if another delivery may contain what is missing. */
export const malformedWebhook = (message: string, hint: string, retryable = false): DriverWebhookError => ({
  kind: "malformed_webhook",
  message,
  hint,
  ...NOT_USED,
  retryable,
});

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

/** The error for an unreadable delivery; `retryable` if another delivery may contain what is missing. */
export const malformedWebhook = (message: string, hint: string, retryable = false): DriverWebhookError => ({
  kind: "malformed_webhook",
  message,
  hint,
  ...NOT_USED,
  retryable,
});

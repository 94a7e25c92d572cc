import type { PaymentLinkError } from "./errors.ts";

/**
 * Whether the next gateway of a route may be tried after this error of a create: only if it is certain that there is no link
 * yet, and never if the caller gave up.
 */
export const mayTryNext = ({ kind, outcome }: PaymentLinkError): boolean =>
  outcome !== "unknown" && kind !== "duplicate_reference" && kind !== "aborted";

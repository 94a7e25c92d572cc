import type { Random } from "../state/random.ts";

/** The result of one POST to the merchant. */
export type Answer = { readonly status: number } | { readonly error: string };

/** How a provider treats a webhook that was not taken. */
export interface RetryPolicy {
  /** How long it waits for an answer. */
  readonly timeoutMs: number;
  /** How many redirects with 307 and 308 it follows, posting the same again. */
  readonly maxRedirects: number;
  /** How many times it sends again at most, if this was the newest answer. */
  retriesAfter(answer: Answer): number;
  /** How long it waits before it sends again; `retry` counts from 1. */
  gapMs(retry: number, random: Random): number;
  /** Whether each sending is signed at its own time. Absent: all repeat the first signature. */
  readonly signsAgain?: boolean;
}

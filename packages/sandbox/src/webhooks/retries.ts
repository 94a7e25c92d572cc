import type { Random } from "../state/random.ts";

/** What became of one POST to the merchant. */
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

/** For a provider that documents no other. */
export const USUAL_TIMEOUT_MS = 15_000;

export const isTaken = (answer: Answer): boolean => "status" in answer && answer.status >= 200 && answer.status <= 299;

/** A table of answers that several providers share but for what is not in it. */
export const retriesByStatus = (
  answer: Answer,
  others: { readonly unanswered: number; readonly redirects: number },
): number => {
  if (isTaken(answer)) return 0;
  if ("error" in answer) return others.unanswered;
  switch (answer.status) {
    case 500:
      return 1;
    case 503:
      return 4;
    case 400:
    case 404:
      return 2;
    case 301:
    case 302:
    case 303:
      return 0;
    case 307:
    case 308:
      return others.redirects;
    default:
      return 5;
  }
};

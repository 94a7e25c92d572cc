import type { PaymentLinkError, WebhookExplanation } from "@tautan/core";
import { createOnceAMinute } from "./once-a-minute.ts";
import type { ReceiverError } from "./receiver.ts";

/** A request that was not answered with success, or an event that was left out. Contains no secrets and no personal data. */
export interface WebhookProblem {
  /**
   * - `refused`: the delivery is not genuine, not readable, or for a gateway that is not configured. `error` has the reason.
   * - `body_parsed`: something before the handler read the body. The delivery may be genuine, and is requested again. `hint` names
   *   the line to change.
   * - `too_large`: the body is larger than `maxBodyBytes`, or `maxWebhookBytes` of the links.
   * - `incomplete`: the connection closed before the whole body arrived.
   * - `wrong_method`: it is not a POST.
   * - `not_stored`: the ledger could not store it. It is requested again.
   * - `not_confirmed`: the gateway did not confirm an event. It is requested again, unless the gateway cannot confirm any: then the
   *   event was left out.
   * - `event_failed`: `onEvent` failed. The delivery is requested again.
   * - `unexpected`: a defect of this library. The delivery is requested again.
   */
  readonly kind:
    | "refused"
    | "body_parsed"
    | "too_large"
    | "incomplete"
    | "wrong_method"
    | "not_stored"
    | "not_confirmed"
    | "event_failed"
    | "unexpected";
  /** The gateway's key, as the request names it; `(not a key)` if it cannot be one. */
  readonly gateway: string;
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** The status of the response. */
  readonly status: number;
  /** The error of the operation that refused it, if one did. */
  readonly error?: ReceiverError | PaymentLinkError;
  /**
   * Why a signature or a body was refused: another secret, a body that was serialised again, a clock that is off, and more. At most one
   * a minute for each gateway and kind of refusal, because anyone can send forged deliveries.
   */
  readonly explanation?: WebhookExplanation;
  /** What `onEvent` threw or returned. Not enumerable, because it can contain anything. */
  readonly cause?: unknown;
}

export const problemOf = (fields: Omit<WebhookProblem, "cause">, cause?: unknown): WebhookProblem => {
  const gateway = /^[a-z0-9_-]{1,32}$/.test(fields.gateway) ? fields.gateway : "(not a key)";
  const problem: WebhookProblem = { ...fields, gateway };
  if (cause !== undefined) Object.defineProperty(problem, "cause", { value: cause, enumerable: false });
  return Object.freeze(problem);
};

export type OnProblem = (problem: WebhookProblem) => void;

/**
 * Writes problems to the console: a body that was parsed before once, every other problem at most once a minute for each gateway
 * and reason, because anyone can send forged deliveries.
 */
export const createConsoleReport = (clock: { now(): number }): OnProblem => {
  const isDue = createOnceAMinute(clock);
  const parsedBefore = new Set<string>();
  return (problem) => {
    const { kind, gateway, message, hint, status, error, explanation, cause } = problem;
    // Only of an error is it known that the gateway is configured: anyone can choose the path.
    const known = error && error.kind !== "unknown_gateway" ? gateway : "";
    const reason = JSON.stringify([kind, known, error?.kind, error && "problem" in error ? error.problem : ""]);
    if (parsedBefore.has(reason) || !isDue(reason)) return;
    if (kind === "body_parsed") parsedBefore.add(reason);
    const what = explanation && explanation.cause !== "unknown" ? `${kind}, ${explanation.cause}` : kind;
    const line = `@tautan/webhooks: ${gateway}: answered ${status}, ${what}: ${message}\n  ${hint}`;
    // oxlint-disable-next-line no-console -- the merchant has given no other place, and a silent fault would lose payments.
    console.error(...(cause === undefined ? [line] : [line, cause]));
  };
};

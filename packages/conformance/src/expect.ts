import { AssertionError } from "node:assert";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Outcome, PaymentLinkError, WebhookError } from "@tautan/core";
import type { Result, ResultAsync } from "neverthrow";

type AnyError = PaymentLinkError | WebhookError;

/** A result, or a promise of one. */
type Answer<T, E> = Result<T, E> | ResultAsync<T, E>;

/** Fails the test if a condition is false. `message` has the expected value. */
export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new AssertionError({ message, stackStartFn: check });
}

/** Fails the test if two values differ. `what` names the value. */
export const equal = (actual: unknown, expected: unknown, what: string): void => {
  try {
    assert.deepEqual(actual, expected);
  } catch {
    const message = `${what}: expected ${shown(expected)}, got ${shown(actual)}`;
    throw new AssertionError({ message, actual, expected, stackStartFn: equal });
  }
};

/** The value of a result that must be a success. */
export const okOf = async <T, E extends AnyError>(result: Answer<T, E>, what: string): Promise<T> => {
  const awaited = await result;
  if (awaited.isOk()) return awaited.value;
  const { kind, outcome, message } = awaited.error;
  throw new AssertionError({
    message: `${what}: expected a success, got ${kind} (${outcome}): ${message}`,
    stackStartFn: okOf,
  });
};

/** The error of a result that must be a failure, complete as every error has to be. */
export const errorOf = async <E extends AnyError>(result: Answer<unknown, E>, what: string): Promise<E> => {
  const awaited = await result;
  if (awaited.isOk()) {
    const message = `${what}: expected an error, got a success: ${shown(awaited.value)}`;
    throw new AssertionError({ message, stackStartFn: errorOf });
  }
  const { error } = awaited;
  check(error.message.length > 0 && error.hint.length > 0, `${what}: ${error.kind} lacks its message or its hint`);
  check(typeof error.retryable === "boolean", `${what}: ${error.kind}.retryable is not a boolean`);
  check(OUTCOMES.has(error.outcome), `${what}: ${error.kind} has no outcome`);
  return error;
};

const OUTCOMES: ReadonlySet<Outcome> = new Set<Outcome>(["not_sent", "refused", "unknown"]);

/** Checks that an error is of one of some kinds. */
export const checkKind = (error: AnyError, kinds: readonly AnyError["kind"][], what: string): void =>
  check(
    kinds.includes(error.kind),
    `${what}: expected ${kinds.join(" or ")}, got ${error.kind} (${error.outcome}): ${error.message}`,
  );

const shown = (value: unknown): string => inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });

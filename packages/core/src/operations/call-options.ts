import type { Issue } from "../errors.ts";
import { isTimeoutMs, MAX_TIMEOUT_MS } from "../timeout.ts";
import { InputReader } from "../validation/reader.ts";

const CALL_OPTIONS = ["signal", "timeoutMs"];

/** The issues of the options of one call: a misspelt `timeoutMs` must not be ignored. */
export const checkCallOptions = (options: unknown): readonly Issue[] => {
  if (options === undefined) return [];
  const reader = new InputReader();
  const { signal, timeoutMs } = reader.object(options, CALL_OPTIONS) ?? {};
  if (timeoutMs !== undefined && !isTimeoutMs(timeoutMs)) {
    reader.refuse("timeoutMs", `expected a number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`);
  }
  if (signal !== undefined && !isAbortSignal(signal)) reader.refuse("signal", "expected an AbortSignal");
  return reader.issues;
};

/** By its methods, because a signal may be of another realm or a polyfill. */
const isAbortSignal = (value: unknown): value is AbortSignal => {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  const isTarget = typeof addEventListener === "function" && typeof removeEventListener === "function";
  return typeof aborted === "boolean" && isTarget;
};

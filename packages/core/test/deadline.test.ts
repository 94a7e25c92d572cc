import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isTimeout, startDeadline } from "../src/operations/deadline.ts";

describe("a deadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("fires at its time, as a timeout", () => {
    const { signal } = startDeadline(1000);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted && isTimeout(signal)).toBe(true);
  });

  test("fires with its parent, for the parent's reason", () => {
    const parent = new AbortController();
    const { signal } = startDeadline(1000, parent.signal);
    parent.abort(new Error("enough"));
    expect(signal.reason).toEqual(new Error("enough"));
    expect(isTimeout(signal)).toBe(false);
  });

  test("has fired where its parent had", () => {
    expect(startDeadline(1000, AbortSignal.abort()).signal.aborted).toBe(true);
  });

  test("leaves nothing behind once it is done with", () => {
    const parent = new AbortController();
    const { signal, dispose } = startDeadline(1000, parent.signal);
    dispose();
    parent.abort();
    expect(vi.getTimerCount()).toBe(0);
    expect(signal.aborted).toBe(false);
  });
});

test("a deadline that has passed fires at once, without a warning of the process", async () => {
  // Of the real timers: a spy on faked ones is restored to them, perhaps in the next file of this process, which they stop for ever.
  const start = vi.spyOn(globalThis, "setTimeout");
  const { signal } = startDeadline(-1.5);
  // Node warns of a negative time.
  expect(start).toHaveBeenCalledWith(expect.any(Function), 0);
  start.mockRestore();
  await once(signal, "abort");
  expect(isTimeout(signal)).toBe(true);
});

import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Deadline, isTimeout } from "../src/operations/deadline.ts";

describe("a deadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("fires at its time, as a timeout", () => {
    const { signal } = new Deadline(1000);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted && isTimeout(signal)).toBe(true);
  });

  test("fires with its parent, for the parent's reason", () => {
    const parent = new AbortController();
    const { signal } = new Deadline(1000, parent.signal);
    parent.abort(new Error("enough"));
    expect(signal.reason).toEqual(new Error("enough"));
    expect(isTimeout(signal)).toBe(false);
  });

  test("has fired where its parent had", () => {
    expect(new Deadline(1000, AbortSignal.abort()).signal.aborted).toBe(true);
  });

  test("has a shorter one for the first of two steps, which fires with it", () => {
    const parent = new AbortController();
    const [deadline, other] = [new Deadline(1000), new Deadline(1000, parent.signal)];
    const [first, ended] = [deadline.startShare(1000), other.startShare(1000)];
    vi.advanceTimersByTime(665);
    expect(first.aborted).toBe(false);
    vi.advanceTimersByTime(2);
    expect(first.aborted && isTimeout(first)).toBe(true);
    expect(deadline.signal.aborted).toBe(false);
    const second = other.startShare(1000);
    parent.abort(new Error("enough"));
    expect(second.reason).toEqual(new Error("enough"));
    expect(other.startShare(1000).reason).toEqual(new Error("enough"));
    expect(isTimeout(ended)).toBe(true);
  });

  test("ends the share of a step that is over", () => {
    const parent = new AbortController();
    const deadline = new Deadline(1000, parent.signal);
    const share = deadline.startShare(1000);
    deadline.endShare();
    expect(vi.getTimerCount()).toBe(1);
    parent.abort();
    expect(share.aborted).toBe(false);
  });

  test("leaves nothing behind once it is done with", () => {
    const parent = new AbortController();
    const deadline = new Deadline(1000, parent.signal);
    deadline.startShare(1000);
    deadline.end();
    parent.abort();
    expect(vi.getTimerCount()).toBe(0);
    expect(deadline.signal.aborted).toBe(false);
  });
});

test("a deadline that has passed fires at once, without a warning of the process", async () => {
  // Of the real timers: a spy on faked ones is restored to them, perhaps in the next file of this process, which they stop for ever.
  const start = vi.spyOn(globalThis, "setTimeout");
  const { signal } = new Deadline(-1.5);
  // Node warns of a negative time.
  expect(start).toHaveBeenCalledWith(expect.any(Function), 0);
  start.mockRestore();
  await once(signal, "abort");
  expect(isTimeout(signal)).toBe(true);
});

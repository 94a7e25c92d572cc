import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBell } from "../src/process/worker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a wait that is longer than any timer does not end at once", async () => {
  const end = new AbortController();
  let hasEnded = false;
  const waited = createBell()
    .wait(Number.MAX_SAFE_INTEGER, end.signal)
    .then(() => (hasEnded = true));
  await vi.advanceTimersByTimeAsync(24 * 60 * 60_000);
  expect(hasEnded).toBe(false);
  end.abort();
  await waited;
  expect(vi.getTimerCount()).toBe(0);
});

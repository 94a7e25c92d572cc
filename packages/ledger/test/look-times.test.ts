import { epochMsOf, instantAt } from "@tautan/core/driver";
import { expect, test } from "vitest";
import { countLook, type LookCircumstances, type Looked, nextLookAt } from "../src/plan/look-times.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1);

/** The minutes after the start at which a link is looked at, until never again or for that many looks. */
const looksOf = (
  link: Looked,
  circumstances: Partial<LookCircumstances> = {},
  count = 20,
  statusAt: (minute: number) => Looked["status"] = () => link.status,
): readonly number[] => {
  const minutes: number[] = [];
  let nowMs = START_MS;
  let looks = 0;
  while (minutes.length < count) {
    const after = { nowMs, windowMs: 0, lateAfterMs: 15 * MINUTE_MS, isShared: false, ...circumstances };
    const at = nextLookAt(link, looks, after);
    if (at === undefined) break;
    nowMs = epochMsOf(at);
    const minute = (nowMs - START_MS) / MINUTE_MS;
    minutes.push(minute);
    looks = countLook({ ...link, status: statusAt(minute) }, looks);
  }
  return minutes;
};

const active = (expiresAfterMs?: number): Looked => ({
  status: "active",
  expiresAt: expiresAfterMs === undefined ? undefined : instantAt(START_MS + expiresAfterMs),
});

const DAY = 24 * 60;

test("a link without expiry is looked at after ten minutes, an hour, six hours, then daily", () => {
  expect(looksOf(active(), {}, 5)).toEqual([10, 70, 430, 430 + DAY, 430 + 2 * DAY]);
});

test("the first look waits for the gateway's repeated webhooks, but an hour at most", () => {
  expect(looksOf(active(), { windowMs: 8 * MINUTE_MS }, 1)).toEqual([10]);
  expect(looksOf(active(), { windowMs: 25 * MINUTE_MS }, 1)).toEqual([25]);
  expect(looksOf(active(), { windowMs: 342 * MINUTE_MS }, 1)).toEqual([60]);
});

test("a link is looked at when it expires, after its grace, a day and three days later, and never again", () => {
  expect(looksOf(active(24 * HOUR_MS))).toEqual([10, 70, 430, DAY, DAY + 20, 2 * DAY, 4 * DAY]);
  expect(looksOf(active(24 * HOUR_MS), { lateAfterMs: 2 * HOUR_MS })).toEqual([
    10,
    70,
    430,
    DAY,
    DAY + 125,
    2 * DAY,
    4 * DAY,
  ]);
});

test("an expiry in the next minutes, or long ago, is no exception", () => {
  expect(looksOf(active(3 * MINUTE_MS))).toEqual([3, 23, 3 + DAY, 3 + 3 * DAY]);
  expect(looksOf(active(-2 * HOUR_MS))).toEqual([DAY - 120, 3 * DAY - 120]);
  expect(looksOf(active(-4 * 24 * HOUR_MS))).toEqual([]);
});

test("a link without expiry that has ended is looked at one and three days later, and never again", () => {
  const ended = looksOf(active(), {}, 20, (minute) => (minute < 70 ? "active" : "exhausted"));
  expect(ended).toEqual([10, 70, 70 + DAY, 70 + 3 * DAY]);
});

test("a link that has ended and is open again is looked at daily", () => {
  const reopened = looksOf(active(), {}, 5, (minute) => (minute === 10 ? "closed" : "active"));
  expect(reopened).toEqual([10, 10 + DAY, 10 + 2 * DAY, 10 + 3 * DAY, 10 + 4 * DAY]);
});

test("links of an account that is read as a whole become due together", () => {
  const first = (createdMs: number): string | undefined =>
    nextLookAt(active(), 0, { nowMs: createdMs, windowMs: 0, lateAfterMs: 0, isShared: true });
  expect(first(START_MS + 1)).toBe("2026-01-01T00:20:00.000Z");
  expect(first(START_MS + 9 * MINUTE_MS)).toBe("2026-01-01T00:20:00.000Z");
  expect(looksOf(active(), { isShared: true }, 4)).toEqual([10, 75, 450, 1 * DAY + 720]);
});

test("an expiry is told at its minute, however many links share a read", () => {
  expect(looksOf(active(63 * MINUTE_MS), { isShared: true })).toEqual([10, 63, 90, 63 + DAY + 7, 63 + 3 * DAY + 7]);
});

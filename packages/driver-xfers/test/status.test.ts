import { linkStatus } from "@tautan/core/driver";
import { describe, expect, test } from "vitest";
import { meaningOfStatus } from "../src/status.ts";

describe("a link's status", () => {
  const ROWS = [
    ["draft", "draft", 0, false, []],
    ["pending", "open", 0, false, ["pending"]],
    ["processing", "open", 0, false, ["pending"]],
    ["paid", "open", 1, true, ["paid"]],
    ["completed", "open", 1, true, ["paid", "settled"]],
    ["expired", "expired", 0, false, ["expired"]],
    ["failed", "closed", 0, true, ["failed"]],
    ["cancelled", "closed", 0, false, ["cancelled"]],
  ] as const;

  test.each(ROWS)("%s", (word, state, used, hasHistory, facts) => {
    const meaning = { state, used, hasHistory, facts, notes: [] };
    expect(meaningOfStatus(word)).toEqual(meaning);
    // Tables of the dashboard print the words with a capital.
    expect(meaningOfStatus(word.charAt(0).toUpperCase() + word.slice(1))).toEqual(meaning);
    expect(meaningOfStatus(word.toUpperCase())).toEqual(meaning);
  });

  test.each([
    ["draft", "draft"],
    ["pending", "active"],
    ["processing", "active"],
    ["paid", "exhausted"],
    ["completed", "exhausted"],
    ["expired", "expired"],
    ["failed", "closed"],
    ["cancelled", "closed"],
    ["teleported", "unknown"],
  ])("%s makes a link that is %s", (word, status) => {
    const { state, used } = meaningOfStatus(word);
    expect(linkStatus({ state, usage: { limit: 1, used, held: 0 }, nowMs: 0 })).toBe(status);
  });

  test.each([
    "teleported",
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
    "paid ",
    "unpaid",
    "canceled",
    "refunded",
    "",
  ])("%j is neither success nor failure, but a note", (word) => {
    expect(meaningOfStatus(word)).toEqual({
      state: "unknown",
      used: 0,
      hasHistory: true,
      facts: [],
      notes: [`status=${word}`],
    });
  });
});

import { describe, expect, test } from "vitest";
import { createJournal, type JournalLimits, shortened } from "../src/state/journal.ts";
import type { Collection } from "../src/state/store.ts";

const noteNothing = (): void => {};

/** A shelf that shows what is on it. */
const shelfWith = (contents: Map<string, string>): Collection<string> => ({
  stored: new Map(contents),
  put: (key, value) => contents.set(key, value),
  remove: (key) => contents.delete(key),
});

const limits = (maxEntries: number, maxCharacters = 100): JournalLimits<string> => ({
  maxEntries,
  maxCharacters,
  sizeOf: (text) => text.length,
});

describe("a journal", () => {
  test("drops its oldest entries where there are too many, and counts them", () => {
    const journal = createJournal(limits(2), shelfWith(new Map()), noteNothing);
    for (const text of ["a", "b", "c"]) journal.add(text);
    expect([journal.entries, journal.dropped]).toEqual([["b", "c"], 1]);
  });

  test("drops its oldest entries where they are too long together, but never the newest", () => {
    const journal = createJournal(limits(9, 5), shelfWith(new Map()), noteNothing);
    for (const text of ["aaa", "bb", "c"]) journal.add(text);
    expect([journal.entries, journal.dropped]).toEqual([["bb", "c"], 1]);
    journal.add("a long one");
    expect([journal.entries, journal.dropped]).toEqual([["a long one"], 3]);
  });

  test("tells of each entry, which is kept by then", () => {
    const contents = new Map<string, string>();
    const told: string[][] = [];
    const journal = createJournal(limits(1), shelfWith(contents), () => {
      told.push([...contents.values()]);
    });
    journal.add("a");
    journal.add("b");
    expect(told).toEqual([["a"], ["b"]]);
  });

  test("goes on with what was kept, under the same numbers", () => {
    const contents = new Map<string, string>();
    const earlier = createJournal(limits(2), shelfWith(contents), noteNothing);
    for (const text of ["a", "b", "c"]) earlier.add(text);
    const journal = createJournal(limits(2), shelfWith(contents), noteNothing);
    expect([journal.entries, journal.dropped]).toEqual([["b", "c"], 1]);
    journal.add("d");
    expect([...contents]).toEqual([
      ["3", "c"],
      ["4", "d"],
    ]);
  });

  test("drops what was kept where it is to remember less by now", () => {
    const contents = new Map([
      ["1", "a"],
      ["2", "b"],
      ["3", "c"],
    ]);
    const journal = createJournal(limits(1), shelfWith(contents), noteNothing);
    expect([journal.entries, journal.dropped, [...contents.keys()]]).toEqual([["c"], 2, ["3"]]);
  });

  test("keeps 65,536 characters of a text, and says how long it was", () => {
    expect(shortened("a".repeat(65_536))).toBe("a".repeat(65_536));
    expect(shortened("a".repeat(65_537))).toBe(`${"a".repeat(65_536)}… (65537 characters in all)`);
  });
});

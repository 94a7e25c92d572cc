import { describe, expect, test } from "vitest";
import { createJournal, shortened } from "../src/journal.ts";

const noteNothing = (): void => {};

describe("a journal", () => {
  test("drops its oldest entries where there are too many, and counts them", () => {
    const journal = createJournal<string>(
      { maxEntries: 2, maxCharacters: 100, sizeOf: (text) => text.length },
      noteNothing,
    );
    for (const text of ["a", "b", "c"]) journal.add(text);
    expect([journal.entries, journal.forgotten]).toEqual([["b", "c"], 1]);
  });

  test("drops its oldest entries where they are too long together, but never the newest", () => {
    const journal = createJournal<string>(
      { maxEntries: 9, maxCharacters: 5, sizeOf: (text) => text.length },
      noteNothing,
    );
    for (const text of ["aaa", "bb", "c"]) journal.add(text);
    expect([journal.entries, journal.forgotten]).toEqual([["bb", "c"], 1]);
    journal.add("a long one");
    expect([journal.entries, journal.forgotten]).toEqual([["a long one"], 3]);
  });

  test("tells of each entry", () => {
    let count = 0;
    const journal = createJournal<string>({ maxEntries: 1, maxCharacters: 1, sizeOf: () => 1 }, () => {
      count += 1;
    });
    journal.add("a");
    journal.add("b");
    expect(count).toBe(2);
  });

  test("keeps 65,536 characters of a text, and says how long it was", () => {
    expect(shortened("a".repeat(65_536))).toBe("a".repeat(65_536));
    expect(shortened("a".repeat(65_537))).toBe(`${"a".repeat(65_536)}… (65537 characters in all)`);
  });
});

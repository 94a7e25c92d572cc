import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfPrefix } from "../src/reads/prefix.ts";

const compare = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
const text = fc.string({ unit: "binary", minLength: 1 });

test("the end of a prefix is behind all texts with it, and not behind any other that sorts later", () => {
  fc.assert(
    fc.property(text, fc.string({ unit: "binary" }), text, (prefix, rest, other) => {
      const end = endOfPrefix(prefix);
      if (end !== undefined) expect(compare(prefix + rest, end)).toBeLessThan(0);
      const isInside = compare(other, prefix) >= 0 && (end === undefined || compare(other, end) < 0);
      expect(isInside).toBe(other.startsWith(prefix));
    }),
  );
});

test.each([
  ["a", "b"],
  ["INV-", "INV."],
  ["a\u{D7FF}", "a\u{E000}"],
  ["a\u{10FFFF}", "b"],
  ["a\u{FFFF}", "a\u{10000}"],
])("the end of %j is %j", (prefix, end) => {
  expect(endOfPrefix(prefix)).toBe(end);
});

test("nothing is behind the last character", () => {
  expect(endOfPrefix("\u{10FFFF}\u{10FFFF}")).toBeUndefined();
});

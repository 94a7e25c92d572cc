import { escapeInJson, parseNumbersAsWritten, spellJson } from "@tautan/driver-kit/http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const BOUNDS = { maxDepth: 100, maxLength: 1_000_000 };

describe("a value that is written once more", () => {
  test("whatever it is, the form is that of JSON.stringify", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        expect(spellJson(parsed, BOUNDS)).toBe(JSON.stringify(parsed));
        expect(spellJson(parsed, { ...BOUNDS, indent: 2 })).toBe(JSON.stringify(parsed, null, 2));
      }),
    );
  });

  test("numbers as they were written, keys in an order, an empty object in another form", () => {
    const value = parseNumbersAsWritten('{"b":1e20,"a":{},"c":[75000.00,-0]}');
    const spelling = { ...BOUNDS, emptyObject: "[]", sortKeys: (keys: string[]) => keys.sort() };
    expect(spellJson(value, spelling)).toBe('{"a":[],"b":1e20,"c":[75000.00,-0]}');
    expect(parseNumbersAsWritten("{")).toBeUndefined();
  });

  test.each<[string, string, number]>([
    ["numbers that become digits", `[${"1e20,".repeat(1_000)}0]`, 2],
    ["two spaces a level", "[".repeat(90) + "]".repeat(90), 2],
    ["one long text", `"${"\\u0001".repeat(1_000)}"`, 0.5],
    ["many short texts", `[${'"a",'.repeat(1_000)}0]`, 0.5],
  ])("%s: no longer than allowed", (_name, text, times) => {
    const maxLength = times * text.length;
    expect(spellJson(JSON.parse(text), { maxDepth: 100, maxLength, indent: 2 })).toBeUndefined();
    expect(spellJson(JSON.parse(text), { maxDepth: 100, maxLength: 20 * text.length * 10, indent: 2 })).toBeDefined();
  });

  test("no deeper than allowed", () => {
    const deep = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    expect(spellJson(deep(3), { ...BOUNDS, maxDepth: 3 })).toBe("[[[]]]");
    expect(spellJson(deep(4), { ...BOUNDS, maxDepth: 3 })).toBeUndefined();
    expect(spellJson(deep(100_000), BOUNDS)).toBeUndefined();
  });
});

test("escapes, no longer than allowed", () => {
  expect(escapeInJson('"a&b\u2028"', /[&\u2028]/g, 50)).toBe('"a\\u0026b\\u2028"');
  expect(escapeInJson('"ab"', /[&]/g, 1)).toBe('"ab"');
  expect(escapeInJson("&&", /[&]/g, 12)).toBe("\\u0026\\u0026");
  expect(escapeInJson("&&", /[&]/g, 11)).toBeUndefined();
});

import { hasNoEscapes } from "@tautan/driver-kit/http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, canonicalJsonAsWritten } from "../src/canonical-json.ts";
import { canonical, fixtureText, sha256 } from "./support.ts";

const bothOf = (text: string) => {
  const form = canonicalJson(JSON.parse(text));
  // Without escapes in the text, the texts of the form are not examined.
  expect(canonicalJson(JSON.parse(text), undefined, hasNoEscapes(text))).toBe(form);
  return [form, canonicalJsonAsWritten(text)];
};

describe("the canonical form of a body", () => {
  test("vector: keys sorted, an empty object as a list, slashes and unicode as they are", () => {
    const form = '{"A":null,"a":[{"y":"é/ü","z":1}],"b":[]}';
    expect(bothOf('{"b":{},"a":[{"z":1,"y":"é/ü"}],"A":null}')).toEqual([form, form]);
    expect(sha256(form)).toBe("14c3616a77581fa515e64f4d7326ba57767d9a1946c5c77a25c209f08f26e44f");
  });

  test("vector: the hash of the documented delivery", () => {
    const [form = ""] = bothOf(fixtureText("signed-body"));
    expect(sha256(form)).toBe("88ee039a5eff29dafb8aad20b2d3600eae32ba9578efecff6e7971f2a4bd1e13");
  });

  test.each([
    ["white space goes", ' {\n "b" : [ 1 , 2 ] }\t', '{"b":[1,2]}'],
    ["lists keep their order", '{"a":[3,1,2]}', '{"a":[3,1,2]}'],
    ["objects in lists are sorted", '{"a":[[{"z":1,"a":2}]]}', '{"a":[[{"a":2,"z":1}]]}'],
    ["empty lists stay", '{"a":[],"b":[[]]}', '{"a":[],"b":[[]]}'],
    ["the empty object", "{}", "[]"],
    ["capitals come before small letters", '{"a":1,"B":2,"_":3}', '{"B":2,"_":3,"a":1}'],
    ["digits are texts here", '{"10":1,"9":2,"1":3}', '{"1":3,"10":1,"9":2}'],
    ["a shorter key comes first", '{"ab":1,"a":2,"":3}', '{"":3,"a":2,"ab":1}'],
    ["of keys that come twice the last counts", '{"a":1,"a":2}', '{"a":2}'],
    ["escapes are read", '{"\\u0061":"\\u00e9\\/"}', '{"a":"é/"}'],
    ["control characters stay escaped", '{"a":"\\n\\u0001\\"\\\\"}', '{"a":"\\n\\u0001\\"\\\\"}'],
    [
      "prototype keys are keys",
      '{"b":1,"__proto__":{"y":1,"x":2},"constructor":2}',
      '{"__proto__":{"x":2,"y":1},"b":1,"constructor":2}',
    ],
    ["an empty prototype key", '{"__proto__":{}}', '{"__proto__":[]}'],
    ["a prototype key that is a number", '{"__proto__":1}', '{"__proto__":1}'],
  ])("%s", (_name, text, form) => expect(bothOf(text)).toEqual([form, form]));

  test("keys are sorted by their bytes, which for the rarest characters is not the order of JavaScript", () => {
    const text = JSON.stringify({ "\u{1f600}": 1, "\uff46": 2, "\ue000": 3, "\u00e9": 4, z: 5 });
    expect(canonicalJson(JSON.parse(text))).toBe(canonical(JSON.parse(text)));
    expect(Object.keys(JSON.parse(text) as object).sort()[2]).toBe("\u{1f600}");
    expect(canonicalJson(JSON.parse(text))?.endsWith('"\u{1f600}":1}')).toBe(true);
  });

  test.each([
    ["75000.00", "75000"],
    ["75000.0", "75000"],
    ["1e3", "1000"],
    ["-0", "0"],
    ["12345678901234567890", "12345678901234567000"],
    ["0.10", "0.1"],
  ])("the number %s is %s, and as written where that is asked for", (written, plain) => {
    expect(bothOf(`{"a":[${written}]}`)).toEqual([`{"a":[${plain}]}`, `{"a":[${written}]}`]);
  });

  test("half a character is escaped, also if it came without an escape", () => {
    expect(bothOf('{"a":"\ud800"}')[0]).toBe('{"a":"\\ud800"}');
  });

  test("texts that look like numbers stay texts", () => {
    expect(bothOf('{"a":"75000.00"}')).toEqual(['{"a":"75000.00"}', '{"a":"75000.00"}']);
  });

  test("whatever the JSON, both forms are that of the description", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const form = canonical(JSON.parse(text));
        expect(bothOf(text)).toEqual([form, form]);
      }),
    );
  });

  test("the order of keys does not matter", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(object));
      }),
    );
  });

  const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

  test.each([
    ["lists", "[", "]", ""],
    ["objects", '{"a":', "}", "1"],
  ])("%s nested deeper than PHP reads have no form, and nothing throws", (_name, open, close, inner) => {
    const text = (depth: number) => open.repeat(depth) + inner + close.repeat(depth);
    expect(bothOf(text(512))).toEqual([text(512), text(512)]);
    for (const depth of [513, 5000]) expect(bothOf(text(depth))).toEqual([undefined, undefined]);
    expect(canonicalJsonAsWritten(nested(400_000, open, close))).toBeUndefined();
  });

  test.each(["", "{", "nul", "[1,]"])("what is no JSON has no form: %s", (text) => {
    expect(canonicalJsonAsWritten(text)).toBeUndefined();
  });
});

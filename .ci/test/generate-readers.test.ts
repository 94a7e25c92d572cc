import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readerSource } from "../generate/reader-source.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const fromKit = createRequire(resolve(ROOT, "packages/driver-kit/package.json"));
const z = fromKit("zod");
const isShort = (text: string): boolean => text.length < 9;
const absentAsUndefined = (value: unknown): unknown => value ?? undefined;

const sourceOf = (schema: unknown): string =>
  readerSource({
    path: "packages/driver-acme/src/wire.ts",
    schemas: [["reply", schema]],
    kit: [["absentAsUndefined", absentAsUndefined]],
    own: [["isShort", isShort]],
  });

describe("the generator of readers", () => {
  test("an object becomes a function that reads its fields once, in their order", () => {
    const source = sourceOf(
      z.object({
        id: z.string().min(1),
        "a-b": z.boolean(),
        note: z.string().nullish().transform(absentAsUndefined).catch(undefined),
        code: z.string().refine(isShort),
      }),
    );
    expect(source).toContain(`const readReply = (value: unknown) => {
if (!isJsonObject(value)) return REFUSED;
const id = readText(value["id"]);
const a_bRead = readBoolean(value["a-b"]);
const code = readCode(value["code"]);
if (id === REFUSED || a_bRead === REFUSED || code === REFUSED) return REFUSED;
return { id, "a-b": a_bRead, "note": orUndefined(readAnyText(value["note"])), code };
};`);
    expect(source).toContain('import { isShort } from "./wire-values.ts";');
  });

  test("equal schemas share a function, whatever their fields are called", () => {
    const word = () => z.string().regex(/^[a-z]+$/);
    const source = sourceOf(z.object({ first: word(), second: word() }));
    expect(source.match(/\^\[a-z\]\+\$/g)).toHaveLength(1);
  });

  test.each<[string, unknown, RegExp]>([
    [
      "a function that cannot be imported",
      z.string().transform((text) => text.length),
      /at reply.*Export it from wire-values\.ts/,
    ],
    [
      "a refinement that cannot be imported",
      z.object({ a: z.string().refine((text) => text !== "b") }),
      /at reply\.a: .*Export it/,
    ],
    [
      "a type that it does not know",
      z.object({ at: z.date() }),
      /at reply\.at: cannot generate a reader for the type date\. Use/,
    ],
    ["a format that it does not know", z.object({ at: z.email() }), /at reply\.at: .*email/],
    ["a check that it does not know", z.string().startsWith("a"), /the check string_format starts_with/],
    ["a change of the text", z.string().trim(), /the check overwrite/],
    ["coercion", z.coerce.number(), /coerce/],
    ["another value for what does not fit", z.string().catch("a"), /catch\(\) with another value than undefined/],
    ["an optional field of the result", z.object({ a: z.string().optional() }), /at reply\.a: .*exactOptional/],
    ["other keys", z.looseObject({ a: z.string() }), /keeps other keys/],
    ["keys of a form", z.record(z.string().min(2), z.string()), /record with other keys/],
    ["a pattern with a state", z.string().regex(/a/g), /flag g or y/],
    ["a discriminated union", z.discriminatedUnion("a", [z.object({ a: z.literal("b") })]), /discriminated union/],
    ["a default", z.object({ a: z.string().default("b") }), /the type default/],
  ])("%s is an error with advice", (_name, schema, advice) => {
    expect(() => sourceOf(schema)).toThrow(advice);
    expect(() => sourceOf(schema)).toThrow("packages/driver-acme/src/wire.ts, at reply");
  });
});

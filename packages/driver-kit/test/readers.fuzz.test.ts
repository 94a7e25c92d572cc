// The readers of every driver against the schemas that they were generated from: the same verdict and the same value, whatever comes. The
// inputs follow from the schemas: mostly as documented, with changes, and hostile ones. Drivers are found by their folders.
import { globSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { REFUSED, type Reader, type Schema } from "@tautan/driver-kit/http";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";

const PACKAGES = resolve(import.meta.dirname, "../..");
/** Per schema. */
const RUNS = Math.ceil(Number(process.env["FUZZ_RUNS"] ?? 10_000) / 50);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_130);

type Definition = z.core.$ZodTypeDef & Readonly<Record<string, unknown>>;

const definitionOf = (schema: unknown): Definition => (schema as z.core.$ZodType)._zod.def as unknown as Definition;

/** An object with a key that assignment would take for its prototype. */
const withKey = (key: string, value: unknown): object =>
  Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });

/** Values that some field of some gateway accepts, and values like them. */
const TEXTS = [
  ["", " ", "a", "0", "-0", "1", "7", "007", "10000", "10000.00", "0.50", "-1.5", "1e3", "1.", "NaN", "9".repeat(20)],
  ["IDR", "idr", "İDR", "USDT", "paid", "true", "paymentlink_a1", "charge", "payment_intent"],
  ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01 07:00:00 +0700", "2026-13-45", "1767225600"],
  ["https://a.id/b", " http://a.id ", "https://a\n.id/", "http:a.id", "HTTPS://A.ID", "ftp://a.id", "https://"],
  ["x".repeat(255), "x".repeat(256), "😀".repeat(200), "\ud800", "\u0000", "__proto__", "constructor", '{"a":1}', "[]"],
].flat();
const NUMBERS = [0, -0, 1, 7, -1, 1.5, 10_000, 2 ** 53, -(2 ** 53), 1e21, Number.POSITIVE_INFINITY, 253_402_300_800];
const WORDS: readonly unknown[] = [
  ...TEXTS,
  ...NUMBERS,
  true,
  false,
  null,
  undefined,
  [],
  {},
  [[]],
  [{}],
  { id: "a" },
  { value: "1", currency: "IDR" },
  { amount: "10000", currency: "IDR" },
  withKey("__proto__", { id: "a", data: {} }),
  withKey("constructor", "a"),
  withKey("toString", null),
];
const word = fc.constantFrom(...WORDS);

/** Mostly values that a schema accepts. */
const inputOf = (schema: unknown): fc.Arbitrary<unknown> => {
  const definition = definitionOf(schema);
  // As text: of the other types of zod, schemas of drivers have none.
  switch (definition.type as string) {
    case "object": {
      const fields = Object.entries(definition["shape"] as object).map(([key, field]) =>
        fc.tuple(fc.constant(key), fc.oneof({ weight: 40, arbitrary: inputOf(field) }, { weight: 1, arbitrary: word })),
      );
      const other = fc.tuple(fc.constantFrom("__proto__", "constructor", "other"), word);
      return fc
        .tuple(fc.tuple(...fields), fc.nat(15), other)
        .map(([all, which, more]) => objectOf(which === 0 ? [...all, more] : all));
    }
    case "array":
      return fc.array(inputOf(definition["element"]), { maxLength: 3 });
    case "record":
      return fc
        .array(fc.tuple(fc.constantFrom("a", "b", "__proto__", "constructor", "1"), inputOf(definition["valueType"])), {
          maxLength: 3,
        })
        .map(objectOf);
    case "union":
      return fc.oneof(...(definition["options"] as readonly unknown[]).map(inputOf));
    case "literal":
      return fc.constantFrom(...(definition["values"] as readonly unknown[]));
    case "enum":
      return fc.constantFrom(...Object.values(definition["entries"] as object));
    case "optional":
    case "nullable":
    case "catch":
      return fc.oneof(
        { weight: 8, arbitrary: inputOf(definition["innerType"]) },
        { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
      );
    case "pipe": {
      const [from, to] = [definition["in"], definition["out"]];
      if (definitionOf(from).type === "transform") return inputOf(to);
      return isPlain(from) ? accepted(schema, fc.jsonValue({ maxDepth: 2 })) : inputOf(from);
    }
    case "string":
      return accepted(schema, fc.string());
    case "number":
      return accepted(schema, fc.double());
    case "boolean":
      return fc.boolean();
    default:
      return accepted(schema, fc.jsonValue({ maxDepth: 2 }));
  }
};

/** Whether a function alone decides about a value. */
const isPlain = (schema: unknown): boolean => {
  const { type, innerType } = definitionOf(schema);
  return type === "unknown" || (type === "optional" && isPlain(innerType));
};

/** Mostly words that a schema accepts. */
const accepted = (schema: unknown, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const words = WORDS.filter((each) => (schema as Schema<unknown>).safeParse(each).success);
  expect(words).not.toEqual([]);
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: word },
    { weight: 1, arbitrary: others },
  );
};

/** By definition and not by assignment, so that `__proto__` is a name like any other. An undefined field is absent. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): object => {
  const object = {};
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
};

let deep: unknown = "end";
for (let depth = 0; depth < 5000; depth += 1) deep = depth % 2 === 0 ? [deep] : { data: deep };
const HOSTILE: readonly unknown[] = [
  ...WORDS,
  deep,
  Array.from({ length: 2000 }, (_, at) => at),
  Array.from({ length: 2000 }, () => ({ id: "a", name: "b" })),
  JSON.parse('{"__proto__":{"__proto__":{"id":"a"}},"constructor":{"prototype":{"isPrototypeOf":1}}}'),
  Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`key${at}`, at])),
];

/** Whether two values are the same, with the same keys in the same order. A field that is absent is undefined. */
const isSame = (left: unknown, right: unknown): boolean => {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  const [mine, theirs] = [left, right].map((each) => Object.entries(each).filter(([, value]) => value !== undefined));
  if (mine?.length !== theirs?.length) return false;
  return mine!.every(([key, value], at) => key === theirs![at]?.[0] && isSame(value, theirs![at]?.[1]));
};

const expectSame = (reader: Reader<unknown>, schema: Schema<unknown>, input: unknown): void => {
  const read = reader.read(input);
  const parsed = schema.safeParse(input);
  if (read === REFUSED ? !parsed.success : parsed.success && isSame(read, parsed.data)) return;
  expect({ verdict: read === REFUSED ? "refused" : read }).toStrictEqual({
    verdict: parsed.success ? parsed.data : "refused",
  });
  throw new Error("the keys have another order");
};

type Exports = Readonly<Record<string, unknown>>;

const titleOf = (path: string): string => basename(dirname(dirname(path)));

for (const path of globSync("driver-*/src/wire.generated.ts", { cwd: PACKAGES }).sort()) {
  const folder = join(PACKAGES, dirname(path));
  const readers = (await import(join(folder, "wire.generated.ts"))) as Readonly<Record<string, Reader<unknown>>>;
  const schemas = (await import(join(folder, "wire.ts"))) as Exports;

  describe(`the readers of ${titleOf(path)}`, () => {
    test.each(Object.entries(readers))("%s", async (name, reader) => {
      const schema = schemas[name] as Schema<unknown>;
      expect(await reader.schema()).toBe(schema);
      let acceptances = 0;
      const input = fc.oneof({ weight: 20, arbitrary: inputOf(schema) }, { weight: 1, arbitrary: word });
      fc.assert(
        fc.property(input, (each) => {
          expectSame(reader, schema, each);
          if (reader.read(each) !== REFUSED) acceptances += 1;
        }),
        { numRuns: RUNS, seed: SEED },
      );
      // An input that is always refused would prove little.
      expect(acceptances).toBeGreaterThan(RUNS / 20);
      expect(acceptances).toBeLessThan(RUNS);
      const [valid] = fc.sample(
        input.filter((each) => reader.read(each) !== REFUSED),
        { numRuns: 1, seed: SEED },
      );
      for (const hostile of HOSTILE) {
        expectSame(reader, schema, hostile);
        if (typeof valid !== "object" || valid === null) continue;
        for (const key of [...Object.keys(valid), "__proto__"]) {
          expectSame(reader, schema, objectOf([...Object.entries(valid), [key, hostile]]));
        }
      }
    });
  });
}

import * as fc from "fast-check";

/** One change of a body: a value at a place, or its removal. */
interface Change {
  /** Which of the body's places, in the order they are written; taken modulo their number. */
  readonly place: number;
  readonly kind: "set" | "remove" | "rename" | "wrap";
  readonly value: unknown;
}

/** Undocumented values, and documented words in the wrong place. */
const strangeValue = (words: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(
        null,
        true,
        false,
        0,
        -1,
        1e21,
        0.1,
        "",
        " ",
        "0",
        "-0",
        "1e3",
        "NaN",
        [],
        {},
        [[]],
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "\u0000", "\ud800", "١", "x".repeat(300)),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

const placesIn = (value: unknown): readonly Place[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [
        { holder: value as Record<string, unknown>, name },
        ...placesIn(inner),
      ])
    : [];

const change = (body: unknown, { place, kind, value }: Change): unknown => {
  const places = placesIn(body);
  const { holder, name } = places[place % places.length] ?? {};
  if (!holder || name === undefined) return value;
  if (kind === "set") holder[name] = value;
  else if (kind === "wrap") holder[name] = [holder[name]];
  else {
    const { [name]: moved } = holder;
    delete holder[name];
    // By definition and not by assignment, so that __proto__ is a name like any other.
    if (kind === "rename" && !Array.isArray(holder)) {
      Object.defineProperty(holder, String(value), {
        value: moved,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return body;
};

/** Genuine bodies with up to three changes; one in eight is a different body. */
export const mutatedBody = (bodies: readonly object[], words: readonly unknown[]): fc.Arbitrary<unknown> => {
  const changes = fc.array(
    fc.record<Change>({
      place: fc.nat(999),
      kind: fc.constantFrom("set", "set", "set", "remove", "rename", "wrap"),
      value: strangeValue(words),
    }),
    { maxLength: 3 },
  );
  const changed = fc
    .tuple(fc.constantFrom(...bodies), changes)
    .map(([body, all]) => all.reduce<unknown>(change, structuredClone(body)));
  return fc.oneof({ weight: 7, arbitrary: changed }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });
};

/** Damages a text; most of the time it does nothing. */
export const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fc.nat(2000).map((length) => (text: string) => text.slice(0, length)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(2000), fc.string({ minLength: 1, maxLength: 3 })).map(
      ([at, inserted]) =>
        (text: string) =>
          text.slice(0, at) + inserted + text.slice(at + 1),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("", "<html></html>", "null", "[]", '"ok"', "{", "\ufeff{}", '{"__proto__":{"a":1}}')
      .map((other) => () => other),
  },
);

// Random input with a seed, fast enough for a hundred thousand runs in every test run.

/** Pseudo-random numbers, equal for the same seed. */
export interface Random {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  /** `from` has at least one element. */
  pick<T>(from: readonly T[]): T;
  /** True in one of `cases` cases. */
  oneIn(cases: number): boolean;
}

/** `FUZZ_SEED` in the environment selects other inputs. */
export const SEED: number = Number(process.env["FUZZ_SEED"] ?? 20_260_315);

/** mulberry32, by Tommy Ettinger: public domain. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    oneIn: (cases) => below(cases) === 0,
  };
};

const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  1.5,
  1e21,
  Number("30170120260315101500"),
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "0",
  "-0",
  "1e3",
  "NaN",
  "١",
  "75000.00",
  "-1",
  "x".repeat(300),
  "2026-03-15T10:00:00+07:00",
  "9999-99-99T99:99:99Z",
  "29 Feb 2026 00:00:00",
  "javascript:alert(1)",
  "https://shop.example/",
  "\u0000\uD800\u2028",
  "__proto__",
  "constructor",
  "toString",
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { value: "10.5", currency: "USD" },
];

type Container = Record<PropertyKey, unknown> | unknown[];

const containersIn = (value: unknown, found: Container[] = []): readonly Container[] => {
  if (typeof value !== "object" || value === null) return found;
  found.push(value as Container);
  for (const child of Object.values(value)) containersIn(child, found);
  return found;
};

/** The words of a provider, and its important fields: every third change is of one of these. */
export interface Vocabulary {
  readonly words: readonly unknown[];
  readonly fields?: readonly string[];
}

/** Changes parsed JSON in place, in one place or several. */
export const mutate = (random: Random, value: object, vocabulary: Vocabulary): void => {
  for (let count = 1 + random.below(3); count > 0; count -= 1) mutateOnce(random, value, vocabulary);
};

/** Changes parsed JSON in one place: words of a provider, junk, removed, renamed and added fields. */
export const mutateOnce = (random: Random, value: object, { words, fields = [] }: Vocabulary): void => {
  const containers = containersIn(value);
  const wanted = fields.length > 0 && random.oneIn(3) ? random.pick(fields) : undefined;
  const having = wanted === undefined ? [] : containers.filter((each) => wanted in each);
  const target = random.pick(having.length > 0 ? having : containers) as Record<string, unknown>;
  const keys = Object.keys(target);
  const key = (having.length > 0 ? wanted : undefined) ?? keys[random.below(keys.length)] ?? "added";
  const chosen = random.oneIn(3) ? random.pick(JUNK) : random.pick(words);
  // A copy, so that junk of one run is not changed by another.
  const replacement = typeof chosen === "object" && chosen !== null ? structuredClone(chosen) : chosen;
  const { [key]: moved } = target;
  switch (random.below(8)) {
    case 0:
      delete target[key];
      break;
    case 1:
      target[`${key}${random.below(3)}`] = replacement;
      break;
    case 2:
      target[key] = [moved, moved];
      break;
    case 3:
      target[key] = [moved];
      break;
    case 4:
      delete target[key];
      setField(target, String(chosen), moved);
      break;
    default:
      target[key] = replacement;
  }
};

/** By definition and not by assignment, so that `__proto__` is a name like any other. */
const setField = (target: object, name: string, value: unknown): void => {
  if (Array.isArray(target)) return;
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};

/** Damages text as a bad network or an edit would. */
export const damage = (random: Random, text: string): string => {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(['"', "{", "}", "0", "\u0000", "paid", " ", "\\"]) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(20));
    default:
      return text.slice(at) + text.slice(0, at);
  }
};

/** Fails a run. For what is checked in every run: `expect` costs more than the run itself. */
export const must = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

export const noise = (random: Random): string =>
  Array.from({ length: random.below(12) }, () => random.pick(NOISE)).join("");

const NOISE = '{ } [ ] " : , data status paid 1e999 null \\u0000 <html> \uFEFF'.split(" ");

/** Runs `run` often; an error names the run and the seed that repeat it. */
export const fuzz = async (runs: number, run: (random: Random, index: number) => Promise<void>): Promise<void> => {
  for (let index = 0; index < runs; index += 1) {
    try {
      await run(createRandom(SEED + index), index);
    } catch (thrown) {
      throw new Error(`run ${index} of FUZZ_SEED=${SEED}: ${String(thrown)}`, { cause: thrown });
    }
  }
};

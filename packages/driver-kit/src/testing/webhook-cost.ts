import { expect } from "vitest";
import type * as Calls from "../http.ts";
import { createRandom, type Random } from "./fuzzing.ts";

// The work of a driver for one webhook, counted and not timed: characters parsed, characters written again, bytes hashed.

export interface Cost {
  parsed: number;
  written: number;
  hashed: number;
  hashes: number;
}

const none = (): Cost => ({ parsed: 0, written: 0, hashed: 0, hashes: 0 });

let cost = none();

const bytesOf = (data: string | Uint8Array): number =>
  typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;

/** The kit's calls, counting. For `vi.mock("@tautan/driver-kit/http", …)` in a driver's test. */
export const countingCalls = (calls: typeof Calls): typeof Calls => {
  const hashing =
    <Parameters extends readonly (string | Uint8Array)[]>(hash: (...each: Parameters) => string) =>
    (...each: Parameters): string => {
      cost.hashes += 1;
      for (const data of each) cost.hashed += bytesOf(data);
      return hash(...each);
    };
  return {
    ...calls,
    sha256Hex: hashing(calls.sha256Hex),
    sha512Hex: hashing(calls.sha512Hex),
    hmacSha256Hex: hashing(calls.hmacSha256Hex),
    hmacSha512Hex: hashing(calls.hmacSha512Hex),
    spellJson: (value, spelling) => {
      const form = calls.spellJson(value, spelling);
      // If it stopped, it had reached the maximum length.
      cost.written += form?.length ?? spelling.maxLength;
      return form;
    },
    otherJsonSpelling: (text, limits) => {
      const form = calls.otherJsonSpelling(text, limits);
      // With line ends, it was written on one line before.
      cost.written += (form?.length ?? 0) + (form?.includes("\n") ? text.length : 0);
      return form;
    },
    escapeInJson: (form, characters, maxLength) => {
      const escaped = calls.escapeInJson(form, characters, maxLength);
      if (escaped !== form) cost.written += escaped?.length ?? 0;
      return escaped;
    },
  };
};

/** The cost of `run`. JSON that it parses or writes without the kit counts too. */
export const costOf = async (run: () => Promise<unknown>): Promise<Cost> => {
  const { parse, stringify } = JSON;
  cost = none();
  JSON.parse = ((text: string, ...rest: []) => {
    cost.parsed += text.length;
    return parse(text, ...rest) as unknown;
  }) as typeof JSON.parse;
  JSON.stringify = ((value: unknown, ...rest: []) => {
    const text = stringify(value, ...rest);
    cost.written += text?.length ?? 0;
    return text;
  }) as typeof JSON.stringify;
  try {
    await run();
  } finally {
    Object.assign(JSON, { parse, stringify });
  }
  return cost;
};

export const workOf = ({ parsed, written, hashed }: Cost): number => parsed + written + hashed;

const NUMBERS = ["1e20", "1e21", "-0", "75000.00", "1E-7", "0.1", "7", "12345678901234567890", "1e-300"];
const TEXTS = ["a", "\\u0001", "\\ud800", "\\u2028", "\u2028", "&", "<", "/", '\\"', "é", "\u{1f600}", "\\u00e9"];
const KEYS = ["a", "\\u0000", "\u{1f600}", "\u2029", "&", "10", "__proto__", "constructor"];

/** Kinds of hostile JSON values of about a given length. */
const KINDS: readonly ((length: number, random: Random) => string)[] = [
  // Deep.
  (length) => "[".repeat(length / 2) + "]".repeat(length / 2),
  (length) => `${'{"a":'.repeat(length / 6)}1${"}".repeat(length / 6)}`,
  (length, random) => nested(length, 1 + random.below(600)),
  // Wide.
  (length, random) => list(length, random.pick(NUMBERS)),
  (length, random) => list(length, random.pick(["{}", "[]", '""', "null", "true"])),
  (length, random) => list(length, `${" ".repeat(random.below(20))}0`),
  (length, random) => keys(length, random.pick(KEYS), random.below(400)),
  // Long.
  (length, random) => `"${repeated(random.pick(TEXTS), length)}"`,
  (length, random) => `{"${repeated(random.pick(TEXTS), length)}":0}`,
];

const repeated = (text: string, length: number): string => text.repeat(Math.max(1, length / text.length));
const list = (length: number, each: string): string => `[${repeated(`${each},`, length)}0]`;
const keys = (length: number, shared: string, common: number): string => {
  const key = (index: number) => `"${shared.repeat(common / shared.length)}${index}":0`;
  return `{${Array.from({ length: Math.max(1, length / (common + 10)) }, (_, index) => key(index)).join()}}`;
};
const nested = (length: number, depth: number): string =>
  `[${repeated(`${"[".repeat(depth)}1e20${"]".repeat(depth)},`, length)}0]`;

interface Plan {
  readonly parts: readonly { readonly kind: number; readonly seed: number; readonly share: number }[];
}

/** Lengths of kinds are approximate: the body is reduced until it fits. */
const bodyOf = ({ parts }: Plan, head: string, size: number): string => {
  const total = parts.reduce((sum, each) => sum + each.share, 0);
  for (let room = size - head.length; room > 8; room *= 0.8) {
    const fields = parts.map(({ kind, seed, share }, index) => {
      const value = KINDS[kind]?.(Math.floor((room * share) / total), createRandom(seed));
      return `"k${index}":${value}`;
    });
    const body = `{${[head, ...fields].filter(Boolean).join()}}`;
    if (Buffer.byteLength(body) <= size) return body;
  }
  return `{${head}}`;
};

/** An ordinary body of exactly this size: a list of goods, and a note. */
const ordinaryBody = (head: string, size: number): string => {
  const row = '{"name":"Coffee beans","quantity":2,"unit_price":40000,"note":"Tom and Jerry"}';
  const rows = Math.max(1, Math.floor((size - head.length - 40) / (row.length + 1)));
  const body = (note: string): string =>
    `{${[head, `"rows":[${Array.from({ length: rows }, () => row).join()}]`, `"note":"${note}"`].filter(Boolean).join()}}`;
  return body("x".repeat(Math.max(0, size - body("").length)));
};

export interface CostQuestion {
  /** Members of a body that make the driver check its signature, without the braces. The search tries each. */
  readonly heads: (size: number) => readonly string[];
  /** Reads a delivery of this body with a wrong signature. */
  readonly refuse: (body: string) => Promise<{ isErr(): boolean }>;
  readonly size: number;
  readonly seed: number;
  readonly rounds: number;
}

/** The cost of an ordinary body of a size, and of the most expensive one that was found, with its text. */
export interface WorstCost {
  readonly ordinary: Cost;
  readonly worst: Cost;
  readonly body: string;
}

/** Searches the most expensive body of a size by hill climbing, and measures an ordinary one of the same size. */
export const searchWorst = async ({ heads, refuse, size, seed, rounds }: CostQuestion): Promise<WorstCost> => {
  const random = createRandom(seed);
  const [plainHead = "", ...otherHeads] = heads(size);
  const measure = async (body: string) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(size);
    return costOf(async () => expect((await refuse(body)).isErr()).toBe(true));
  };
  const part = () => ({
    kind: random.below(KINDS.length),
    seed: random.below(2 ** 31),
    share: 1 + random.below(10),
  });
  const ordinary = await measure(ordinaryBody(plainHead, size));
  let worst = { plan: { parts: [part()] } as Plan, head: plainHead, cost: ordinary, body: "" };
  for (let round = 0; round < rounds; round += 1) {
    const isFresh = round < rounds / 3;
    const kept = isFresh ? [] : worst.plan.parts.filter(() => random.below(10) < 7).slice(0, 5);
    const plan = { parts: [...kept, part()] };
    const head = random.oneIn(2) ? worst.head : random.pick([plainHead, ...otherHeads]);
    const body = bodyOf(plan, head, size);
    const measured = await measure(body);
    if (workOf(measured) > workOf(worst.cost)) worst = { plan, head, cost: measured, body };
  }
  return { ordinary, worst: worst.cost, body: worst.body };
};

/** No body costs more than twice an ordinary one of the same size, in bytes hashed and in all work. */
export const expectNoDearBody = async (question: CostQuestion): Promise<void> => {
  const { ordinary, worst, body } = await searchWorst(question);
  const shown = `seed ${question.seed}, worst: ${body.slice(0, 60)}… ${JSON.stringify({ ordinary, worst })}`;
  expect(workOf(worst), shown).toBeLessThanOrEqual(2 * workOf(ordinary));
  expect(worst.hashed, shown).toBeLessThanOrEqual(2 * Math.max(ordinary.hashed, question.size));
  expect(worst.hashes, shown).toBeLessThanOrEqual(2 * ordinary.hashes);
};

// The arguments of `npm run chaos`.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { DEFAULT_SPLIT, type Split, STORE_KINDS, type StoreKind } from "./split.ts";

/** What is to be done. */
export type Command =
  | {
      readonly name: "play";
      readonly seed: number | undefined;
      readonly count: number | undefined;
      readonly split: Split | undefined;
      readonly workers: number;
      readonly progress: string | undefined;
      readonly isWritten: boolean;
    }
  | {
      readonly name: "replay";
      readonly seed: number;
      readonly schedule: number;
      readonly on: StoreKind | undefined;
      /** The file into which it is written step by step. */
      readonly record: string | undefined;
      /** Whether the inspector shows it. */
      readonly isOpened: boolean;
    }
  | { readonly name: "kills"; readonly payments: number; readonly everyMs: number; readonly isWritten: boolean }
  | { readonly name: "limits"; readonly rounds: number; readonly isWritten: boolean };

export const USAGE = `expected one of
  [--seed N] [--count 1000000] [--workers N] [--postgres PERCENT] [--file PERCENT] [--progress FILE] [--write]
  --seed N --schedule N [--on shared|file|postgres] [--record FILE] [--open]
  --kills PAYMENTS [--every MILLISECONDS] [--write]
  --limits ROUNDS [--write]`;

const OPTIONS = {
  seed: { type: "string" },
  count: { type: "string" },
  workers: { type: "string" },
  postgres: { type: "string" },
  file: { type: "string" },
  progress: { type: "string" },
  schedule: { type: "string" },
  on: { type: "string" },
  record: { type: "string" },
  open: { type: "boolean" },
  kills: { type: "string" },
  every: { type: "string" },
  limits: { type: "string" },
  write: { type: "boolean" },
} as const;

type Values = {
  readonly [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name]["type"] extends "string" ? string : boolean;
};

const KILL_EVERY_MS = 1_000;

/** @throws `TypeError` with the reason. */
export const readArguments = (args: readonly string[]): Command => {
  const values: Values = parseArgs({ args: [...args], options: OPTIONS }).values;
  const isWritten = values.write ?? false;
  if (values.schedule !== undefined) {
    refuseOthers(values, ["seed", "schedule", "on", "record", "open"]);
    const on = STORE_KINDS.find((kind) => kind === values.on);
    if (values.on !== undefined && !on)
      throw new TypeError(`--on: expected ${STORE_KINDS.join(", ")}, got ${values.on}`);
    const seed = wholeNumber("seed", values);
    if (seed === undefined) throw new TypeError("--schedule: expected its --seed too");
    const { record, open: isOpened = false } = values;
    if (record === "") throw new TypeError("--record: expected the path of a file");
    return { name: "replay", seed, schedule: wholeNumber("schedule", values) ?? 0, on, record, isOpened };
  }
  if (values.kills !== undefined) {
    refuseOthers(values, ["kills", "every", "write"]);
    const everyMs = wholeNumber("every", values) ?? KILL_EVERY_MS;
    return { name: "kills", payments: wholeNumber("kills", values) ?? 0, everyMs, isWritten };
  }
  if (values.limits !== undefined) {
    refuseOthers(values, ["limits", "write"]);
    return { name: "limits", rounds: wholeNumber("limits", values) ?? 0, isWritten };
  }
  refuseOthers(values, ["seed", "count", "workers", "postgres", "file", "progress", "write"]);
  const workers = wholeNumber("workers", values) ?? availableParallelism();
  if (workers < 1) throw new TypeError("--workers: expected at least 1, got 0");
  return {
    name: "play",
    seed: wholeNumber("seed", values),
    count: wholeNumber("count", values),
    split: splitOf(values),
    workers,
    progress: values.progress,
    isWritten,
  };
};

const splitOf = (values: Values): Split | undefined => {
  if (values.postgres === undefined && values.file === undefined) return undefined;
  const split = {
    postgres: percentage("postgres", values) ?? DEFAULT_SPLIT.postgres,
    file: percentage("file", values) ?? DEFAULT_SPLIT.file,
  };
  if (split.postgres + split.file > 100) throw new TypeError("--postgres and --file: expected at most 100 together");
  return split;
};

const refuseOthers = (values: Values, allowed: readonly (keyof Values)[]): void => {
  const other = (Object.keys(values) as (keyof Values)[]).find((name) => !allowed.includes(name));
  if (other) throw new TypeError(`--${other}: expected only ${allowed.map((name) => `--${name}`).join(", ")} together`);
};

const wholeNumber = (name: keyof Values, values: Values): number | undefined => numberIn(name, values, /^\d{1,9}$/);
const percentage = (name: keyof Values, values: Values): number | undefined =>
  numberIn(name, values, /^\d{1,3}(?:\.\d{1,3})?$/);

const numberIn = (name: keyof Values, values: Values, form: RegExp): number | undefined => {
  const text = values[name];
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !form.test(text)) throw new TypeError(`--${name}: expected a number, got ${text}`);
  return Number(text);
};

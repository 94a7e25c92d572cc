// What a run has played so far. Kept in a file, so that a run that was killed goes on, and that it can be played in slices.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Failure, Played, Times } from "./run.ts";
import { DEFAULT_SPLIT, type Split, STORE_KINDS } from "./split.ts";

export interface Progress {
  readonly seed: number;
  readonly count: number;
  readonly split: Split;
  /** The first schedules of the parts that were played. */
  readonly done: readonly number[];
  /** Of all runs together. */
  readonly seconds: number;
  readonly times: Times;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly Omit<Failure, "plan">[];
}

/** Schedules that are played and kept together: about two seconds of one core. */
export const PART_SIZE = 500;
const DEFAULT_COUNT = 1_000_000;

/** What a run is asked for; `undefined` if it leaves it open. */
export interface Wanted {
  readonly seed: number | undefined;
  readonly count: number | undefined;
  readonly split: Split | undefined;
}

/**
 * The progress in a file, or of a new run.
 *
 * @throws `TypeError` if the file is of another run.
 */
export const startProgress = ({ seed, count, split }: Wanted, file: string | undefined): Progress => {
  if (file === undefined || !existsSync(file)) {
    return {
      seed: seed ?? Math.floor(Math.random() * 1e9),
      count: count ?? DEFAULT_COUNT,
      split: split ?? DEFAULT_SPLIT,
      done: [],
      seconds: 0,
      times: {},
      faults: {},
      failures: [],
    };
  }
  const kept = JSON.parse(readFileSync(file, "utf8")) as Progress;
  const wanted = { seed: seed ?? kept.seed, count: count ?? kept.count, split: split ?? kept.split };
  const has = JSON.stringify({ seed: kept.seed, count: kept.count, split: kept.split });
  if (JSON.stringify(wanted) !== has) {
    throw new TypeError(`--progress: expected a file of ${JSON.stringify(wanted)}, and ${file} is of ${has}`);
  }
  return kept;
};

/** The parts that are still to be played. */
export const partsLeft = ({ count, done }: Progress): readonly { readonly from: number; readonly to: number }[] => {
  const isDone = new Set(done);
  const parts: { from: number; to: number }[] = [];
  for (let from = 0; from < count; from += PART_SIZE) {
    if (!isDone.has(from)) parts.push({ from, to: Math.min(count, from + PART_SIZE) });
  }
  return parts;
};

/** The progress after one more part. */
export const withPart = (progress: Progress, from: number, { times, faults, failures }: Played): Progress => ({
  ...progress,
  done: [...progress.done, from],
  times: Object.fromEntries(
    STORE_KINDS.flatMap((kind) => {
      const [before, more] = [progress.times[kind], times[kind]];
      if (!before && !more) return [];
      const schedules = (before?.schedules ?? 0) + (more?.schedules ?? 0);
      return [[kind, { schedules, ms: (before?.ms ?? 0) + (more?.ms ?? 0) }]];
    }),
  ),
  faults: added(progress.faults, faults),
  failures: [...progress.failures, ...failures.map(({ plan: _, ...failure }) => failure)],
});

const added = (
  counts: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = { ...counts };
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
};

/** Replaces the file at once, so that a run that is killed at that moment leaves the file before or after. */
export const keepProgress = (progress: Progress, file: string | undefined): void => {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify(progress));
  renameSync(`${file}.new`, file);
};

/** How many schedules were played. */
export const playedOf = ({ times }: Pick<Progress, "times">): number =>
  Object.values(times).reduce((sum, { schedules }) => sum + schedules, 0);

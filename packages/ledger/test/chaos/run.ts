import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomOf } from "./random.ts";
import "./same-order.ts";
import type { Recording } from "@tautan/sandbox";
import type { Violation } from "./model.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import { kindOf, type Split, type StoreKind } from "./split.ts";
import type { Store } from "./stores.ts";
import { type Faults, play } from "./world.ts";

/** A schedule that broke a promise. */
export interface Failure {
  readonly on: StoreKind;
  readonly schedule: number;
  readonly violations: readonly Violation[];
  readonly plan: Schedule;
  /** The file in which its steps are. */
  readonly recording?: string;
}

/** Plays one schedule of a seed. */
export const playSchedule = async (
  on: StoreKind,
  store: Store,
  seed: number,
  schedule: number,
  faults: Faults = new Map(),
  recorder?: Recorder,
): Promise<Failure | undefined> => {
  const random = randomOf(seed, schedule);
  const plan = scheduleOf(random, store.faults);
  const violations = await play(store, plan, random, faults, recorder).catch(
    (thrown: unknown): readonly Violation[] => [
      { kind: "wrong", text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
    ],
  );
  return violations.length === 0 ? undefined : { on, schedule, violations, plan };
};

/** Plays one schedule of a seed, and writes down each of its steps. */
export const recordSchedule = async (
  on: StoreKind,
  store: Store,
  seed: number,
  schedule: number,
): Promise<{ readonly failure: Failure | undefined; readonly recording: Recording }> => {
  // Modules that are loaded when they are first needed come at another moment than later, and so would change the order.
  await playSchedule(on, store, seed, schedule);
  const recorder = createRecorder(store);
  const failure = await playSchedule(on, store, seed, schedule, new Map(), recorder);
  const title = `Schedule ${schedule} of seed ${seed}, ${store.name}`;
  const command = commandOf(seed, { schedule, on });
  return { failure, recording: await recorder.end({ title, command }, failure?.violations ?? []) };
};

export const textOf = (recording: Recording): string => `${JSON.stringify(recording, null, 1)}\n`;

/** Plays a schedule that has failed once more, and keeps its steps. On PostgreSQL, it may go another way then. */
const keep = async (failure: Failure, store: Store, seed: number): Promise<Failure> => {
  const { on, schedule } = failure;
  const again = await recordSchedule(on, store, seed, schedule);
  const file = join(tmpdir(), `tautan-chaos-${seed}-${schedule}-${on}.json`);
  writeFileSync(file, textOf(again.recording));
  return { ...failure, recording: file };
};

/** The lines that lead from a failure to its steps. */
export const waysTo = (seed: number, failure: Pick<Failure, "schedule" | "on" | "recording">): string =>
  [
    commandOf(seed, failure),
    `${commandOf(seed, failure)} --open`,
    ...(failure.recording === undefined ? [] : [`tautan dev --replay ${failure.recording}`]),
  ].join("\n");

/** The command that plays a schedule again. */
const commandOf = (seed: number, { schedule, on }: Pick<Failure, "schedule" | "on">): string =>
  `npm run chaos -- --seed ${seed} --schedule ${schedule} --on ${on}`;

/** Some schedules of a seed: from `from` to before `to`, each one `step` after the last. */
export interface Part {
  readonly seed: number;
  readonly split: Split;
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/** Failures of one part whose steps are kept. More have the same cause, most of the time. */
const MAX_KEPT = 3;

/** What was played of each kind of database. */
export type Times = { readonly [Kind in StoreKind]?: { readonly schedules: number; readonly ms: number } };

export interface Played {
  readonly times: Times;
  readonly failures: readonly Failure[];
  readonly faults: Readonly<Record<string, number>>;
}

/** Plays some schedules; those on a database that is not there are left out. */
export const playPart = async (
  stores: Readonly<Record<StoreKind, Store | undefined>>,
  { seed, split, from, to, step = 1 }: Part,
): Promise<Played> => {
  const failures: Failure[] = [];
  const faults: Faults = new Map();
  const times: { [Kind in StoreKind]?: { schedules: number; ms: number } } = {};
  for (let schedule = from; schedule < to; schedule += step) {
    const on = kindOf(schedule, split);
    const store = stores[on];
    if (!store) continue;
    const startedAt = performance.now();
    const failure = await playSchedule(on, store, seed, schedule, faults);
    if (failure) failures.push(failures.length < MAX_KEPT ? await keep(failure, store, seed) : failure);
    const time = (times[on] ??= { schedules: 0, ms: 0 });
    time.schedules += 1;
    time.ms += performance.now() - startedAt;
  }
  return { times, failures, faults: Object.fromEntries(faults) };
};

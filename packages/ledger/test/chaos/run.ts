import { randomOf } from "./random.ts";
import "./same-order.ts";
import type { Violation } from "./model.ts";
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
}

/** Plays one schedule of a seed. */
export const playSchedule = async (
  on: StoreKind,
  store: Store,
  seed: number,
  schedule: number,
  faults: Faults = new Map(),
): Promise<Failure | undefined> => {
  const random = randomOf(seed, schedule);
  const plan = scheduleOf(random, store.faults);
  const violations = await play(store, plan, random, faults).catch((thrown: unknown): readonly Violation[] => [
    { kind: "wrong", text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
  ]);
  return violations.length === 0 ? undefined : { on, schedule, violations, plan };
};

/** The command that plays a schedule again. */
export const commandOf = (seed: number, { schedule, on }: Pick<Failure, "schedule" | "on">): string =>
  `npm run chaos -- --seed ${seed} --schedule ${schedule} --on ${on}`;

/** Some schedules of a seed: from `from` to before `to`, each one `step` after the last. */
export interface Part {
  readonly seed: number;
  readonly split: Split;
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

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
    if (failure) failures.push(failure);
    const time = (times[on] ??= { schedules: 0, ms: 0 });
    time.schedules += 1;
    time.ms += performance.now() - startedAt;
  }
  return { times, failures, faults: Object.fromEntries(faults) };
};

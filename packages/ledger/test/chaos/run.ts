import { randomOf } from "./random.ts";
import "./same-order.ts";
import type { Violation } from "./model.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import type { Store } from "./stores.ts";
import { type Faults, play } from "./world.ts";

/** A schedule that broke a promise. */
export interface Failure {
  readonly store: string;
  readonly schedule: number;
  readonly violations: readonly Violation[];
  readonly plan: Schedule;
}

/** Plays one schedule of a seed. */
export const playSchedule = async (
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
  return violations.length === 0 ? undefined : { store: store.name, schedule, violations, plan };
};

/** The database of a schedule follows from its number, so that the number is enough to play it again. */
export const kindOf = (schedule: number): StoreKind =>
  schedule % 200 === 199 ? "postgres" : schedule % 10 === 9 ? "file" : "shared";

export type StoreKind = "shared" | "file" | "postgres";

/** The schedules of one seed. Shares of them can be played at the same time. */
export interface Shares {
  readonly seed: number;
  readonly count: number;
  readonly share: number;
  readonly shares: number;
}

export interface Played {
  readonly played: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  readonly faults: Faults;
}

/** Plays a share of the schedules; those on a database that is not there are left out. */
export const playShare = async (
  stores: Readonly<Record<StoreKind, Store | undefined>>,
  { seed, count, share, shares }: Shares,
  listen: (played: number) => void = () => {},
): Promise<Played> => {
  const failures: Failure[] = [];
  const faults: Faults = new Map();
  const played: Record<string, number> = {};
  for (let schedule = share; schedule < count; schedule += shares) {
    const store = stores[kindOf(schedule)];
    if (!store) continue;
    const failure = await playSchedule(store, seed, schedule, faults);
    if (failure) failures.push(failure);
    played[store.name] = (played[store.name] ?? 0) + 1;
    listen(schedule);
  }
  return { played, failures, faults };
};

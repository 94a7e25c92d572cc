import type { Clock } from "../types.ts";

type Job = () => Promise<void>;

interface Entry {
  readonly atMs: number;
  readonly job: Job;
}

/** Tasks with a time by the clock. It has no timer: a caller asks for what is due. */
export interface Scheduler {
  /** Returns what takes it off again. */
  at(atMs: number, job: Job): () => void;
  /** Infinity if nothing is due. */
  nextMs(): number;
  /** Removes and returns everything that is due now, in the order of its times. */
  takeDue(): readonly Job[];
  clear(): void;
}

/** `onChange` is called when something was added. */
export const createScheduler = (clock: Clock, onChange: () => void): Scheduler => {
  let entries: Entry[] = [];
  return {
    at(atMs, job) {
      const entry = { atMs, job };
      // Of the same time, what was added first comes first.
      const place = entries.findIndex((other) => other.atMs > atMs);
      entries.splice(place === -1 ? entries.length : place, 0, entry);
      onChange();
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    nextMs: () => entries[0]?.atMs ?? Number.POSITIVE_INFINITY,
    takeDue() {
      const nowMs = clock.now();
      const due = entries.filter(({ atMs }) => atMs <= nowMs);
      entries = entries.slice(due.length);
      return due.map(({ job }) => job);
    },
    clear() {
      entries = [];
    },
  };
};

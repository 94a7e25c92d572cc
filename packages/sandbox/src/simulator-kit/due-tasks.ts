import type { Simulator } from "../simulator.ts";
import type { Clock } from "../types.ts";

/** Something that time alone does. */
export interface DueTask {
  nextMs(): number;
  run(nowMs: number): Promise<void>;
}

/** For the many items of one kind: `run` gets all those that are due at the same time. */
export const dueTask = <Item>(parts: {
  readonly items: () => readonly Item[];
  /** In milliseconds since 1970; infinity if it does not happen to this item. */
  readonly dueMs: (item: Item) => number;
  /** Changes the state before it waits, so that no item is due twice. */
  readonly run: (due: readonly Item[]) => Promise<unknown>;
}): DueTask => {
  const { items, dueMs, run } = parts;
  return {
    nextMs: () => items().reduce((first, item) => Math.min(first, dueMs(item)), Number.POSITIVE_INFINITY),
    async run(nowMs) {
      const due = items().filter((item) => nowMs >= dueMs(item));
      if (due.length > 0) await run(due);
    },
  };
};

/** The tasks that a simulator runs by the clock. They run in their order, and wait for their webhooks together. */
export const runByClock = (clock: Clock, ...tasks: readonly DueTask[]): Pick<Simulator, "runDue" | "nextDueMs"> => ({
  async runDue() {
    const nowMs = clock.now();
    await Promise.all(tasks.map((task) => task.run(nowMs)));
  },
  nextDueMs: () => Math.min(...tasks.map((task) => task.nextMs())),
});

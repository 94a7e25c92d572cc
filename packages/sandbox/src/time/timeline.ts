import type { Simulator } from "../simulator.ts";
import type { Clock } from "../types.ts";
import type { Scheduler } from "./scheduler.ts";
import { createSerialQueue } from "./serial-queue.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How often due tasks are looked for without a call. */
const LOOK_MS = 1_000;

// A timer cannot wait longer.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The events of passing time, and their times. */
export interface Timeline {
  /** Starts the timer that runs due tasks. */
  start(): void;
  /** Runs everything that is due, without waiting for it. */
  wake(): void;
  /** Runs everything that is due, and waits for its webhooks. */
  catchUp(): Promise<void>;
  /** Moves the clock, after all earlier moves. Everything that becomes due on the way happens in order and at its time. */
  move(targetMs: (nowMs: number) => number): Promise<void>;
  /** To be called when something was scheduled, and when the clock was frozen or resumed. */
  changed(): void;
  /** Ends what waits. */
  close(): void;
}

/** The time at which something happens: now, or when it was due where that was noticed later. */
export interface EventClock extends Clock {
  /** Does it as if it were that time, which is in the past. */
  doAt(atMs: number, work: () => void): void;
}

export const createEventClock = (clock: Clock): EventClock => {
  let lateMs: number | undefined;
  return {
    now: () => lateMs ?? clock.now(),
    doAt(atMs, work) {
      lateMs = atMs;
      try {
        work();
      } finally {
        lateMs = undefined;
      }
    },
  };
};

export const createTimeline = (parts: {
  readonly clock: VirtualClock;
  readonly eventClock: EventClock;
  /** Whether it is the machine's time. Another clock is read only at a call. */
  readonly ticks: boolean;
  readonly scheduler: Scheduler;
  readonly simulators: ReadonlyMap<unknown, Simulator>;
  /** Resolves when no webhook is under way. */
  readonly idle: () => Promise<void>;
}): Timeline => {
  const { clock, eventClock, ticks, scheduler, simulators, idle } = parts;
  const closing = new AbortController();
  const inTurn = createSerialQueue();
  let timer: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;

  const look = (): void => {
    if (!clock.isFrozen) wake();
  };

  const setTimer = (): void => {
    clearTimeout(timer);
    const nextMs = scheduler.nextMs();
    if (looking === undefined || clock.isFrozen || !Number.isFinite(nextMs)) return;
    timer = setTimeout(wake, Math.min(Math.max(nextMs - clock.now(), 0), MAX_TIMER_MS));
    timer.unref();
  };

  const nextDueMs = (): number => Math.min(...[...simulators.values()].map((simulator) => simulator.nextDueMs()));

  /** However late it is noticed, each thing happens at its time and after what was due before it. */
  const runDue = (): Promise<unknown> => {
    const notified: Promise<void>[] = [];
    for (let dueMs = nextDueMs(); dueMs <= clock.now(); dueMs = nextDueMs()) {
      eventClock.doAt(dueMs, () => {
        for (const simulator of simulators.values()) notified.push(simulator.runDue());
      });
    }
    return Promise.all(notified);
  };

  const wake = (): void => {
    void runDue();
    for (const job of scheduler.takeDue()) void job();
    setTimer();
  };

  const catchUp = async (): Promise<void> => {
    await runDue();
    for (const job of scheduler.takeDue()) await job();
  };

  const travelTo = async (atMs: number): Promise<void> => {
    if (atMs < clock.now()) clock.moveTo(atMs);
    while (!closing.signal.aborted) {
      const nextMs = Math.min(scheduler.nextMs(), nextDueMs());
      if (nextMs > atMs) break;
      if (nextMs > clock.now()) clock.moveTo(nextMs);
      await catchUp();
      // Events that a call caused in the meantime belong to this moment too.
      await idle();
    }
    if (atMs > clock.now()) clock.moveTo(atMs);
    await idle();
    setTimer();
  };

  return {
    start() {
      if (ticks) looking = setInterval(look, LOOK_MS).unref();
      setTimer();
    },
    wake,
    catchUp,
    move: (targetMs) => inTurn(() => travelTo(targetMs(clock.now()))),
    changed: setTimer,
    close() {
      closing.abort();
      clearTimeout(timer);
      clearInterval(looking);
      looking = undefined;
      scheduler.clear();
    },
  };
};

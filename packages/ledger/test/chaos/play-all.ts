// Plays all schedules of a seed in some processes.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { startPostgres } from "../support/postgres-server.ts";
import { keepProgress, type Progress, partsLeft, playedOf, withPart } from "./progress.ts";
import { type Failure, type Part, type Played, waysTo } from "./run.ts";

export interface PlayOptions {
  readonly workers: number;
  /** Where the progress is kept. */
  readonly file: string | undefined;
  readonly log: (line: string) => void;
}

const MINUTE_MS = 60_000;
/** Failures that are printed. More have the same cause, most of the time. */
const MAX_SHOWN = 10;

const startPlayer = async (url: string | undefined): Promise<ChildProcess> => {
  const child = fork(new URL("player.ts", import.meta.url), url === undefined ? [] : [url], {
    execArgv: ["--conditions=@tautan/source"],
  });
  await answerOf(child);
  return child;
};

const answerOf = async (child: ChildProcess): Promise<unknown> => {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a process that plays schedules ended with ${String(code)}`);
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    ended.catch(() => {});
    answered.abort();
  }
};

export const linesOf = (seed: number, failure: Omit<Failure, "plan">): string =>
  ["", waysTo(seed, failure), ...failure.violations.map(({ kind, text }) => `  ${kind}: ${text}`)].join("\n");

const number = (value: number): string => value.toLocaleString("en");

/** Plays what is left, and returns the progress at the end. Prints failures when they happen, and the rate every minute. */
export const playAll = async (start: Progress, { workers, file, log }: PlayOptions): Promise<Progress> => {
  const { seed, split, count } = start;
  let progress = start;
  const startedAt = performance.now();
  const secondsSoFar = (): number => start.seconds + (performance.now() - startedAt) / 1000;
  const left = partsLeft(start);
  const report = (): void => {
    const played = playedOf(progress);
    const perSecond = (played - playedOf(start)) / ((performance.now() - startedAt) / 1000);
    const minutes = perSecond > 0 ? Math.ceil((count - played) / perSecond / 60) : "?";
    const broken = progress.failures.length;
    log(
      `${number(played)} of ${number(count)} schedules, ${Math.round(perSecond)} per second, ${broken} broken, ${minutes} min left`,
    );
  };
  const server = split.postgres > 0 && left.length > 0 ? await startPostgres() : undefined;
  const url = server && "url" in server.answer ? server.answer.url : undefined;
  const ticking = setInterval(report, MINUTE_MS);
  const waiting = left.values();
  const work = async (): Promise<void> => {
    const player = await startPlayer(url);
    try {
      for (const { from, to } of waiting) {
        player.send({ seed, split, from, to } satisfies Part);
        const played = (await answerOf(player)) as Played;
        for (const [index, failure] of played.failures.entries()) {
          if (progress.failures.length + index < MAX_SHOWN) log(linesOf(seed, failure));
        }
        progress = { ...withPart(progress, from, played), seconds: secondsSoFar() };
        keepProgress(progress, file);
      }
    } finally {
      // It still needs the server, to clean up.
      if (player.connected) {
        const ended = once(player, "exit");
        player.send("end");
        await ended;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, left.length) }, work));
  } finally {
    clearInterval(ticking);
    await server?.stop();
  }
  report();
  return progress;
};

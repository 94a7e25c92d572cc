import type { Output } from "./output.ts";

/** A line on standard error that shows how far a command is. Only on a terminal, and not under `--json` and `--quiet`. */
export interface Progress {
  readonly update: (done: number) => void;
  /** Removes the line. */
  readonly end: () => void;
}

type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "write" | "columns">;

const NONE: Progress = { update: () => {}, end: () => {} };
const BAR_WIDTH = 24;
/** How often the line is written anew, in milliseconds. */
const EVERY_MS = 100;

/** Starts the line. Without a total, it counts. */
export const startProgress = (
  label: string,
  total: number | undefined,
  { isJson, isQuiet }: Pick<Output, "isJson" | "isQuiet">,
  stderr: Terminal = process.stderr,
): Progress => {
  if (!stderr.isTTY || isJson || isQuiet) return NONE;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  const clear = "\r\u001b[K";
  return {
    update: (done) => {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < EVERY_MS && done !== total) return;
      shownAtMs = nowMs;
      stderr.write(clear + lineOf(label, done, total).slice(0, (stderr.columns ?? 80) - 1));
    },
    end: () => void stderr.write(clear),
  };
};

const lineOf = (label: string, done: number, total: number | undefined): string => {
  if (total === undefined) return `${label} ${done}`;
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(part * BAR_WIDTH);
  return `${label} ${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} ${done} of ${total}`;
};

import { EXIT_CODES, type Exit } from "../exit-codes.ts";

/** The end of the process by a signal. */
export interface Stop {
  readonly signal: AbortSignal;
  /** The exit code if there was a signal. */
  exit(): Exit | undefined;
}

/** How long a command may take to end after Ctrl-C, in milliseconds. */
const GRACE_MS = 800;

/** Aborts on Ctrl-C and SIGTERM. A second signal, or a command that does not end in time, ends the process at once. */
export const signals = (): Stop => {
  const controller = new AbortController();
  let exit: Exit | undefined;
  const stop = (name: Exit) => (): void => {
    if (exit !== undefined) process.exit(EXIT_CODES[exit]);
    exit = name;
    process.exitCode = EXIT_CODES[name];
    setTimeout(() => process.exit(EXIT_CODES[name]), GRACE_MS).unref();
    controller.abort();
  };
  process.on("SIGINT", stop("interrupted"));
  process.on("SIGTERM", stop("terminated"));
  return { signal: controller.signal, exit: () => exit };
};

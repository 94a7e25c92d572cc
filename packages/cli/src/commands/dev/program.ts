import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The user's program, which runs beside the sandbox. */
export interface Program {
  /** Starts it, again if it runs. */
  start(): Promise<void>;
  /** Ends it and what it started. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** How it ended without being stopped. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started: `ENOENT`. */
  readonly error?: string;
}

interface Parts {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
  /** Called if it ends without `stop`. */
  readonly onEnd: (end: ProgramEnd) => void;
}

/** How long it may take to end, in milliseconds. The whole program has a second. */
const GRACE_MS = 500;

const IS_WINDOWS = process.platform === "win32";

export const createProgram = ({ command: [file = "", ...parameters], environment, onLine, onEnd }: Parts): Program => {
  let running: { readonly child: ChildProcess; readonly ended: Promise<void> } | undefined;

  // Also after an exception: nothing may stay behind.
  process.on("exit", () => {
    if (running) kill(running.child, "SIGKILL");
  });

  const stop = async (): Promise<void> => {
    const stopped = running;
    running = undefined;
    if (!stopped) return;
    kill(stopped.child, "SIGTERM");
    const timer = setTimeout(() => kill(stopped.child, "SIGKILL"), GRACE_MS);
    await stopped.ended;
    clearTimeout(timer);
  };

  return {
    async start() {
      await stop();
      const child = spawn(file, parameters, {
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own, so that it ends with everything that it started.
        detached: !IS_WINDOWS,
        // npm and npx are scripts there.
        shell: IS_WINDOWS,
      });
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
      const started = {
        child,
        ended: new Promise<void>((resolve) => {
          const end = (how: ProgramEnd): void => {
            resolve();
            if (running !== started) return;
            running = undefined;
            onEnd(how);
          };
          child.on("error", ({ code, name }: NodeJS.ErrnoException) =>
            end({ code: null, signal: null, error: code ?? name }),
          );
          child.on("exit", () => resolve());
          // After its last output.
          child.on("close", (code, signal) => end({ code, signal }));
        }),
      };
      running = started;
    },
    stop,
  };
};

const kill = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(IS_WINDOWS ? pid : -pid, signal);
  } catch {
    // It has ended.
  }
};

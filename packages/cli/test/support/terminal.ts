// A process on a terminal, and its screen as a person sees it.
import type * as Pty from "@lydell/node-pty";
import { SerializeAddon } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { onTestFinished } from "vitest";

/** The size of the screen. */
const COLUMNS = 118;
const ROWS = 40;

/** A pseudo-terminal, or the reason why there is none. */
export const loadPty = async (): Promise<{ readonly pty: typeof Pty } | { readonly missing: string }> => {
  try {
    return { pty: await import("@lydell/node-pty") };
  } catch (thrown) {
    return { missing: (thrown as Error).message.split("\n")[0] ?? "it cannot be loaded" };
  }
};

/** A process on a terminal. */
export interface TerminalProcess {
  readonly pid: number;
  /** Types these characters. After a single letter, `until` looks only at what comes after it: menus rewrite what is above the cursor. */
  readonly press: (keys: string) => void;
  /** Resolves once the screen has it; rejects if the process ends before. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The text of the screen with everything above it. */
  readonly text: () => string;
  /** The screen as HTML, with its colours. */
  readonly html: () => string;
  /** The exit code. */
  readonly ended: Promise<number>;
}

/** Runs a command line of the shell on a terminal. It ends with the test at the latest. */
export const runOnTerminal = (
  pty: typeof Pty,
  line: string,
  { folder, rows = ROWS }: { readonly folder: string; readonly rows?: number },
): TerminalProcess => {
  const { NODE_OPTIONS: _, NO_COLOR: __, FORCE_COLOR: ___, VITEST: ____, CI: _____, ...outer } = process.env;
  const child = pty.spawn("sh", ["-c", line], {
    cols: COLUMNS,
    rows,
    cwd: folder,
    env: { ...outer, TERM: "xterm-256color", COLORTERM: "" },
  });
  const terminal = new headless.Terminal({ cols: COLUMNS, rows, scrollback: 2_000, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  const looks = new Set<() => void>();
  let seenRows = 0;
  const textFrom = (row: number): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: active.length - row }, (_, at) => active.getLine(row + at)?.translateToString(true))
      .join("\n")
      .trimEnd();
  };
  child.onData((data) => {
    terminal.write(data, () => {
      for (const look of looks) look();
    });
  });
  // A terminal answers questions about itself.
  terminal.onData((data) => child.write(data));
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => terminal.write("", () => resolve(exitCode)));
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  return {
    pid: child.pid,
    press: (keys) => {
      const { baseY, cursorY } = terminal.buffer.active;
      if (/^[a-z?]$/.test(keys)) seenRows = baseY + cursorY;
      child.write(keys);
    },
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(textFrom(seenRows));
          if (!match) return;
          looks.delete(look);
          resolve(match);
        };
        looks.add(look);
        look();
        void ended.then((code) => {
          look();
          reject(new Error(`it ended with ${code} before ${pattern}:\n${textFrom(0)}`));
        });
        const giveUp = setTimeout(() => reject(new Error(`the screen has no ${pattern}:\n${textFrom(0)}`)), 20_000);
        onTestFinished(() => clearTimeout(giveUp));
      }),
    text: () => textFrom(0),
    html: () => serializer.serializeAsHTML({ includeGlobalBackground: true, scrollback: 0 }),
    ended,
  };
};

// A command line in this process, through the entry of the program after the table of commands: for tests of many.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { vi } from "vitest";
import { COMMANDS } from "../../src/commands/table.ts";
import { EXIT_CODES } from "../../src/exit-codes.ts";
import { runCommand } from "../../src/frame/run.ts";
import { leavesOf } from "../../src/frame/tree.ts";
import { isSecret, type Ran } from "./project.ts";

export interface HereOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The time of this machine's clock. */
  readonly nowMs?: number | undefined;
}

const LEAVES = leavesOf(COMMANDS);

/** The variables of the project's `.env` file. */
const variablesIn = (folder: string): Readonly<Record<string, string | undefined>> => {
  try {
    return parseEnv(readFileSync(join(folder, ".env"), "utf8"));
  } catch {
    return {};
  }
};

/** Runs a command line in a folder, without a terminal. It may print no value of the environment. Not two at a time: the folder and the environment are the process's. */
export const runHere = async (
  folder: string,
  words: readonly string[],
  { env = {}, nowMs }: HereOptions = {},
): Promise<Ran> => {
  const [name, leaf] =
    LEAVES.find(([each]) => each.split(" ").every((word, at) => words[at] === word)) ??
    (() => {
      throw new Error(`there is no command ${words.join(" ")}`);
    })();
  const before = { cwd: process.cwd(), env: { ...process.env } };
  const events = ["SIGINT", "SIGTERM", "warning"] as const;
  const listeners = events.map((event) => process.listeners(event as "SIGINT"));
  const text = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      text[stream] += String(chunk);
      return true;
    }),
  );
  process.chdir(folder);
  Object.assign(process.env, env);
  if (nowMs !== undefined) vi.useFakeTimers({ now: nowMs, toFake: ["Date"] });
  try {
    const exit = await runCommand(COMMANDS, name, leaf, words.slice(name.split(" ").length));
    const secrets = Object.entries({ ...variablesIn(folder), ...env });
    const shown = secrets.find(([, value]) => isSecret(value) && `${text.stdout}${text.stderr}`.includes(value));
    if (shown) throw new Error(`tautan ${words.join(" ")} prints the value of ${shown[0]}`);
    return { code: EXIT_CODES[exit], ...text };
  } finally {
    if (nowMs !== undefined) vi.useRealTimers();
    for (const spy of spies) spy.mockRestore();
    process.chdir(before.cwd);
    for (const each of Object.keys(process.env)) if (!(each in before.env)) delete process.env[each];
    Object.assign(process.env, before.env);
    for (const [at, event] of events.entries()) {
      process.removeAllListeners(event);
      for (const listener of listeners[at] ?? []) process.on(event as "SIGINT", listener);
    }
  }
};

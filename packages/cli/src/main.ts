import { COMMANDS } from "./commands/table.ts";
import type { Exit } from "./exit-codes.ts";
import type { Leaf } from "./frame/command.ts";
import { isGroup } from "./frame/tree.ts";
import { VERSION } from "./version.ts";

/** Runs a command line, and ends the process. */
export const main = async (words: readonly string[]): Promise<void> => {
  const { before, path, after } = splitPath(words);
  const wantsHelp = [...before, ...after].some((word) => word === "--help" || word === "-h");
  if (path.length === 0 && before.some((word) => word === "--version" || word === "-v" || word === "-V")) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const [name, second] = path;
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name === undefined && (wantsHelp || words.length === 0)) {
    const { helpOfProgram } = await import("./frame/help.ts");
    process.stdout.write(helpOfProgram(COMMANDS, VERSION));
    return;
  }
  if (name !== undefined && entry && !isGroup(entry))
    return await runLeaf(name, entry, [...before, ...path.slice(1), ...after]);
  if (name !== undefined && entry && isGroup(entry)) {
    const leaf = second !== undefined && Object.hasOwn(entry.commands, second) ? entry.commands[second] : undefined;
    if (leaf) return await runLeaf(`${name} ${second}`, leaf, [...before, ...path.slice(2), ...after]);
    if (second === undefined && (wantsHelp || before.length + after.length === 0)) {
      const { helpOfGroup } = await import("./frame/help.ts");
      process.stdout.write(helpOfGroup(name, entry));
      return;
    }
  }
  const { unknownCommand } = await import("./frame/unknown-command.ts");
  await end(await unknownCommand(COMMANDS, before, path, words));
};

const runLeaf = async (name: string, leaf: Leaf, words: readonly string[]): Promise<void> => {
  const { runCommand } = await import("./frame/run.ts");
  await end(await runCommand(COMMANDS, name, leaf, words));
};

/** Ends the process, with everything written: what is left open, such as idle connections, must not hold it. */
const end = async (exit: Exit): Promise<void> => {
  const { EXIT_CODES } = await import("./exit-codes.ts");
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(EXIT_CODES[exit]);
};

/** Options that take a value and may come before the name of the command. */
const TAKES_VALUE = new Set(["--config", "--gateway", "-g", "--timeout"]);

interface Split {
  readonly before: readonly string[];
  /** The words from the name of the command on, until the first option. */
  readonly path: readonly string[];
  readonly after: readonly string[];
}

const splitPath = (words: readonly string[]): Split => {
  let start = 0;
  while (words[start]?.startsWith("-") && words[start] !== "--") start += TAKES_VALUE.has(words[start] ?? "") ? 2 : 1;
  const length = words.slice(start).findIndex((word) => word.startsWith("-"));
  const stop = length === -1 ? words.length : start + length;
  return { before: words.slice(0, start), path: words.slice(start, stop), after: words.slice(stop) };
};

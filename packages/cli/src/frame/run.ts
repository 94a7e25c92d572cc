import { type Exit, exitOf } from "../exit-codes.ts";
import { type Failure, isFailure } from "../failure.ts";
import { createOutput } from "../output/output.ts";
import type { Leaf, Tree } from "./command.ts";
import { createContext } from "./context.ts";
import { helpOfCommand } from "./help.ts";
import { parseCommandLine } from "./parse.ts";
import { signals } from "./signals.ts";

/** Runs one command, and returns the name of its exit code. Never rejects. */
export const runCommand = async (tree: Tree, name: string, leaf: Leaf, words: readonly string[]): Promise<Exit> => {
  const { COMMAND } = await leaf.load();
  const parsed = await parseCommandLine(COMMAND, words, name);
  const { json, quiet, help } = parsed.isOk()
    ? (parsed.value.options as { readonly json: boolean; readonly quiet: boolean; readonly help: boolean })
    : { json: words.includes("--json"), quiet: false, help: false };
  const output = createOutput({ json, quiet }, process);
  if (parsed.isErr()) {
    output.failure(parsed.error);
    return exitOf(parsed.error);
  }
  if (help) {
    process.stdout.write(helpOfCommand(name, leaf.summary, COMMAND));
    return "done";
  }
  hideWarningsOfNode();
  const stop = signals();
  const { context, close } = createContext({ parsed: parsed.value, commands: tree, output, signal: stop.signal });
  try {
    const ran = await COMMAND.run(context);
    if (ran.isOk()) return stop.exit() ?? ran.value ?? "done";
    output.failure(ran.error);
    return stop.exit() ?? exitOf(ran.error);
  } catch (thrown) {
    const error = faultOf(thrown);
    if (stop.exit() === undefined) output.failure(error);
    return stop.exit() ?? exitOf(error);
  } finally {
    await close().catch(() => {});
  }
};

/** An exception is a fault of this program. Its message may contain anything, so only its name and place are shown. */
const faultOf = (thrown: unknown): Failure => {
  if (isFailure(thrown)) return thrown;
  const { name, stack = "" } = thrown instanceof Error ? thrown : new Error("not an error");
  const place = /\(?((?:file:|node:)[^\s)]+:\d+:\d+)\)?/.exec(stack)?.[1] ?? "an unknown place";
  return {
    kind: "fault",
    message: `this program failed (${name} at ${place})`,
    hint: "This is a fault of tautan. Report it with the command and the version, without keys.",
  };
};

/** Warnings that a user of this program can do nothing about. All others are printed. */
const QUIET_WARNINGS = new Set(["ExperimentalWarning", "MODULE_TYPELESS_PACKAGE_JSON"]);

const hideWarningsOfNode = (): void => {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, code, message }: Error & { readonly code?: string }) => {
    if (!QUIET_WARNINGS.has(name) && !QUIET_WARNINGS.has(code ?? ""))
      process.stderr.write(`warning ${name}: ${message}\n`);
  });
};

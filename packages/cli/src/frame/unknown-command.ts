import { type Exit, exitOf } from "../exit-codes.ts";
import { type Failure, usageError } from "../failure.ts";
import { createOutput } from "../output/output.ts";
import type { Tree } from "./command.ts";
import { closest } from "./suggest.ts";
import { isGroup, leavesOf } from "./tree.ts";

/** Reports a command line that names no command. */
export const unknownCommand = async (
  tree: Tree,
  before: readonly string[],
  path: readonly string[],
  words: readonly string[],
): Promise<Exit> => {
  const error = errorOf(tree, before, path);
  createOutput({ json: words.includes("--json"), quiet: false }, process).failure(error);
  return exitOf(error);
};

const errorOf = (tree: Tree, before: readonly string[], [name, second]: readonly string[]): Failure => {
  if (name === undefined) {
    return usageError(
      `expected a command, got only ${before[0]?.slice(0, 40) ?? "options"}`,
      "Run tautan --help for the commands.",
    );
  }
  const group = Object.hasOwn(tree, name) ? tree[name] : undefined;
  const given = group ? [name, second].filter(Boolean).join(" ") : name;
  const help = group ? `Run tautan ${name} --help for its commands.` : "Run tautan --help for the commands.";
  const known = group && isGroup(group) ? Object.keys(group.commands) : Object.keys(tree);
  const meant = closest((group ? second : name) ?? "", known);
  // A command of a group, named without the group.
  const inGroup = leavesOf(tree).find(([full]) => full.split(" ")[1] === name)?.[0];
  const suggestion = meant === undefined ? inGroup : group ? `${name} ${meant}` : meant;
  const message =
    group && second === undefined
      ? `expected a command after tautan ${name}`
      : `there is no command ${given.slice(0, 60)}`;
  return usageError(message, suggestion ? `Did you mean tautan ${suggestion}? ${help}` : help);
};

import type { Entry, Group, Leaf, Tree } from "./command.ts";

/** Whether commands are under the word. */
export const isGroup = (entry: Entry): entry is Group => "commands" in entry;

/** All commands, with their full names: `links create`. */
export const leavesOf = (tree: Tree): readonly (readonly [string, Leaf])[] =>
  Object.entries(tree).flatMap(([name, entry]) =>
    isGroup(entry)
      ? Object.entries(entry.commands).map(([each, leaf]) => [`${name} ${each}`, leaf] as const)
      : [[name, entry] as const],
  );

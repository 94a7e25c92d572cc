import type { Command } from "./command.ts";

/** A command in the table: its file is loaded when it is needed. */
export interface Leaf {
  readonly summary: string;
  /** Loads the file, which exports the command as `COMMAND`. */
  readonly load: () => Promise<{ readonly COMMAND: Command }>;
}

/** Commands under one word. */
export interface Group {
  readonly summary: string;
  readonly commands: Readonly<Record<string, Leaf>>;
}

export type Entry = Leaf | Group;

/** The commands by name. */
export type Tree = Readonly<Record<string, Entry>>;

export const isGroup = (entry: Entry): entry is Group => "commands" in entry;

/** All commands, with their full names: `links create`. */
export const leavesOf = (tree: Tree): readonly (readonly [string, Leaf])[] =>
  Object.entries(tree).flatMap(([name, entry]) =>
    isGroup(entry)
      ? Object.entries(entry.commands).map(([each, leaf]) => [`${name} ${each}`, leaf] as const)
      : [[name, entry] as const],
  );

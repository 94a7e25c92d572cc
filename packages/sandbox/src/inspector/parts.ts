import type { ProviderSet } from "../provider.ts";
import type { Recording } from "../replay/recording.ts";
import type { Run } from "../run.ts";
import type { Changes } from "../state/changes.ts";
import type { Journal } from "../state/journal.ts";
import type { LinkSummary, SandboxActions } from "../types.ts";

/** The sandbox's parts that the inspector uses. */
export interface InspectorParts {
  readonly sandbox: SandboxActions;
  readonly providers: ProviderSet;
  /** Those that were started. */
  readonly gateways: readonly string[];
  /** The current run; a reset begins another one. */
  readonly run: () => Pick<Run, "requests" | "deliveries" | "actions" | "webhookUrls" | "sendOnce" | "simulators">;
  /** Where the gateways listen. */
  readonly baseUrls: ReadonlyMap<string, string>;
  readonly changes: Changes;
  readonly listLinks: () => readonly LinkSummary[];
  /** A recorded run to step through; `undefined`: that of this sandbox. */
  readonly replay: Recording | undefined;
}

/** A journal's entry under the number it keeps when older ones are dropped. */
export interface Numbered<Entry> {
  readonly number: number;
  readonly entry: Entry;
}

/** All entries, oldest first. */
export const numbered = <Entry>({ entries, dropped }: Journal<Entry>): readonly Numbered<Entry>[] =>
  entries.map((entry, index) => ({ number: dropped + index + 1, entry }));

/** The newest entries first. */
export const newest = <Entry>(journal: Journal<Entry>, size: number): readonly Numbered<Entry>[] => {
  const start = Math.max(0, journal.entries.length - size);
  return journal.entries
    .slice(start)
    .map((entry, index) => ({ number: journal.dropped + start + index + 1, entry }))
    .toReversed();
};

/** The entry with this number, as long as it is kept. */
export const entryAt = <Entry>(journal: Journal<Entry>, number: number): Numbered<Entry> | undefined => {
  const entry = journal.entries[number - journal.dropped - 1];
  return entry === undefined ? undefined : { number, entry };
};

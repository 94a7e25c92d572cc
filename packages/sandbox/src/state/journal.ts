import type { Collection } from "./store.ts";

/** The newest entries of an endless sequence, and how many older ones were dropped. */
export interface Journal<Entry> {
  /** Oldest first. The same array all along. */
  readonly entries: readonly Entry[];
  readonly dropped: number;
  add(entry: Entry): void;
}

export interface JournalLimits<Entry> {
  readonly maxEntries: number;
  readonly maxCharacters: number;
  readonly sizeOf: (entry: Entry) => number;
}

/** Drops its oldest entries if there are too many, or their texts are too long in total; never the newest. */
export const createJournal = <Entry>(
  limits: JournalLimits<Entry>,
  collection: Collection<Entry>,
  onAdd: (entry: Entry) => void,
): Journal<Entry> => {
  const entries: Entry[] = [...collection.stored.values()];
  let characters = entries.reduce((sum, entry) => sum + limits.sizeOf(entry), 0);
  // An entry is kept under its number, counted from 1.
  const [firstStored = "1"] = collection.stored.keys();
  let dropped = Number(firstStored) - 1;

  const dropOldest = (): void => {
    while (entries.length > limits.maxEntries || (characters > limits.maxCharacters && entries.length > 1)) {
      const oldest = entries.shift();
      if (oldest !== undefined) characters -= limits.sizeOf(oldest);
      dropped += 1;
      collection.remove(String(dropped));
    }
  };

  // Another process may have kept more.
  dropOldest();
  return {
    entries,
    get dropped() {
      return dropped;
    },
    add(entry) {
      entries.push(entry);
      characters += limits.sizeOf(entry);
      collection.put(String(dropped + entries.length), entry);
      dropOldest();
      onAdd(entry);
    },
  };
};

export const MAX_TEXT_LENGTH = 65_536;

/** A text as it is kept in a journal. */
export const shortened = (text: string): string =>
  text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}… (${text.length} characters in all)`;

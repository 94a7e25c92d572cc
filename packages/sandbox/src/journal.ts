/** The newest entries of something that goes on for ever, and how many older ones were let go. */
export interface Journal<Entry> {
  /** Oldest first. The same array all along. */
  readonly entries: readonly Entry[];
  readonly forgotten: number;
  add(entry: Entry): void;
}

export interface JournalLimits<Entry> {
  readonly maxEntries: number;
  readonly maxCharacters: number;
  readonly sizeOf: (entry: Entry) => number;
}

/** Lets its oldest entries go once there are too many, or their texts are too long together; never the newest. */
export function createJournal<Entry>(limits: JournalLimits<Entry>, onAdd: () => void): Journal<Entry> {
  const entries: Entry[] = [];
  let characters = 0;
  let forgotten = 0;
  return {
    entries,
    get forgotten() {
      return forgotten;
    },
    add(entry) {
      entries.push(entry);
      characters += limits.sizeOf(entry);
      while (entries.length > limits.maxEntries || (characters > limits.maxCharacters && entries.length > 1)) {
        for (const dropped of entries.splice(0, 1)) characters -= limits.sizeOf(dropped);
        forgotten += 1;
      }
      onAdd();
    },
  };
}

export const maxTextLength = 65_536;

/** A text as it is kept in a journal. */
export function shortened(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}… (${text.length} characters in all)`;
}

/** The newest entries of something that goes on for ever, and how many older ones were let go. */
export interface Journal<Entry> {
  /** Oldest first. The same array all along. */
  readonly entries: readonly Entry[];
  readonly forgotten: number;
  add(entry: Entry): void;
}

export function createJournal<Entry>(limit: number): Journal<Entry> {
  const entries: Entry[] = [];
  let forgotten = 0;
  return {
    entries,
    get forgotten() {
      return forgotten;
    },
    add(entry) {
      entries.push(entry);
      if (entries.length <= limit) return;
      entries.shift();
      forgotten += 1;
    },
  };
}

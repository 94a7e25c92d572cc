/** One kind of what is stored. */
export interface Collection<Value> {
  /** The entries of an earlier process, in the order of their first write. */
  readonly stored: ReadonlyMap<string, Value>;
  /** Stores the value with the next save. A value that changes afterwards must be put again. */
  put(key: string, value: Value): void;
  remove(key: string): void;
}

/** Texts that are kept once they were added. */
export interface PersistedSet {
  has(text: string): boolean;
  add(text: string): void;
}

export const createPersistedSet = (collection: Collection<true>): PersistedSet => {
  const texts = new Set(collection.stored.keys());
  return {
    has: (text) => texts.has(text),
    add(text) {
      texts.add(text);
      collection.put(text, true);
    },
  };
};

/** Returns consecutive numbers, from `first` or from the last one stored under this name. */
export const createCounter = (state: State, name: string, first: number): (() => number) => {
  const collection = state.collection<number>("lastNumbers");
  let last = collection.stored.get(name) ?? first - 1;
  return () => {
    last += 1;
    collection.put(name, last);
    return last;
  };
};

/** The state of one run, while it is the newest. */
export interface State {
  /** Everything under one name: plain values, no functions. The caller states the type. */
  collection<Value>(name: string): Collection<Value>;
  /** Writes all that was put. If that fails, writes nothing and throws an {@link UnsavedState} with the reason. */
  save(): void;
}

/** A file that cannot be written: no defect of the sandbox. */
export class UnsavedState extends Error {
  override readonly name = "UnsavedState";
}

/** Where state is between the starts of a sandbox. */
export interface StateStore {
  /** Whether an earlier process left a run to go on with. */
  readonly holdsRun: boolean;
  /** The state of the first run. */
  resume(): State;
  /** The state of a run from the start. With its first save, what was kept before goes, and the earlier state keeps nothing more. */
  restart(): State;
  /** Changes since the last save are lost. */
  close(): void;
}

const nowhere: Collection<never> = { stored: new Map<string, never>(), put: () => undefined, remove: () => undefined };

const noState: State = { collection: () => nowhere, save: () => undefined };

/** Keeps nothing: a sandbox without a file. */
export const inMemory: StateStore = {
  holdsRun: false,
  resume: () => noState,
  restart: () => noState,
  close: () => undefined,
};

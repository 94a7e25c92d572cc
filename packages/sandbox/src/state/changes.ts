/** Notifies listeners that something changed, without what. */
export interface Changes {
  readonly announce: () => void;
  /** Calls `listener` at each change, until the function it returns is called. */
  watch(listener: () => void): () => void;
}

export const createChanges = (): Changes => {
  const listeners = new Set<() => void>();
  return {
    announce() {
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

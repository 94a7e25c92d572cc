/** The calls that are under way. A client that goes away does not end them: a create that was sent is stored. */
export interface RunningCalls {
  readonly add: (call: Promise<unknown>) => void;
  /** Resolves when none is left. */
  readonly ended: () => Promise<void>;
}

export const createRunningCalls = (): RunningCalls => {
  const running = new Set<Promise<unknown>>();
  return {
    add: (call) => {
      running.add(call);
      void call.finally(() => running.delete(call));
    },
    ended: async () => {
      await Promise.all(running);
    },
  };
};

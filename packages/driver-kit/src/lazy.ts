/**
 * Loads something at the first call and keeps it: a second `import()` of a module still costs a look-up. After a failed load,
 * the next call tries again.
 */
export const lazy = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= load().catch((thrown: unknown) => {
      kept = undefined;
      throw thrown;
    });
    return kept;
  };
};

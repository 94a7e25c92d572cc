/**
 * Loads something at the first need and keeps it: a second `import()` of a module still costs a look-up. A load that failed
 * is forgotten, so that the next need tries again.
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

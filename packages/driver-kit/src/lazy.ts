/** Something that is loaded at the first call. `now` returns it if it is loaded. */
export interface Lazy<T> {
  (): Promise<T>;
  readonly now: () => T | undefined;
}

/**
 * Loads something at the first call and keeps it: a second `import()` of a module still costs a look-up. After a failed load,
 * the next call tries again.
 */
export const lazy = <T>(load: () => Promise<T>): Lazy<T> => {
  let loading: Promise<T> | undefined;
  let loaded: T | undefined;
  const loadOnce = async (): Promise<T> => {
    try {
      loaded = await load();
      return loaded;
    } catch (thrown) {
      loading = undefined;
      throw thrown;
    }
  };
  return Object.assign(
    () => {
      loading ??= loadOnce();
      return loading;
    },
    { now: () => loaded },
  );
};

/** Uses something, at once if it is loaded. `onFailure` gives the result if it cannot be loaded; without it, the promise rejects. */
export const whenLoaded = <T, R>(
  load: Lazy<T>,
  use: (loaded: T) => R | Promise<R>,
  onFailure?: () => R,
): R | Promise<R> => {
  const loaded = load.now();
  return loaded === undefined ? load().then(use, onFailure) : use(loaded);
};

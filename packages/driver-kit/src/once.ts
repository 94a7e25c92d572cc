/** Calls a function at the first need and keeps what it gave: a second `import()` of a module still costs a look-up. */
export const once = <T>(load: () => T): (() => T) => {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: load() };
    return kept.value;
  };
};

/** A copy of a caller's plain object: it may change before it is read, while something is loading or being traced. */
export const snapshotOf = <T>(value: T): T => readable(value, () => copyOf(value) as T);

/** What cannot be copied is passed on, to be refused where everything else is. */
export const readable = <T>(value: T, copy: () => T): T => {
  try {
    return copy();
  } catch {
    return value;
  }
};

const copyOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return Array.from(value, copyOf);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]));
};

/** Returns the object without fields that are `undefined`, as `exactOptionalPropertyTypes` requires. */
export const omitUndefined = <T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} =>
  // The compiler cannot follow a loop.
  withoutUndefined(fields as Readonly<Record<string, unknown>>) as never;

const withoutUndefined = (fields: Readonly<Record<string, unknown>>): object => {
  const present: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined) setField(present, name, value);
  }
  return present;
};

/** Sets a field of an object with the names of another: one assignment to `__proto__` would change the prototype. */
export const setField = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === "__proto__") Object.defineProperty(object, name, { ...OWN_FIELD, value });
  else object[name] = value;
};

const OWN_FIELD = { enumerable: true, writable: true, configurable: true } as const;

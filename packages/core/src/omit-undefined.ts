/** Returns the object without fields that are `undefined`, as `exactOptionalPropertyTypes` requires. */
export const omitUndefined = <T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} =>
  // `Object.fromEntries` loses the types of the fields.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

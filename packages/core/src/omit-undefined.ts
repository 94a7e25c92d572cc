/** An object without its absent fields, as `exactOptionalPropertyTypes` wants it. */
export const omitUndefined = <T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} =>
  // `Object.fromEntries` forgets which field has which type.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

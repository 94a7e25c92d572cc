import { valueOr } from "./contained.ts";

/** JSON with the fields of every object sorted by name; `undefined` if the value is not plain data. */
export const canonicalText = (value: unknown): string | undefined =>
  valueOr(
    () => JSON.stringify(value, (_, each: unknown) => (isPlainObject(each) ? sortedFields(each) : each)),
    undefined,
  );

/** Whether a value has fields: an object, and no list. */
export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sortedFields = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1)));

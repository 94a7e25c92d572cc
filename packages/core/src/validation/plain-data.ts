/** A deeper value is circular, or was not written by hand. */
const MAX_DEPTH = 50;

/** Whether JSON returns a value as it is, apart from fields that are undefined. */
export const isPlainData = (value: unknown, depth = 0): boolean => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((each) => isPlainData(each, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((each) => each === undefined || isPlainData(each, depth + 1));
};

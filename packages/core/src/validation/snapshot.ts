import { valueOr } from "../contained.ts";

/**
 * A copy of a caller's plain object, which may change while something is loaded or traced. An object that cannot be copied is
 * passed on: the operation refuses it.
 */
export const snapshotOf = <T>(value: T): T => valueOr(() => copyOf(value) as T, value);

const copyOf = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, copyOf);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const name of Object.keys(copy)) if (typeof copy[name] === "object") copy[name] = copyOf(copy[name]);
  return copy;
};

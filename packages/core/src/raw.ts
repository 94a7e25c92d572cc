/** Freezes an object with a field that no log, no JSON and no comparison shows. */
export const withHidden = <T extends object>(fields: T, name: "raw" | "cause" | "existing", value: unknown): T => {
  if (value !== undefined) Object.defineProperty(fields, name, { value, enumerable: false });
  return Object.freeze(fields);
};

/**
 * Freezes an object and hangs the provider's own object on it, hidden from logs, JSON and comparison: it can hold personal
 * data that nobody meant to print.
 */
export const withRaw = <T extends object>(fields: T, raw: unknown): T & { readonly raw?: unknown } =>
  withHidden(fields, "raw", raw);

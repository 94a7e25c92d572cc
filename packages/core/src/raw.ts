/** Freezes an object with a field that is not enumerable: logs, JSON and comparisons do not show it. */
export const withHidden = <T extends object>(fields: T, name: "raw" | "cause" | "existing", value: unknown): T => {
  if (value !== undefined) Object.defineProperty(fields, name, { value, enumerable: false });
  return Object.freeze(fields);
};

/** Adds the provider's own object, hidden because it may contain personal data. */
export const withRaw = <T extends object>(fields: T, raw: unknown): T & { readonly raw?: unknown } =>
  withHidden(fields, "raw", raw);

const MAX_LENGTH = 200;

/** A wrong value, for the message of an error. */
export const showValue = (value: unknown): string => {
  if (typeof value === "string") return cut(JSON.stringify(value));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  try {
    return cut(JSON.stringify(value) ?? "another object");
  } catch {
    // It holds itself, or a bigint.
    return "another object";
  }
};

/** A refused body, for the message of an error. */
export const showBody = (body: string): string => (body === "" ? "empty" : cut(body));

const cut = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

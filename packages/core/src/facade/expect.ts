export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Keys and numbers are no secrets; anything else is told by its type. */
export const shown = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value.slice(0, 64))
    : typeof value === "number"
      ? `${value}`
      : typeof value;

export const refuse = (message: string): never => {
  throw new TypeError(`createPaymentLinks: ${message}`);
};

export function expect(holds: boolean, message: string): asserts holds {
  if (!holds) refuse(message);
}

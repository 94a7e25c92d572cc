export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A value in a message. Keys and numbers are not secrets; of other values, only the type is shown. */
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

import { autocomplete, isCancel, type Option, select, text } from "@clack/prompts";

/** One of the choices of a menu. */
export interface Choice<Value> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
}

/** How many choices are shown at a time. */
const VISIBLE = 10;

/** From this many on, typing narrows the choices. */
const MANY = 12;

/** Asks for one of the choices. `undefined`: none, by Escape. */
export const choose = async <Value>(
  message: string,
  choices: readonly Choice<Value>[],
  signal: AbortSignal,
): Promise<Value | undefined> => {
  // A number is a simple value in the library's type, whatever the choices hold.
  const options: Option<number>[] = choices.map(({ label, hint }, value) => ({
    value,
    label,
    ...(hint ? { hint } : {}),
  }));
  const settings = { message, options, maxItems: VISIBLE, signal };
  const chosen = choices.length >= MANY ? await autocomplete(settings) : await select(settings);
  return isCancel(chosen) ? undefined : choices[chosen]?.value;
};

/** Asks for a whole number from `min` on. `undefined`: none, by Escape. */
export const askForNumber = async (
  message: string,
  { min, max }: { readonly min: number; readonly max: number | undefined },
  signal: AbortSignal,
): Promise<number | undefined> => {
  const typed = await text({
    message,
    placeholder: String(min),
    signal,
    validate: (value = "") => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      return number >= min && number <= (max ?? Number.POSITIVE_INFINITY)
        ? undefined
        : `Expected a whole number from ${min}${max === undefined ? " on" : ` to ${max}`}, without separators.`;
    },
  });
  return isCancel(typed) ? undefined : Number(typed);
};

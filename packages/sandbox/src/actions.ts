import { spelled } from "./spelled.ts";
import type { PayOptions } from "./types.ts";

type OptionName = keyof PayOptions;
export type ActionName = "open" | "pay" | "fail" | "settle" | "expire" | "reverse" | "refund";

/** Which options each action takes. */
export const actionOptions: Readonly<Record<ActionName, readonly OptionName[]>> = {
  open: ["method", "attempt", "amount"],
  pay: ["method", "attempt", "amount", "outcome"],
  fail: ["method", "attempt", "amount"],
  settle: ["attempt"],
  expire: ["attempt"],
  reverse: ["attempt"],
  refund: ["attempt", "amount"],
};

export const actionNames: readonly ActionName[] = Object.keys(actionOptions) as ActionName[];

/** What is wrong with the options of an action; empty where nothing is. */
export function faultsInAction(action: ActionName, link: unknown, options: unknown): readonly string[] {
  const faults = isText(link) ? [] : [`link must be the URL of a pay page, but is ${spelled(link)}`];
  if (typeof options !== "object" || options === null)
    return [...faults, `the options of ${action} must be an object, but are ${spelled(options)}`];
  const known = actionOptions[action];
  for (const [name, value] of Object.entries(options)) {
    if (!known.some((option) => option === name)) {
      faults.push(`there is no ${JSON.stringify(name)} for ${action}, which takes ${known.join(", ")}`);
    } else if (value !== undefined && !rules[name as OptionName].holds(value)) {
      faults.push(`${name} must be ${rules[name as OptionName].expected}, but is ${spelled(value)}`);
    }
  }
  return faults;
}

const outcomes: readonly PayOptions["outcome"][] = ["paid", "failed", "pending"];

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const rules: Readonly<Record<OptionName, { readonly holds: (value: unknown) => boolean; readonly expected: string }>> =
  {
    method: { holds: isText, expected: "the provider's code of a method" },
    attempt: { holds: isText, expected: "the id of an attempt" },
    // Which amounts are possible, the link or the payment says.
    amount: { holds: (value) => typeof value === "number", expected: "a number of whole rupiah" },
    outcome: {
      holds: (value) => outcomes.some((outcome) => outcome === value),
      expected: `one of ${outcomes.join(", ")}`,
    },
  };

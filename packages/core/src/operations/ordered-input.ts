import type { CreateInput } from "../driver-contract.ts";
import { isPlainData } from "../validation/plain-data.ts";

/**
 * An input with the fields of every object in one order, whoever wrote it and wherever it was stored since: an identical request
 * must be the same bytes to a gateway that keeps its answers.
 */
export const orderedInput = ({ providerOptions, ...input }: CreateInput): CreateInput => ({
  ...(ordered(input) as CreateInput),
  ...(providerOptions !== undefined && {
    providerOptions: isPlainData(providerOptions) ? ordered(providerOptions) : providerOptions,
  }),
});

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, each]) => [name, ordered(each)]));
};

import type { DriverCapabilities } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import { setField } from "../omit-undefined.ts";
import { isPlainData } from "../validation/plain-data.ts";

/**
 * An input with the fields of every object in one order, whoever wrote it and wherever it was stored since, if the gateway returns its
 * first answer to an identical request: that must be the same bytes.
 */
export const orderedInput = ({ createRecovery }: DriverCapabilities, whole: CreateInput): CreateInput => {
  if (createRecovery !== "replay" && createRecovery !== "keyed") return whole;
  const { providerOptions, ...input } = whole;
  return {
    ...(ordered(input) as CreateInput),
    ...(providerOptions !== undefined && {
      providerOptions: isPlainData(providerOptions) ? ordered(providerOptions) : providerOptions,
    }),
  };
};

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) setField(fields, name, ordered(value[name as keyof typeof value]));
  return fields;
};

import { storableJson } from "../apply/storable.ts";
import { parseJson } from "../apply/stored-rows.ts";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Something of a link without its customer, and without what was warned of about the customer. */
export const withoutCustomer = <T extends object>(stored: T): T => {
  const { customer: _, warnings, ...rest } = stored as Fields;
  return { ...rest, ...(warnings !== undefined && { warnings: others(warnings) }) } as T;
};

const others = (warnings: unknown): unknown =>
  Array.isArray(warnings) ? warnings.filter((each) => !(isFields(each) && isOfCustomer(each["field"]))) : warnings;

const isOfCustomer = (field: unknown): boolean => typeof field === "string" && /^customer(?:\.|$)/.test(field);

/** JSON of a link without its customer. */
export const linkJsonWithoutCustomer = (json: string): string => {
  const link = parseJson(json, "link");
  return isFields(link) ? storableJson(withoutCustomer(link)) : json;
};

/** JSON of a prepared create without its customer. */
export const preparedJsonWithoutCustomer = (json: string): string => {
  const prepared = parseJson(json, "prepared");
  if (!isFields(prepared)) return json;
  const { input, ...rest } = withoutCustomer(prepared);
  return storableJson(isFields(input) ? { ...rest, input: withoutCustomer(input) } : prepared);
};

/** JSON of observations without the customers of their links. */
export const observationsJsonWithoutCustomer = (json: string): string => {
  const observations = parseJson(json, "observations");
  if (!Array.isArray(observations)) return json;
  return storableJson(
    observations.map((each: unknown) =>
      isFields(each) && isFields(each["link"]) ? { ...each, link: withoutCustomer(each["link"]) } : each,
    ),
  );
};

import { compareDecimals, isBelow, sumDecimals, timesInteger } from "../arithmetic.ts";
import type { Issue } from "../errors.ts";
import { canonicalDecimal } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkAmount, LinkItem } from "../payment-link.ts";
import { OMITTABLE_FIELDS, type OmittableField } from "../request.ts";
import { checkPeriod, type LinkFields, readFields } from "./link-fields.ts";
import { InputReader, join } from "./reader.ts";

/** A create request that follows the rules that hold on every gateway. */
export interface CheckedCreateRequest extends LinkFields {
  readonly reference: string;
  readonly amount: LinkAmount;
  readonly providerOptions?: Readonly<Record<string, unknown>>;
  readonly omitIfUnsupported: readonly OmittableField[];
}

export interface CreateRules {
  readonly nowMs: number;
  /** Whether references that are not portable are accepted. */
  readonly wideReferences: boolean;
}

/** Checks a create request against the rules that hold on every gateway. Collects every issue, not only the first. */
export const checkCreateRequest = (
  request: unknown,
  { nowMs, wideReferences }: CreateRules,
): { readonly checked: CheckedCreateRequest } | { readonly issues: readonly Issue[] } => {
  const reader = new InputReader();
  const fields = reader.object(request, "", CREATE_FIELDS);
  if (!fields) return { issues: reader.issues };
  const given = <T>(name: string, read: (value: unknown, path: string) => T | undefined): T | undefined =>
    fields[name] === undefined ? undefined : read(fields[name], name);

  const reference = readReference(reader, fields["reference"], wideReferences);
  const amount = readAmount(reader, fields["amount"]);
  const optional = readFields(reader, fields, OMITTABLE_FIELDS);
  if (amount && optional.items) checkItems(reader, amount, optional.items);
  checkPeriod(reader, optional, nowMs);
  // By the names of drivers. Options of other drivers are ignored, whether they are configured or not.
  const providerOptions = given("providerOptions", (value, path) => reader.anyObject(value, path));
  const omitIfUnsupported = given("omitIfUnsupported", (value, path) =>
    reader.list(value, path, (item, at) => readOmittable(reader, item, at)),
  );
  if (reader.issues.length > 0 || reference === undefined || amount === undefined) return { issues: reader.issues };
  const checked = { reference, amount, ...optional, ...omitUndefined({ providerOptions }) };
  return { checked: { ...checked, omitIfUnsupported: omitIfUnsupported ?? [] } };
};

const CREATE_FIELDS: readonly string[] = [
  "reference",
  "amount",
  "providerOptions",
  "omitIfUnsupported",
  "gateway",
  ...OMITTABLE_FIELDS,
];

const PORTABLE_REFERENCE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,35}$/;

const readReference = (reader: InputReader, value: unknown, wide: boolean): string | undefined => {
  const reference = reader.text(value, "reference", 255);
  if (reference === undefined || wide) return reference;
  const problem = problemOfReference(reference);
  return problem === undefined
    ? reference
    : reader.refuse(
        "reference",
        `${problem}. Every gateway accepts 1 to 36 of A-Z a-z 0-9 _ - starting with a letter or digit; the option references: "provider" allows all that the chosen gateway accepts`,
      );
};

const problemOfReference = (reference: string): string | undefined => {
  if (PORTABLE_REFERENCE.test(reference)) return undefined;
  const other = /[^A-Za-z0-9_-]/u.exec(reference);
  if (other) return `has ${JSON.stringify(other[0])} as character ${other.index + 1}`;
  return /^[_-]/.test(reference)
    ? `starts with ${JSON.stringify(reference.charAt(0))}`
    : `has ${reference.length} characters`;
};

const readAmount = (reader: InputReader, value: unknown): LinkAmount | undefined => {
  if (typeof value === "object" && value !== null && "open" in value) {
    const fields = reader.object(value, "amount", ["open"]);
    return fields && readOpenAmount(reader, fields["open"]);
  }
  const money = reader.money(value, "amount");
  if (money === undefined) return undefined;
  return compareDecimals(money.amount, "0") > 0
    ? money
    : reader.refuse("amount", `expected more than 0, got ${money.amount}`);
};

const readOpenAmount = (reader: InputReader, value: unknown): LinkAmount | undefined => {
  const path = "amount.open";
  const fields = reader.object(value, path, ["currency", "min", "max", "preset"]);
  if (!fields) return undefined;
  const currency = fields["currency"];
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) {
    return reader.refuse(`${path}.currency`, 'expected an ISO 4217 code such as "IDR"');
  }
  const bounds: Partial<Record<"min" | "max" | "preset", string>> = {};
  for (const name of ["min", "max", "preset"] as const) {
    if (fields[name] === undefined) continue;
    const decimal = typeof fields[name] === "string" ? canonicalDecimal(fields[name]) : undefined;
    if (decimal === undefined || compareDecimals(decimal, "0") <= 0) {
      reader.refuse(join(path, name), 'expected a decimal string above 0, such as "10000"');
    } else if (reader.unambiguous(fields[name], currency, join(path, name))) bounds[name] = decimal;
  }
  const { min, max, preset } = bounds;
  if (isBelow(max, min)) reader.refuse(`${path}.max`, `expected at least the minimum of ${min}, got ${max}`);
  if (isBelow(preset, min) || isBelow(max, preset)) {
    reader.refuse(`${path}.preset`, "expected an amount between the minimum and the maximum");
  }
  return { open: { currency, ...bounds } };
};

const checkItems = (reader: InputReader, amount: LinkAmount, items: readonly LinkItem[]): void => {
  if ("open" in amount) {
    reader.refuse("items", "an open amount has no items, because the payer chooses what they sum to");
    return;
  }
  const foreign = items.findIndex((item) => item.unitPrice.currency !== amount.currency);
  if (foreign !== -1) {
    reader.refuse(`items[${foreign}].unitPrice.currency`, `expected the link's currency ${amount.currency}`);
    return;
  }
  const sum = sumDecimals(items.map((item) => timesInteger(item.unitPrice.amount, item.quantity)));
  if (sum !== amount.amount) reader.refuse("items", `expected items that sum to ${amount.amount}, got ${sum}`);
};

const readOmittable = (reader: InputReader, value: unknown, path: string): OmittableField | undefined =>
  OMITTABLE_FIELDS.find((name) => name === value) ??
  reader.refuse(path, `expected one of ${OMITTABLE_FIELDS.join(", ")}`);

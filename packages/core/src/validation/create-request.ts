import { compareDecimals, isBelow, sumDecimals, timesInteger } from "../arithmetic.ts";
import type { Issue } from "../errors.ts";
import { canonicalDecimal } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkAmount, LinkItem } from "../payment-link.ts";
import { OMITTABLE_FIELDS, type OmittableField } from "../request.ts";
import {
  checkPeriod,
  type LinkFields,
  listOf,
  readFields,
  requestedMoney,
  textUpTo,
  unambiguous,
} from "./link-fields.ts";
import { InputReader, oneOf, type Read } from "./reader.ts";
import { snapshotOf } from "./snapshot.ts";

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
  const fields = reader.object(request, CREATE_FIELDS);
  if (!fields) return { issues: reader.issues };
  const given = <T>(name: string, read: Read<T>): T | undefined =>
    fields[name] === undefined ? undefined : reader.part(name, fields[name], read);
  const reference = reader.part("reference", fields["reference"], wideReferences ? TEXT : portableReference);
  const amount = reader.part("amount", fields["amount"], readAmount);
  const optional = readFields(reader, fields, OMITTABLE_FIELDS);
  if (amount && optional.items) checkItems(reader, amount, optional.items);
  checkPeriod(reader, optional, nowMs);
  // By the names of drivers. Options of other drivers are ignored, whether they are configured or not.
  const providerOptions = given("providerOptions", (value) => snapshotOf(reader.anyObject(value)));
  const omitIfUnsupported = given("omitIfUnsupported", OMITTED) ?? [];
  if (reader.issues.length > 0 || reference === undefined || amount === undefined) return { issues: reader.issues };
  return {
    checked: { reference, amount, ...optional, ...(providerOptions && { providerOptions }), omitIfUnsupported },
  };
};

const CREATE_FIELDS: readonly string[] = [
  "reference",
  "amount",
  "providerOptions",
  "omitIfUnsupported",
  "gateway",
  ...OMITTABLE_FIELDS,
];

const TEXT = textUpTo(255);
const OMITTED = listOf(oneOf(OMITTABLE_FIELDS));

const portableReference: Read<string> = (value, reader) => {
  const reference = TEXT(value, reader);
  const problem = reference === undefined ? undefined : problemOfReference(reference);
  return problem === undefined
    ? reference
    : reader.refuse(
        "",
        `${problem}. Every gateway accepts 1 to 36 of A-Z a-z 0-9 _ - starting with a letter or digit; the option references: "provider" allows all that the chosen gateway accepts`,
      );
};

const problemOfReference = (reference: string): string | undefined => {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,35}$/.test(reference)) return undefined;
  const other = /[^A-Za-z0-9_-]/u.exec(reference);
  if (other) return `has ${JSON.stringify(other[0])} as character ${other.index + 1}`;
  return /^[_-]/.test(reference)
    ? `starts with ${JSON.stringify(reference.charAt(0))}`
    : `has ${reference.length} characters`;
};

const readAmount: Read<LinkAmount> = (value, reader) => {
  if (typeof value === "object" && value !== null && "open" in value) {
    const fields = reader.object(value, ["open"]);
    return fields && reader.part("open", fields["open"], readOpenAmount);
  }
  const money = requestedMoney(value, reader);
  return money === undefined || compareDecimals(money.amount, "0") > 0
    ? money
    : reader.refuse("", `expected more than 0, got ${money.amount}`);
};

const readOpenAmount: Read<LinkAmount> = (value, reader) => {
  const fields = reader.object(value, ["currency", "min", "max", "preset"]);
  if (!fields) return undefined;
  const { currency } = fields;
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) {
    return reader.refuse("currency", 'expected an ISO 4217 code such as "IDR"');
  }
  const readBound: Read<string> = (given) => {
    if (given === undefined) return undefined;
    const decimal = typeof given === "string" ? canonicalDecimal(given) : undefined;
    if (decimal === undefined || compareDecimals(decimal, "0") <= 0) {
      return reader.refuse("", 'expected a decimal string above 0, such as "10000"');
    }
    return unambiguous(given, currency, reader) && decimal;
  };
  const bound = (name: string): string | undefined => reader.part(name, fields[name], readBound);
  const [min, max, preset] = [bound("min"), bound("max"), bound("preset")];
  if (isBelow(max, min)) reader.refuse("max", `expected at least the minimum of ${min}, got ${max}`);
  if (isBelow(preset, min) || isBelow(max, preset)) {
    reader.refuse("preset", "expected an amount between the minimum and the maximum");
  }
  return { open: omitUndefined({ currency, min, max, preset }) };
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

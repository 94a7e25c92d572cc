import { compareDecimals, sumDecimals, timesInteger } from "../arithmetic.ts";
import type { CreateInput } from "../driver-contract.ts";
import type { Issue } from "../errors.ts";
import { epochMsOf } from "../instant.ts";
import { canonicalDecimal, type Money } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkAmount, LinkItem, OpenAmount } from "../payment-link.ts";
import { OMITTABLE_FIELDS, type OmittableField, type PaymentMethodRequest } from "../request.ts";
import { InputReader, join } from "./reader.ts";
import { readCollect, readCustomer, readMetadata, readRedirect, readUsage } from "./shared-fields.ts";

/** A create request that breaks no rule of ours. */
export interface CheckedCreateRequest extends Omit<CreateInput, "methods" | "expiresAt" | "usage" | "providerOptions"> {
  readonly usage?: CreateInput["usage"];
  readonly methods?: readonly PaymentMethodRequest[];
  readonly expiresAt?: CreateInput["expiresAt"] | "never";
  readonly providerOptions?: Readonly<Record<string, unknown>>;
  readonly omitIfUnsupported: readonly OmittableField[];
}

export interface CreateRules {
  readonly nowMs: number;
  /** Whether references wider than the portable form are taken. */
  readonly wideReferences: boolean;
}

export type CheckedOrIssues<T> = { readonly checked: T } | { readonly issues: readonly Issue[] };

/** Checks a create request against the rules that hold on every gateway. Collects every issue, not only the first. */
export const checkCreateRequest = (request: unknown, rules: CreateRules): CheckedOrIssues<CheckedCreateRequest> => {
  const reader = new InputReader();
  const fields = reader.object(request, "", CREATE_FIELDS);
  if (!fields) return { issues: reader.issues };
  const given = <T>(name: string, read: (value: unknown, path: string) => T | undefined): T | undefined =>
    fields[name] === undefined ? undefined : read(fields[name], name);

  const reference = readReference(reader, fields["reference"], rules.wideReferences);
  const amount = readAmount(reader, fields["amount"]);
  const items = given("items", (value, path) => reader.list(value, path, (item, at) => readItem(reader, item, at)));
  const startsAt = given("startsAt", (value, path) => reader.instant(value, path));
  const expiresAt = given("expiresAt", (value, path) =>
    value === "never" ? ("never" as const) : reader.instant(value, path),
  );
  if (amount && items) checkItems(reader, amount, items);
  checkPeriod(reader, rules.nowMs, startsAt, expiresAt === "never" ? undefined : expiresAt);
  const optional = {
    title: given("title", (value, path) => reader.text(value, path, 255)),
    items,
    startsAt,
    expiresAt,
    methods: given("methods", (value, path) => reader.list(value, path, (item, at) => reader.method(item, at))),
    customer: given("customer", (value, path) => readCustomer(reader, value, path)),
    collect: given("collect", (value, path) => readCollect(reader, value, path)),
    redirect: given("redirect", (value, path) => readRedirect(reader, value, path)),
    metadata: given("metadata", (value, path) => readMetadata(reader, value, path)),
    usage: given("usage", (value, path) => readUsage(reader, value, path)),
    slug: given("slug", (value, path) => reader.text(value, path, 255)),
    // By drivers' names; those of a driver that is not configured are ignored like those of one that is not chosen.
    providerOptions: given("providerOptions", (value, path) => reader.anyObject(value, path)),
  };
  const omitIfUnsupported = given("omitIfUnsupported", (value, path) =>
    reader.list(value, path, (item, at) => readOmittable(reader, item, at)),
  );
  if (reader.issues.length > 0 || reference === undefined || amount === undefined) return { issues: reader.issues };
  return { checked: { reference, amount, omitIfUnsupported: omitIfUnsupported ?? [], ...omitUndefined(optional) } };
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
/** Some gateways append `-` and 10 or 13 digits to a reference, and one like that could not be told from theirs. */
const LOOKS_SUFFIXED = /-(\d{10}|\d{13})$/;

const readReference = (reader: InputReader, value: unknown, wide: boolean): string | undefined => {
  const reference = reader.text(value, "reference", 255);
  if (reference === undefined || wide) return reference;
  const fault = faultOfReference(reference);
  return fault === undefined
    ? reference
    : reader.refuse(
        "reference",
        `${fault}. Every gateway takes 1 to 36 of A-Z a-z 0-9 _ - starting with a letter or digit; the option references: "provider" allows what the chosen one takes`,
      );
};

const faultOfReference = (reference: string): string | undefined => {
  if (PORTABLE_REFERENCE.test(reference)) {
    return LOOKS_SUFFIXED.test(reference)
      ? "must not end in - and 10 or 13 digits: gateways append such a suffix themselves"
      : undefined;
  }
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
    } else bounds[name] = decimal;
  }
  const { min, max, preset } = bounds;
  if (min !== undefined && max !== undefined && compareDecimals(min, max) > 0) {
    reader.refuse(`${path}.max`, `expected at least the minimum of ${min}, got ${max}`);
  }
  const outside =
    preset !== undefined &&
    ((min !== undefined && compareDecimals(preset, min) < 0) ||
      (max !== undefined && compareDecimals(preset, max) > 0));
  if (outside) reader.refuse(`${path}.preset`, "expected an amount between the minimum and the maximum");
  const open: OpenAmount = { currency, ...bounds };
  return { open };
};

const readItem = (reader: InputReader, value: unknown, path: string): LinkItem | undefined => {
  const fields = reader.object(value, path, ["name", "quantity", "unitPrice", "id"]);
  if (!fields) return undefined;
  const name = reader.text(fields["name"], join(path, "name"), 255);
  const quantity = reader.wholeNumber(fields["quantity"], join(path, "quantity"), 1);
  const unitPrice = reader.money(fields["unitPrice"], join(path, "unitPrice"));
  const id = fields["id"] === undefined ? undefined : reader.text(fields["id"], join(path, "id"), 255);
  if (name === undefined || quantity === undefined || unitPrice === undefined) return undefined;
  return { name, quantity, unitPrice, ...(id !== undefined && { id }) };
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
  const sum = sumOf(items);
  if (sum !== amount.amount) reader.refuse("items", `expected items that sum to ${amount.amount}, got ${sum}`);
};

const sumOf = (items: readonly LinkItem[]): Money["amount"] =>
  sumDecimals(items.map((item) => timesInteger(item.unitPrice.amount, item.quantity)));

const checkPeriod = (
  reader: InputReader,
  nowMs: number,
  startsAt: CreateInput["startsAt"] | undefined,
  expiresAt: CreateInput["expiresAt"] | undefined,
): void => {
  if (expiresAt === undefined) return;
  if (epochMsOf(expiresAt) <= nowMs) reader.refuse("expiresAt", `expected a moment in the future, got ${expiresAt}`);
  if (startsAt !== undefined && startsAt >= expiresAt) {
    reader.refuse("expiresAt", `expected a moment after startsAt ${startsAt}, got ${expiresAt}`);
  }
};

const readOmittable = (reader: InputReader, value: unknown, path: string): OmittableField | undefined =>
  OMITTABLE_FIELDS.find((name) => name === value) ??
  reader.refuse(path, `expected one of ${OMITTABLE_FIELDS.join(", ")}`);

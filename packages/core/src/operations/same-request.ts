import { err, ok, type Result } from "neverthrow";
import type { DriverCapabilities } from "../capabilities.ts";
import type { CreateInput, DescribedField, DriverError, DriverLink, LinkPreview } from "../driver-contract.ts";
import { sameMoney } from "../money.ts";
import type { LinkCustomer, LinkItem } from "../payment-link.ts";
import { describeMethod } from "../payment-method.ts";
import { notAlwaysCollected } from "../validation/collected.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverError } from "./driver-error.ts";
import { hasReference } from "./match-reply.ts";

/** The fields that affect money. */
export type MoneyField = "reference" | "amount" | "usage" | "slug";

export const moneyDifferences = (asked: CreateInput, got: DriverLink): readonly MoneyField[] => {
  const differences: MoneyField[] = [];
  if (!hasReference(got, asked.reference)) differences.push("reference");
  if (!sameAmount(asked.amount, got.amount)) differences.push("amount");
  if (asked.usage.limit !== (got.usage.limit ?? "unlimited")) differences.push("usage");
  if (asked.slug !== undefined && got.slug !== undefined && asked.slug !== got.slug) differences.push("slug");
  return differences;
};

export const sameAsAsked = (
  { key }: ConfiguredGateway,
  asked: CreateInput,
  got: DriverLink,
): Result<DriverLink, DriverError> => {
  const differences = moneyDifferences(asked, got).map((each) => (each === "usage" ? "usage limit" : each));
  if (differences.length === 0) return ok(got);
  const message = `${key} returned a different ${differences.join(" and a different ")} than requested`;
  return err(driverError("reply_mismatch", { message }));
};

interface Comparing {
  readonly slugIsRandom: boolean;
  readonly preview?: LinkPreview | undefined;
  readonly capabilities?: Pick<DriverCapabilities, "alwaysCollects">;
}

/**
 * The fields in which the link of a reference differs from the request; none if the request is the one that created it. Times
 * are not compared, because an honest repeat computes "in an hour" again, and neither is a random slug. A field that the
 * driver or the gateway adjusts is compared in its adjusted form.
 */
export const differencesFromRequest = (
  asked: CreateInput,
  found: DriverLink,
  { slugIsRandom, preview = {}, capabilities = {} }: Comparing,
): readonly string[] => {
  const { adjusted = {}, alwaysReported = [] } = preview;
  const inMoney = moneyDifferences(asked, found).filter((each) => each !== "slug" || !slugIsRandom);
  const differs = (field: DescribedField): boolean => {
    const requested = field in adjusted ? adjusted[field] : asked[field];
    const reported = field === "collect" ? notAlwaysCollected(capabilities, found.collect) : found[field];
    const isComparable = alwaysReported.includes(field) || (isGiven(requested) && isGiven(reported));
    return isComparable && !sameField(field, requested, reported);
  };
  return [...inMoney, ...DESCRIBED_FIELDS.filter(differs)];
};

/** Whether a link has a field as requested, in whatever form the gateway stores it. */
export const sameField = (field: DescribedField, requested: unknown, reported: unknown): boolean =>
  isGiven(requested) && isGiven(reported)
    ? SAME[field](requested as never, reported as never)
    : isGiven(requested) === isGiven(reported);

/** An empty list or object is the same as an absent one. */
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && (typeof value !== "object" || Object.keys(value).length > 0);

const sameAmount = (asked: CreateInput["amount"], got: DriverLink["amount"]): boolean => {
  if (!("open" in asked)) return !("open" in got) && sameMoney(asked, got);
  if (!("open" in got) || asked.open.currency !== got.open.currency) return false;
  // Some gateways do not return the bounds.
  const { open: reported } = got;
  return (["min", "max", "preset"] as const).every(
    (name) => reported[name] === undefined || reported[name] === asked.open[name],
  );
};

/** Gateways may change spaces, and the Unicode form of letters. */
const sameText = (left: string, right: string): boolean => plain(left) === plain(right);
const plain = (text: string): string => text.normalize("NFKC").replace(/\s+/g, " ").trim();

const sameItems = (requested: readonly LinkItem[], reported: readonly LinkItem[]): boolean =>
  requested.length === reported.length &&
  requested.every((item, index) => {
    const other = reported[index];
    return (
      other !== undefined &&
      sameText(item.name, other.name) &&
      item.quantity === other.quantity &&
      sameMoney(item.unitPrice, other.unitPrice) &&
      (item.id === undefined || other.id === undefined || item.id === other.id)
    );
  });

/** Only fields that both have: no gateway is known to return all of a customer. */
const sameCustomer = (requested: LinkCustomer, reported: LinkCustomer): boolean => {
  const same = (name: keyof LinkCustomer, form: (text: string) => string): boolean => {
    const [left, right] = [requested[name], reported[name]];
    return left === undefined || right === undefined || form(left) === form(right);
  };
  return (
    same("name", plain) &&
    same("email", (text) => plain(text).toLowerCase()) &&
    // With or without the country code.
    same("phone", (text) => text.replace(/\D/g, "").replace(/^(?:0+|62)0?/, ""))
  );
};

const hrefOf = (url: string): string => URL.parse(url)?.href ?? url;

const entriesOf = (metadata: object): readonly string[] =>
  Object.entries(metadata).map((entry) => JSON.stringify(entry));

const textSet = (texts: readonly string[]): string => JSON.stringify([...new Set(texts)].toSorted());

const SAME: {
  readonly [Field in DescribedField]: (
    requested: NonNullable<CreateInput[Field]>,
    reported: NonNullable<DriverLink[Field]>,
  ) => boolean;
} = {
  title: sameText,
  items: sameItems,
  methods: (requested, reported) => textSet(requested.map(describeMethod)) === textSet(reported.map(describeMethod)),
  customer: sameCustomer,
  collect: (requested, reported) => textSet(Object.keys(requested)) === textSet(Object.keys(reported)),
  redirect: (requested, reported) => hrefOf(requested.url) === hrefOf(reported.url),
  metadata: (requested, reported) => textSet(entriesOf(requested)) === textSet(entriesOf(reported)),
};

export const DESCRIBED_FIELDS: readonly DescribedField[] = Object.keys(SAME) as DescribedField[];

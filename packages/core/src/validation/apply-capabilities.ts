import { isBelow } from "../arithmetic.ts";
import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import type { Issue, UnsupportedFeature } from "../errors.ts";
import { epochMsOf, type Instant, instantAt } from "../instant.ts";
import { canonicalDecimal, decimalPlaces, type Money } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkAmount, LinkItem, LinkWarning } from "../payment-link.ts";
import { CapabilityCheck } from "./capability-check.ts";
import type { CheckedCreateRequest } from "./create-request.ts";
import { methodAmountIssues } from "./method-amounts.ts";

export interface FitRules {
  readonly gateway: string;
  readonly driverName: string;
  readonly nowMs: number;
  readonly defaultExpiryMs: number;
  /** Whether the caller closes links at their expiry if the gateway has none. */
  readonly enforceExpiry: boolean;
  readonly randomSlug: () => string;
}

export type Refused =
  | { readonly kind: "unsupported"; readonly features: readonly UnsupportedFeature[] }
  | { readonly kind: "invalid_request"; readonly issues: readonly Issue[] };

export type CapabilityResult =
  | {
      readonly kind: "fits";
      readonly input: CreateInput;
      /** When the caller is to close the link. */
      readonly enforcedExpiry: Instant | undefined;
      readonly slugIsRandom: boolean;
      readonly warnings: readonly LinkWarning[];
    }
  | { readonly kind: "amount_unrepresentable"; readonly path: string; readonly message: string }
  | Refused;

/** Applies the capabilities of a gateway to a create request: refuses what is not supported, and adds the defaults. */
export const applyCapabilities = (
  capabilities: DriverCapabilities,
  request: CheckedCreateRequest,
  rules: FitRules,
): CapabilityResult => {
  const check = new CapabilityCheck(capabilities, rules.gateway, request.omitIfUnsupported);
  const unrepresentable = checkAmounts(capabilities, request, check, rules.gateway);
  if (unrepresentable) return unrepresentable;
  check.reference(request.reference);
  const { maxLimit } = capabilities.usage;
  const usage = check.usage(request.usage ?? ONE_USE) ?? { limit: maxLimit === 0 ? "unlimited" : 1 };
  const customer = request.customer && check.customer(request.customer, usage.limit);
  const slug = request.slug && check.slug(request.slug);
  const startsAt = request.startsAt && check.startsAt(request.startsAt);
  const { expiresAt, enforcedExpiry } = effectiveExpiry(check, request, startsAt, rules);
  const input: CreateInput = omitUndefined({
    reference: request.reference,
    amount: request.amount,
    usage,
    title: request.title && check.title(request.title),
    items: request.items && check.items(request.items),
    startsAt,
    expiresAt,
    methods: request.methods && check.methods(request.methods, currencyOf(request.amount)),
    customer,
    collect: request.collect && check.collect(request.collect, usage.limit, customer),
    redirect: request.redirect && check.redirect(request.redirect),
    metadata: request.metadata && check.metadata(request.metadata),
    slug: slug ?? (isSupported(capabilities.slug) ? rules.randomSlug() : undefined),
    providerOptions: request.providerOptions?.[rules.driverName],
  });
  if (check.features.length > 0) return { kind: "unsupported", features: check.features };
  const issues = check.issues.concat(
    methodAmountIssues(capabilities.methods, input.amount, input.methods, rules.gateway),
    missingCustomerFields(capabilities, customer, rules.gateway),
  );
  if (issues.length > 0) return { kind: "invalid_request", issues };
  const slugIsRandom = slug === undefined && input.slug !== undefined;
  return { kind: "fits", input, enforcedExpiry, slugIsRandom, warnings: check.warnings };
};

const ONE_USE: CreateInput["usage"] = Object.freeze({ limit: 1 });

const currencyOf = (amount: LinkAmount): string => ("open" in amount ? amount.open.currency : amount.currency);

/** An expiry that is left out, as the request allows, is replaced by the default, if the gateway has it. */
const effectiveExpiry = (
  check: CapabilityCheck,
  { expiresAt: requested }: CheckedCreateRequest,
  startsAt: CheckedCreateRequest["startsAt"],
  { nowMs, defaultExpiryMs, enforceExpiry }: FitRules,
): { readonly expiresAt?: Instant | undefined; readonly enforcedExpiry?: Instant | undefined } => {
  const acceptsFromMs = startsAt === undefined ? nowMs : Math.max(nowMs, epochMsOf(startsAt));
  if (enforceExpiry && requested !== "never" && check.canOnlyBeClosed()) {
    return { enforcedExpiry: requested ?? instantAt(acceptsFromMs + defaultExpiryMs) };
  }
  const expiresAt = check.expiresAt(requested, { nowMs, enforceExpiry });
  if (expiresAt !== undefined) return { expiresAt: expiresAt === "never" ? undefined : expiresAt };
  const wantedMs = acceptsFromMs + defaultExpiryMs;
  return { expiresAt: check.defaultExpiry(wantedMs, { acceptsFromMs, nowMs }, requested !== undefined) };
};

const checkAmounts = (
  capabilities: DriverCapabilities,
  { amount, items }: CheckedCreateRequest,
  check: CapabilityCheck,
  gateway: string,
): Extract<CapabilityResult, { kind: "amount_unrepresentable" }> | undefined => {
  if ("open" in amount && !isSupported(capabilities.openAmount)) {
    check.refuse("amount.open", capabilities.openAmount.unsupported, capabilities.openAmount.instead);
    return undefined;
  }
  const code = currencyOf(amount);
  const currency = capabilities.currencies[code];
  if (!currency) {
    check.refuse("amount.currency", `it accepts only ${Object.keys(capabilities.currencies).join(", ")}, got ${code}`);
    return undefined;
  }
  const amounts = amountsOf(amount);
  const first = (isUnfit: (decimal: string) => boolean): AmountAt | undefined =>
    amounts.find(({ decimal }) => isUnfit(decimal)) ?? (items && priceOf(items, isUnfit));
  const finer = first((decimal) => decimalPlaces(decimal) > currency.decimals);
  if (finer) {
    const message = `${gateway} accepts ${code} with at most ${currency.decimals} decimals, got ${finer.decimal}`;
    return { kind: "amount_unrepresentable", path: finer.path, message };
  }
  const beyond = currency.wire === "json_number" ? first(isInexact) : undefined;
  if (beyond) {
    const message = `${gateway} accepts amounts as numbers, which cannot express ${beyond.decimal} exactly`;
    return { kind: "amount_unrepresentable", path: beyond.path, message };
  }
  for (const { path, decimal } of amounts) {
    const { min, max } = currency;
    if (isBelow(decimal, min)) check.refuse(path, `it accepts at least ${min} ${code}, got ${decimal}`);
    if (isBelow(max, decimal)) check.refuse(path, `it accepts at most ${max} ${code}, got ${decimal}`);
  }
  return undefined;
};

/** Whether a JSON number would be a different decimal, or need an exponent. */
const isInexact = (decimal: string): boolean =>
  (decimal.length > 15 || String(Number(decimal)) !== decimal) && canonicalDecimal(Number(decimal)) !== decimal;

interface AmountAt {
  readonly path: string;
  readonly decimal: Money["amount"];
}

/** The first price that does not fit. */
const priceOf = (items: readonly LinkItem[], isUnfit: (decimal: string) => boolean): AmountAt | undefined => {
  const index = items.findIndex(({ unitPrice }) => isUnfit(unitPrice.amount));
  const item = items[index];
  return item && { path: `items[${index}].unitPrice`, decimal: item.unitPrice.amount };
};

const amountsOf = (amount: LinkAmount): readonly AmountAt[] => {
  if (!("open" in amount)) return [{ path: "amount", decimal: amount.amount }];
  const { currency: _, ...bounds } = amount.open;
  return Object.entries(bounds).map(([name, decimal]) => ({ path: `amount.open.${name}`, decimal }));
};

const missingCustomerFields = (
  { customer: capability }: DriverCapabilities,
  customer: CreateInput["customer"],
  gateway: string,
): readonly Issue[] =>
  isSupported(capability) && capability.required.length > 0
    ? capability.required
        .filter((name) => customer?.[name] === undefined)
        .map((name) => ({ path: `customer.${name}`, message: `${gateway} requires it for every link` }))
    : [];

import { compareDecimals } from "../arithmetic.ts";
import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import type { Issue, UnsupportedFeature } from "../errors.ts";
import { epochMsOf, instantAt } from "../instant.ts";
import { canonicalDecimal, decimalPlaces, type Money } from "../money.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { LinkAmount, LinkWarning } from "../payment-link.ts";
import { CapabilityCheck } from "./capability-check.ts";
import type { CheckedCreateRequest } from "./create-request.ts";
import { methodAmountIssues } from "./method-amounts.ts";

export interface FitRules {
  /** The gateway's key, for messages. */
  readonly gateway: string;
  readonly driverName: string;
  readonly nowMs: number;
  readonly defaultExpiryMs: number;
  readonly randomSlug: () => string;
}

/** Why a request or a change is not sent. */
export type Refused =
  | { readonly kind: "unsupported"; readonly features: readonly UnsupportedFeature[] }
  | { readonly kind: "invalid_request"; readonly issues: readonly Issue[] };

export type CapabilityResult =
  | {
      readonly kind: "fits";
      readonly input: CreateInput;
      /** Whether the slug is our own random one. */
      readonly slugIsRandom: boolean;
      readonly warnings: readonly LinkWarning[];
    }
  | { readonly kind: "amount_unrepresentable"; readonly path: string; readonly message: string }
  | Refused;

/** Fits a create request to what a gateway can honour. */
export const applyCapabilities = (
  capabilities: DriverCapabilities,
  request: CheckedCreateRequest,
  rules: FitRules,
): CapabilityResult => {
  const fitting = new CapabilityCheck(capabilities, rules.gateway, request.omitIfUnsupported);
  const unrepresentable = checkAmounts(capabilities, request, fitting, rules.gateway);
  if (unrepresentable) return unrepresentable;
  fitting.reference(request.reference);
  const usage = fitting.usage(request.usage) ?? { limit: 1 };
  const customer = fitting.customer(request.customer, usage.limit);
  const slug = fitting.slug(request.slug);
  const startsAt = fitting.startsAt(request.startsAt);
  const input: CreateInput = {
    reference: request.reference,
    amount: request.amount,
    usage,
    ...omitUndefined({
      title: fitting.title(request.title),
      items: fitting.items(request.items),
      startsAt,
      expiresAt: effectiveExpiry(capabilities, fitting.expiresAt(request.expiresAt), startsAt, rules),
      methods: fitting.methods(request.methods),
      customer,
      collect: fitting.collect(request.collect, usage.limit, customer),
      redirect: fitting.redirect(request.redirect),
      metadata: fitting.metadata(request.metadata),
      slug: slug ?? (isSupported(capabilities.slug) ? rules.randomSlug() : undefined),
      providerOptions: request.providerOptions?.[rules.driverName],
    }),
  };
  if (fitting.features.length > 0) return { kind: "unsupported", features: fitting.features };
  const issues = [
    ...fitting.issues,
    ...methodAmountIssues(capabilities.methods, input.amount, input.methods, rules.gateway),
    ...missingCustomerFields(capabilities, customer, rules.gateway),
  ];
  if (issues.length > 0) return { kind: "invalid_request", issues };
  const slugIsRandom = slug === undefined && input.slug !== undefined;
  return { kind: "fits", input, slugIsRandom, warnings: fitting.warnings };
};

const effectiveExpiry = (
  { expiresAt: capability }: DriverCapabilities,
  wanted: CheckedCreateRequest["expiresAt"],
  startsAt: CheckedCreateRequest["startsAt"],
  { nowMs, defaultExpiryMs }: FitRules,
): CreateInput["expiresAt"] | undefined => {
  if (wanted === "never" || !isSupported(capability)) return undefined;
  const beginsAtMs = startsAt === undefined ? nowMs : Math.max(nowMs, epochMsOf(startsAt));
  return wanted ?? instantAt(beginsAtMs + defaultExpiryMs);
};

const checkAmounts = (
  capabilities: DriverCapabilities,
  { amount, items = [] }: CheckedCreateRequest,
  fitting: CapabilityCheck,
  gateway: string,
): Extract<CapabilityResult, { kind: "amount_unrepresentable" }> | undefined => {
  if ("open" in amount && !isSupported(capabilities.openAmount)) {
    fitting.refuse("amount.open", capabilities.openAmount.unsupported, capabilities.openAmount.instead);
    return undefined;
  }
  const code = "open" in amount ? amount.open.currency : amount.currency;
  const currency = capabilities.currencies[code];
  if (!currency) {
    fitting.refuse("amount.currency", `it takes only ${Object.keys(capabilities.currencies).join(", ")}, got ${code}`);
    return undefined;
  }
  const amounts = amountsOf(amount);
  const prices = items.map((item, index) => ({ path: `items[${index}].unitPrice`, decimal: item.unitPrice.amount }));
  const finer = [...amounts, ...prices].find(({ decimal }) => decimalPlaces(decimal) > currency.decimals);
  if (finer) {
    const message = `${gateway} writes ${code} with ${currency.decimals} decimals at most, got ${finer.decimal}`;
    return { kind: "amount_unrepresentable", path: finer.path, message };
  }
  const beyond = currency.wire === "json_number" ? [...amounts, ...prices].find(isInexact) : undefined;
  if (beyond) {
    const message = `${gateway} writes amounts as numbers, which cannot hold ${beyond.decimal} exactly`;
    return { kind: "amount_unrepresentable", path: beyond.path, message };
  }
  for (const { path, decimal } of amounts) {
    const { min, max } = currency;
    if (min !== undefined && compareDecimals(decimal, min) < 0) {
      fitting.refuse(path, `it takes ${min} ${code} at least, got ${decimal}`);
    }
    if (max !== undefined && compareDecimals(decimal, max) > 0) {
      fitting.refuse(path, `it takes ${max} ${code} at most, got ${decimal}`);
    }
  }
  return undefined;
};

/** Whether a JSON number would stand for a neighbour of this decimal, or need an exponent. */
const isInexact = ({ decimal }: { readonly decimal: string }): boolean => canonicalDecimal(Number(decimal)) !== decimal;

const amountsOf = (amount: LinkAmount): readonly { readonly path: string; readonly decimal: Money["amount"] }[] => {
  if (!("open" in amount)) return [{ path: "amount", decimal: amount.amount }];
  const { currency: _, ...bounds } = amount.open;
  return Object.entries(bounds).map(([name, decimal]) => ({ path: `amount.open.${name}`, decimal }));
};

const missingCustomerFields = (
  { customer: capability }: DriverCapabilities,
  customer: CreateInput["customer"],
  gateway: string,
): readonly Issue[] =>
  isSupported(capability)
    ? capability.required
        .filter((name) => customer?.[name] === undefined)
        .map((name) => ({ path: `customer.${name}`, message: `${gateway} needs it for every link` }))
    : [];

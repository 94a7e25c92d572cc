import {
  type Clock,
  type CreatePaymentLink,
  type CustomerField,
  type DriverCapabilities,
  type Instant,
  isSupported,
  type LinkCollect,
  type LinkCustomer,
  type LinkItem,
  type LinkRedirect,
  type Money,
  money,
  type PaymentMethod,
  type PaymentMethodRequest,
} from "@tautan/core";
import { compareDecimals, instantAt } from "@tautan/core/driver";
import { leadWithin, leastUsage, momentsLack, usesFor } from "./traits.ts";

export const MINUTE_MS: number = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

/** A payer whose data no error may show. */
export const CUSTOMER: Required<LinkCustomer> = {
  name: "Conny Payer",
  email: "conny.payer@example.test",
  phone: "+628110007788",
};

/** An unused reference that every gateway accepts. */
export const freshReference = (): string => `CHECK-${crypto.randomUUID().slice(0, 8)}`;

/** The currency of tests that do not depend on it. */
const mainCurrency = ({ currencies }: DriverCapabilities): string => Object.keys(currencies)[0] ?? "IDR";

/** Factors that bring an amount within bounds, the nearest first. */
const POWERS = [1, 10, 0.1, 100, 0.01, 1000, 0.001, 10_000, 0.0001];

/** An amount within the gateway's bounds: the given one, multiplied or divided by ten until it fits. */
export const amountWithin = (
  capabilities: DriverCapabilities,
  wanted = "50000",
  currency: string = mainCurrency(capabilities),
): Money => {
  const { min, max } = capabilities.currencies[currency] ?? {};
  const fits = (amount: string): boolean =>
    (min === undefined || compareDecimals(amount, min) >= 0) &&
    (max === undefined || compareDecimals(amount, max) <= 0);
  const candidates = POWERS.map((power) => String(Math.floor(Number(wanted) * power))).filter((each) => each !== "0");
  return money(candidates.find(fits) ?? min ?? max ?? wanted, currency);
};

/** Whole amounts in the main currency, in the given proportions: all multiplied or divided by the same power of ten. */
export const amountsInProportion = (capabilities: DriverCapabilities, wanted: readonly number[]): readonly Money[] => {
  const currency = mainCurrency(capabilities);
  const { min = "0", max } = capabilities.currencies[currency] ?? {};
  const fit = POWERS.map((power) => wanted.map((each) => Math.round(each * power))).find((amounts) =>
    amounts.every(
      (each, index) =>
        each >= 1 &&
        each / (amounts[0] ?? 1) === (wanted[index] ?? 1) / (wanted[0] ?? 1) &&
        compareDecimals(String(each), min) >= 0 &&
        (max === undefined || compareDecimals(String(each), max) <= 0),
    ),
  );
  return (fit ?? wanted).map((each) => money(each, currency));
};

/** An amount next to another one, one step of the currency up or down. */
export const nextAmount = ({ amount, currency }: Money, decimals: number, direction: 1 | -1): Money => {
  const [whole = "0", fraction = ""] = amount.split(".");
  const units = BigInt(whole + fraction.padEnd(decimals, "0")) + BigInt(direction);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return money(units < 0n ? `-${text}` : text, currency);
};

/** The customer's fields that the gateway requires. */
const requiredCustomer = ({ customer }: DriverCapabilities): Pick<CreatePaymentLink, "customer"> => {
  if (!isSupported(customer) || customer.required.length === 0) return {};
  return { customer: Object.fromEntries(customer.required.map((field) => [field, CUSTOMER[field]])) };
};

/** The smallest request that creates a link at a gateway. */
const leastRequest = (capabilities: DriverCapabilities): CreatePaymentLink => ({
  reference: freshReference(),
  amount: amountWithin(capabilities),
  ...leastUsage(capabilities),
  ...requiredCustomer(capabilities),
});

/** An expiry this far ahead, within the gateway's bounds; nothing if no moment can be set. */
export const endingIn = (
  { capabilities, clock }: { readonly capabilities: DriverCapabilities; readonly clock: Clock },
  ms: number,
): { readonly expiresAt?: Instant } =>
  momentsLack(capabilities) ? {} : { expiresAt: instantAt(clock.now() + leadWithin(capabilities, ms)) };

/** Fields of one request, without those that exclude others: a customer is for one use, and a form for several. */
export const compatible = <Fields extends object>(
  { customer, collect }: DriverCapabilities,
  fields: Fields,
): Omit<Fields, "customer"> | Fields => {
  const isEither = isSupported(customer) && customer.singleUseOnly && isSupported(collect) && collect.severalUsesOnly;
  if (!isEither || !("customer" in fields && "collect" in fields)) return fields;
  const { customer: _, ...rest } = fields;
  return rest;
};

/** The usage that the fields of a request need, if the gateway has a payer's form only on links with several uses. */
const usageOf = (
  capabilities: DriverCapabilities,
  { collect, usage }: Partial<CreatePaymentLink>,
): Pick<CreatePaymentLink, "usage"> => {
  const { collect: capability } = capabilities;
  const isSeveral = isSupported(capability) && capability.severalUsesOnly === true && collect !== undefined;
  const several = isSeveral && usage === undefined ? usesFor(capabilities, 2) : undefined;
  return several ? { usage: several } : {};
};

/** The smallest request that creates a link, with changes that belong together. */
export const requestWith = (
  capabilities: DriverCapabilities,
  changes: Partial<CreatePaymentLink>,
): CreatePaymentLink => {
  const together = compatible(capabilities, changes);
  return { ...leastRequest(capabilities), ...usageOf(capabilities, together), ...together };
};

/** Samples of the fields other than reference, amount, usage and times. */
export interface SampleFields {
  readonly title: string;
  readonly items: readonly LinkItem[];
  readonly methods: readonly PaymentMethodRequest[];
  readonly customer: LinkCustomer;
  readonly collect: LinkCollect;
  readonly redirect: LinkRedirect;
  readonly metadata: Readonly<Record<string, string>>;
  readonly slug: string;
}

/** Samples that fit the capabilities; for unsupported fields, samples that core's own rules accept. */
export const sampleFields = (capabilities: DriverCapabilities, amount: Money): SampleFields => {
  const { collect, methods, customer, slug, alwaysCollects = [] } = capabilities;
  // A field that every page asks for is never refused.
  const chosen = (["email", "phone", "name"] as const).filter((field) => !alwaysCollects.includes(field)).slice(0, 1);
  const asked: readonly CustomerField[] = isSupported(collect) ? collect.fields : chosen;
  return {
    title: "Concert, day 1",
    items: [{ name: "Ticket", quantity: 1, unitPrice: amount }],
    methods: [methodAt(methods, 0)],
    customer: isSupported(customer) ? CUSTOMER : { email: CUSTOMER.email },
    collect: Object.fromEntries(asked.map((field) => [field, "required"])),
    redirect: { url: "https://shop.example/thanks" },
    metadata: { order: "A-1", note: "two seats" },
    slug: randomHex(isSupported(slug) ? Math.min(slug.maxLength, 32) : 32),
  };
};

/** One of the supported methods, in the form of a request. */
export const methodAt = (methods: DriverCapabilities["methods"], index: number): PaymentMethodRequest => {
  const offered = isSupported(methods) ? methods.offered : [];
  return methodRequest(offered[index] ?? offered[0] ?? { kind: "card" });
};

export const methodRequest = ({ kind, channel }: PaymentMethod): PaymentMethodRequest => ({
  kind,
  ...(channel !== undefined && { channel }),
});

/** Up to 32 random digits. */
const randomHex = (length: number): string => crypto.randomUUID().replaceAll("-", "").slice(0, length);

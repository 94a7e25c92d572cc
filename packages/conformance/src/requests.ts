import {
  type CreatePaymentLink,
  type CustomerField,
  type DriverCapabilities,
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
import { compareDecimals } from "@tautan/core/driver";

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
  const powers = [1, 10, 0.1, 100, 0.01, 1000, 0.001, 10_000, 0.0001];
  const candidates = powers.map((power) => String(Math.floor(Number(wanted) * power))).filter((each) => each !== "0");
  return money(candidates.find(fits) ?? min ?? max ?? wanted, currency);
};

/** The customer's fields that the gateway requires. */
const requiredCustomer = ({ customer }: DriverCapabilities): Pick<CreatePaymentLink, "customer"> => {
  if (!isSupported(customer) || customer.required.length === 0) return {};
  return { customer: Object.fromEntries(customer.required.map((field) => [field, CUSTOMER[field]])) };
};

/** The smallest request that creates a link at a gateway. */
export const leastRequest = (capabilities: DriverCapabilities): CreatePaymentLink => ({
  reference: freshReference(),
  amount: amountWithin(capabilities),
  ...requiredCustomer(capabilities),
});

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
  const { collect, methods, customer, slug } = capabilities;
  const asked: readonly CustomerField[] = isSupported(collect) ? collect.fields : ["email"];
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

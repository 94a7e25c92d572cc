// Consequences of the capabilities for every test, so that no group assumes the traits of a family of gateways.
import {
  type CreatePaymentLink,
  type DriverCapabilities,
  isSupported,
  type LinkCollect,
  type LinkStatus,
  type PaymentLink,
  type Unsupported,
} from "@tautan/core";
import { check, equal } from "./expect.ts";

type Capabilities = DriverCapabilities;
type Usage = NonNullable<CreatePaymentLink["usage"]>;

/** The usage of the smallest request: absent, which means one payment, unless the gateway has no limits. */
export const leastUsage = ({ usage }: Capabilities): Pick<CreatePaymentLink, "usage"> =>
  usage.maxLimit === 0 ? { usage: { limit: "unlimited" } } : {};

/** The limit of a link of the smallest request; absent if there is none. */
export const leastLimit = ({ usage }: Capabilities): number | undefined => (usage.maxLimit === 0 ? undefined : 1);

/** A usage that allows at least this many payments; absent if there is none. */
export const usesFor = ({ usage: { maxLimit, unlimited } }: Capabilities, payments: number): Usage | undefined => {
  if (maxLimit >= payments) return { limit: payments };
  return unlimited ? { limit: "unlimited" } : undefined;
};

const isCounted = ({ usage }: Capabilities): boolean => usage.counted !== false;

/** Whether the limit of a link shows in its status: the gateway counts the payments. */
export const showsExhaustion = (capabilities: Capabilities): boolean =>
  isCounted(capabilities) && leastLimit(capabilities) !== undefined;

interface Uses {
  readonly limit: number | undefined;
  readonly used: number;
  readonly held: number;
}

/** Checks the usage of a link. Where the gateway does not count, it must be reported as not counted. */
export const checkUsage = (
  { capabilities }: { readonly capabilities: Capabilities },
  { usage }: Pick<PaymentLink, "usage">,
  { limit, used, held }: Uses,
  what: string,
): void => {
  equal(usage.limit, limit, `${what}: usage.limit`);
  // A gateway may count only the payments of a link with a limit.
  const mayBeUncounted = !isCounted(capabilities) || limit === undefined;
  if (!isCounted(capabilities)) equal(usage.counted, false, `${what}: usage.counted`);
  const isUncounted = usage.counted === false;
  check(mayBeUncounted || !isUncounted, `${what}: expected a count of the payments of a link with a limit`);
  equal([usage.used, usage.held], isUncounted ? [0, 0] : [used, held], `${what}: usage.used and usage.held`);
};

/** The statuses that a link of the smallest request may have after its payment. */
const afterPayment = (capabilities: Capabilities): readonly LinkStatus[] => {
  if (leastLimit(capabilities) === undefined) return ["active"];
  return isCounted(capabilities) ? ["exhausted"] : ["active", "exhausted", "closed"];
};

/** Checks the status of a link of the smallest request after its payment. */
export const checkPaidStatus = (
  { capabilities }: { readonly capabilities: Capabilities },
  { status, acceptsPayments }: Pick<PaymentLink, "status" | "acceptsPayments">,
  what: string,
): void => {
  const expected = afterPayment(capabilities);
  check(expected.includes(status), `${what}: expected ${expected.join(" or ")}, got ${status}`);
  equal(acceptsPayments, status === "active", `${what}: acceptsPayments`);
};

/** Why no moment can be set at which a link ends. */
export const momentsLack = ({ expiresAt }: Capabilities): Unsupported | undefined =>
  isSupported(expiresAt) ? expiresAt.moments : expiresAt;

/** A time until a link's end, within the gateway's bounds. */
export const leadWithin = ({ expiresAt }: Capabilities, ms: number): number => {
  if (!isSupported(expiresAt)) return ms;
  const { minLeadMs = 0, maxLeadMs = Number.POSITIVE_INFINITY } = expiresAt;
  return Math.min(Math.max(ms, minLeadMs), maxLeadMs);
};

/** Whether a link can be open for this long, if its expiry is set accordingly. */
export const canLast = (capabilities: Capabilities, ms: number): boolean => leadWithin(capabilities, ms) >= ms;

/** The chosen fields of the payer's form. Fields that every page asks for may be reported or not. */
export const chosenFields = (
  { alwaysCollects = [] }: Pick<Capabilities, "alwaysCollects">,
  collect: LinkCollect | undefined,
): LinkCollect =>
  Object.fromEntries(Object.entries(collect ?? {}).filter(([name]) => !alwaysCollects.some((each) => each === name)));

/** Whether a link's histories can be listed. If not, they are known from webhooks only. */
export const listsHistories = ({ operations }: Capabilities): boolean => operations.listHistories === true;

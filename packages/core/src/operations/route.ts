import { compareDecimals } from "../arithmetic.ts";
import type { PaymentLinkError } from "../errors.ts";
import { parseMoney } from "../money.ts";
import type { CreatePaymentLink } from "../request.ts";
import type { RouteCondition } from "../route.ts";
import type { Configuration } from "./configuration.ts";

/** The keys of the gateways to try, in order: the one that the request names, or those of the route, or the default. */
export const gatewaysFor = (runtime: Configuration, request: CreatePaymentLink): readonly string[] => {
  if (request?.gateway !== undefined) return [request.gateway];
  return runtime.route.find(({ when }) => fits(when ?? {}, request))?.gateways ?? [runtime.defaultKey];
};

/** Of a request that was not checked yet: what cannot be read fits nothing, and is refused where it goes. */
const fits = (
  { currencies, minAmount, maxAmount, methodKinds }: RouteCondition,
  { amount, methods }: CreatePaymentLink,
): boolean => {
  const money = parseMoney(amount);
  const currency = money?.currency ?? (amount as { readonly open?: { readonly currency?: string } })?.open?.currency;
  if (currencies && !currencies.some((each) => each === currency)) return false;
  if (minAmount !== undefined && !(money && compareDecimals(money.amount, minAmount) >= 0)) return false;
  if (maxAmount !== undefined && !(money && compareDecimals(money.amount, maxAmount) <= 0)) return false;
  if (!methodKinds) return true;
  const wanted = Array.isArray(methods) ? methods : [];
  return wanted.length > 0 && wanted.every((each) => methodKinds.some((kind) => kind === each?.kind));
};

/** The error of a create that every gateway refused: the first one that is retryable, or the first. */
export const errorOfRoute = (tried: readonly PaymentLinkError[]): PaymentLinkError => {
  const told = tried.find((each) => each.retryable) ?? tried[0];
  return withTried(told as PaymentLinkError, tried);
};

/** The error with the errors of all gateways that were tried, if there are several. */
export const withTried = (error: PaymentLinkError, tried: readonly PaymentLinkError[]): PaymentLinkError => {
  if (tried.length < 2) return error;
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(error)) as PaymentLinkError;
  return Object.freeze(Object.assign(copy, { tried: Object.freeze(tried) }));
};

/**
 * Whether the next gateway of a route may be tried after this error of a create: only if it is certain that there is no link
 * yet, and never if the caller gave up.
 */
export const mayTryNext = ({ kind, outcome }: PaymentLinkError): boolean =>
  outcome !== "unknown" && kind !== "duplicate_reference" && kind !== "aborted";

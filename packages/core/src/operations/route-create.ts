import { err, type Result } from "neverthrow";
import { compareDecimals } from "../arithmetic.ts";
import type { PaymentLinkError } from "../errors.ts";
import { parseMoney } from "../money.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { CreatePaymentLink } from "../request.ts";
import type { RouteCondition } from "../route.ts";
import type { CallOptions, Configuration } from "./configuration.ts";
import { createLink } from "./create.ts";

/** Creates a link at the gateway that the request names, or along the route. */
export const createByRoute = async (
  runtime: Configuration,
  request: CreatePaymentLink,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const keys = request?.gateway === undefined ? keysFor(runtime, request) : [];
  if (keys.length < 2) return createLink(runtime, request, request?.gateway ?? keys[0] ?? runtime.defaultKey, options);
  const startedAtMs = performance.now();
  const timeoutMs = options?.timeoutMs ?? runtime.timeoutMs;
  const tried: PaymentLinkError[] = [];
  for (const key of keys) {
    const leftMs = timeoutMs - (performance.now() - startedAtMs);
    if (tried.length > 0 && leftMs < 1) break;
    const left = tried.length > 0 ? { ...options, timeoutMs: leftMs } : options;
    const created = await createLink(runtime, request, key, left);
    if (created.isOk()) return created;
    tried.push(created.error);
    if (!mayTryNext(created.error)) return err(withTried(created.error, tried));
  }
  const reported = tried.find((each) => each.retryable) ?? tried[0];
  return err(withTried(reported as PaymentLinkError, tried));
};

const keysFor = (runtime: Configuration, request: CreatePaymentLink): readonly string[] =>
  runtime.route.find(({ when }) => fits(when ?? {}, request))?.gateways ?? [];

/** The request was not checked yet. An invalid one matches no condition, and the gateway's check refuses it. */
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

/** Only if it is certain that no link was created, and the caller did not abort. */
const mayTryNext = ({ kind, outcome }: PaymentLinkError): boolean =>
  outcome !== "unknown" && kind !== "duplicate_reference" && kind !== "aborted";

const withTried = (error: PaymentLinkError, tried: readonly PaymentLinkError[]): PaymentLinkError => {
  if (tried.length < 2) return error;
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(error)) as PaymentLinkError;
  return Object.freeze(Object.assign(copy, { tried: Object.freeze(tried) }));
};

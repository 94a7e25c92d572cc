import type { PaymentMethodKind } from "./payment-method.ts";

/** When a rule of a route matches: all given conditions must hold. */
export interface RouteCondition {
  /** ISO 4217 codes of the link's amount. */
  readonly currencies?: readonly string[] | undefined;
  /** Lowest amount, a decimal string in major units, inclusive. An open amount matches no bound. */
  readonly minAmount?: string | undefined;
  /** Highest amount, a decimal string in major units, inclusive. */
  readonly maxAmount?: string | undefined;
  /** Every method in the request is of one of these kinds. A request without methods does not match. */
  readonly methodKinds?: readonly PaymentMethodKind[] | undefined;
}

/**
 * The gateways for creates without a `gateway`. They are tried in order. The next one is tried only if the previous one
 * **certainly** created nothing: it does not support the request, refused it, or was not reached.
 */
export interface RouteRule<Key extends string = string> {
  /** Default: always. */
  readonly when?: RouteCondition | undefined;
  /** At least one key. */
  readonly gateways: readonly Key[];
}

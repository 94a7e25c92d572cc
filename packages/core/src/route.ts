import type { PaymentMethodKind } from "./payment-method.ts";

/** When a rule of a route holds: all that is named must. */
export interface RouteCondition {
  /** ISO 4217 codes of the link's amount. */
  readonly currencies?: readonly string[] | undefined;
  /** Least amount, a decimal string in major units, inclusive. An amount that the payer chooses fits no bound. */
  readonly minAmount?: string | undefined;
  /** Highest amount, a decimal string in major units, inclusive. */
  readonly maxAmount?: string | undefined;
  /** Every method that the request names is of one of these kinds. A request that names none does not fit. */
  readonly methodKinds?: readonly PaymentMethodKind[] | undefined;
}

/**
 * Where links go that name no gateway. The gateways are tried in order: the next one only where the one before has
 * **certainly** created nothing, because it cannot honour the request, refused it, or was never reached.
 */
export interface RouteRule<Key extends string = string> {
  /** Default: always. */
  readonly when?: RouteCondition | undefined;
  /** At least one key. */
  readonly gateways: readonly Key[];
}

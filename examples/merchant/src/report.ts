import type { Observation, PaymentLink, PaymentLinkHistory, UnsupportedFeature } from "@tautan/core";

/** What happened on one gateway. */
export interface GatewayReport {
  readonly gateway: string;
  /** The parent, as it was read at the end. Without `methods`, it offers all the gateway has. */
  readonly link: PaymentLink | undefined;
  /**
   * The children, as they were read at the end. Where no source has named the method, `method` is absent and the lists of
   * methods in `record` are empty: paid by a method that is not known, not by none.
   */
  readonly histories: readonly PaymentLinkHistory[];
  /** The confirmed content of the webhooks. */
  readonly observations: readonly Observation[];
  /** Fields that were left out of the link, then operations that the gateway does not have. */
  readonly unsupported: readonly UnsupportedFeature[];
  /** Which steps did not hold; empty where all did. */
  readonly problems: readonly string[];
}

export interface Report {
  /** Whether every step held on every gateway. */
  readonly ok: boolean;
  readonly gateways: readonly GatewayReport[];
}

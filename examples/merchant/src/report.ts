import type { Observation, PaymentLink, PaymentLinkHistory, UnsupportedFeature } from "@tautan/core";

/** What happened on one gateway. */
export interface GatewayReport {
  readonly gateway: string;
  /** The parent, as it was read at the end. */
  readonly link: PaymentLink | undefined;
  /** The children, as they were read at the end. */
  readonly histories: readonly PaymentLinkHistory[];
  /** What the webhooks said, confirmed. */
  readonly observations: readonly Observation[];
  /** What the gateway could not do. */
  readonly unsupported: readonly UnsupportedFeature[];
  /** Which steps did not hold; empty where all did. */
  readonly problems: readonly string[];
}

export interface Report {
  /** Whether every step held on every gateway. */
  readonly ok: boolean;
  readonly gateways: readonly GatewayReport[];
}

import type { HistoryId, Observation, PaymentLink, PaymentLinkHistory, UnsupportedFeature } from "@tautan/core";

/** The results of one gateway. */
export interface GatewayReport {
  readonly gateway: string;
  /** The link, as it was read at the end. Without `methods`, it offers all methods of the gateway. */
  readonly link: PaymentLink | undefined;
  /**
   * The histories, as they were read at the end. If no source has reported the method, `method` is absent and the lists of
   * methods in `record` are empty: the method is not known.
   */
  readonly histories: readonly PaymentLinkHistory[];
  /** The confirmed content of the webhooks. */
  readonly observations: readonly Observation[];
  /** Fields that were left out of the link, then operations that the gateway does not have. */
  readonly unsupported: readonly UnsupportedFeature[];
  /** The failed steps; empty if all passed. */
  readonly problems: readonly string[];
}

/** The results of what went wrong on purpose. */
export interface MishapReport {
  readonly gateway: string;
  /** The payments with tickets, each once. */
  readonly tickets: readonly string[];
  /** Webhooks that were received before. */
  readonly duplicates: number;
  /** Failures of the handler. */
  readonly failures: number;
  /** Payments that no webhook reported, found by `reconcile`. */
  readonly missed: readonly HistoryId[];
  /** The failed steps; empty if all passed. */
  readonly problems: readonly string[];
}

export interface Report {
  /** Whether every step passed on every gateway. */
  readonly ok: boolean;
  readonly gateways: readonly GatewayReport[];
  readonly mishaps: MishapReport;
}

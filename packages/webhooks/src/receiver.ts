import type {
  Delivery,
  Observation,
  PaymentLinks,
  Result,
  ResultAsync,
  WebhookAcknowledgement,
  WebhookRequest,
} from "@tautan/core";

/** The fields of every error of an ingest. */
export interface ReceiverError {
  readonly kind: string;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** The used part of a ledger. The `Ledger` of `@tautan/ledger` is one. */
export interface ReceivingLedger {
  /** Explains refusals. Without them, a problem has the error of the refusal only. */
  readonly links?: Pick<PaymentLinks, "explainWebhook">;
  ingest(
    gateway: string,
    request: WebhookRequest,
  ): ResultAsync<
    { readonly acknowledgement: WebhookAcknowledgement },
    ReceiverError & { readonly acknowledgement: WebhookAcknowledgement }
  >;
}

type Outcome = void | Result<unknown, unknown>;

/**
 * Handles one event of a delivery: a confirmed observation. It has failed if it throws, rejects or returns an `Err`. The gateway
 * is then asked to send the delivery again.
 *
 * The same event can arrive any number of times, also twice at once, in any order.
 */
export type EventHandler = (event: Observation, delivery: Delivery) => Outcome | PromiseLike<Outcome>;

/** Receives into a ledger, which stores each delivery before it is acknowledged, and applies it once. */
export interface LedgerReceiver {
  readonly ledger: ReceivingLedger;
}

/** Receives without a ledger: each delivery is acknowledged after `onEvent` has handled all its events. */
export interface EventReceiver {
  readonly links: Pick<PaymentLinks, "parseWebhook" | "confirm" | "explainWebhook">;
  readonly onEvent: EventHandler;
}

/** The receiver of deliveries: a ledger, or your own handler. */
export type WebhookReceiver = LedgerReceiver | EventReceiver;

export const hasLedger = (receiver: WebhookReceiver): receiver is LedgerReceiver => "ledger" in receiver;

import { receivedOf, responseOf } from "./fetch.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import { createReceive } from "./receive.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** Answers the requests of gateways. Never rejects. */
export interface WebhookHandler {
  (request: Request, gateway?: string): Promise<Response>;
  /** Servers such as those of Deno, Bun and Workers pass more than the request. It is ignored. */
  (request: Request, ...context: readonly unknown[]): Promise<Response>;
}

/**
 * Creates the webhook endpoint for a server with Fetch requests. The gateway is the last part of the path:
 * `POST /webhooks/{gateway}`.
 *
 * With a ledger, a delivery is answered with success once it is stored. Without one, it is parsed, confirmed if its signature does not
 * cover everything, and passed to `onEvent`; only then it is answered with success. Whatever fails is answered so that the gateway sends
 * the delivery again.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import { historiesIn, type PaymentLinkHistory, type PaymentLinks } from "@tautan/core";
 * import { createWebhookHandler } from "@tautan/webhooks";
 *
 * // addPayment compares the amount with the order's, and stores the id of the payment: the same event can arrive again.
 * const endpoint = (links: PaymentLinks, addPayment: (payment: PaymentLinkHistory) => Promise<void>) =>
 *   createWebhookHandler({
 *     links,
 *     onEvent: async (event) => {
 *       for (const history of historiesIn(event)) if (history.isPaid) await addPayment(history);
 *     },
 *   });
 * ```
 */
export const createWebhookHandler = (
  receiver: WebhookReceiver,
  options: WebhookHandlerOptions = {},
): WebhookHandler => {
  const receive = createReceive(receiver, options, BODY_PARSED_HINT);
  return async (request: Request, gateway?: unknown): Promise<Response> =>
    responseOf(await receive(receivedOf(request, typeof gateway === "string" ? gateway : undefined)));
};

const BODY_PARSED_HINT =
  "Pass the request to the handler before anything reads its body. Pass request.clone() to what must read it too.";

import { receivedOf, responseOf } from "./fetch.ts";
import { gatewayIn } from "./node-request.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import { createReceive } from "./receive.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** A route handler of Next. Never rejects. */
export type RouteHandler = (request: Request, context?: { readonly params: Promise<unknown> }) => Promise<Response>;

/**
 * Creates the webhook endpoint for a route handler of Next: `app/webhooks/[gateway]/route.ts`. The gateway is the parameter `gateway`, or
 * the last part of the path.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookHandler, type RouteHandler } from "@tautan/webhooks/next";
 *
 * declare const ledger: Ledger<unknown, unknown>;
 * export const POST: RouteHandler = createWebhookHandler({ ledger });
 * ```
 */
export const createWebhookHandler = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): RouteHandler => {
  const receive = createReceive(receiver, options, BODY_PARSED_HINT);
  return async (request, context) =>
    responseOf(await receive(receivedOf(request, gatewayIn(await paramsOf(context?.params)))));
};

const paramsOf = async (params: Promise<unknown> | undefined): Promise<unknown> => {
  try {
    return await params;
  } catch {
    // Then the last part of the path names the gateway.
    return undefined;
  }
};

const BODY_PARSED_HINT =
  "Export the handler itself as POST, or pass it the request before request.json() or request.text(): read a request.clone() instead.";

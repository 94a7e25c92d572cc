import { createNodeHandler, type NodeHandler } from "./node-request.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import type { WebhookReceiver } from "./receiver.ts";

export type { NodeHandler, NodeRequest, NodeResponse } from "./node-request.ts";

/**
 * Creates the webhook endpoint for `node:http`. The gateway is the last part of the path.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookHandler } from "@tautan/webhooks/node";
 *
 * const serve = (ledger: Ledger<unknown, unknown>) => createServer(createWebhookHandler({ ledger })).listen(3000);
 * ```
 */
export const createWebhookHandler = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): NodeHandler =>
  createNodeHandler(receiver, options, BODY_PARSED_HINT);

const BODY_PARSED_HINT = "Call the handler before anything reads the request, with the request itself.";

import { createNodeHandler, type NodeHandler } from "./node-request.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import type { WebhookReceiver } from "./receiver.ts";

export type { NodeHandler, NodeRequest, NodeResponse } from "./node-request.ts";

/**
 * Creates the webhook endpoint for Express. Mount it above `app.use(express.json())`, which would consume the bytes that
 * signatures cover. The gateway is the parameter `gateway` of the route, or the last part of the path.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookHandler } from "@tautan/webhooks/express";
 * import type { Express } from "express";
 *
 * const mount = (app: Express, ledger: Ledger<unknown, unknown>) =>
 *   app.post("/webhooks/:gateway", createWebhookHandler({ ledger }));
 * ```
 */
export const createWebhookHandler = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): NodeHandler =>
  createNodeHandler(receiver, options, BODY_PARSED_HINT);

const BODY_PARSED_HINT =
  'Move app.use(express.json()) below the line that mounts the webhooks: app.post("/webhooks/:gateway", createWebhookHandler(…)). Any other body parser, such as urlencoded(), too.';

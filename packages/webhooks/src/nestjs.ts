import { createNodeHandler, type NodeHandler } from "./node-request.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import type { WebhookReceiver } from "./receiver.ts";

export type { NodeHandler, NodeRequest, NodeResponse } from "./node-request.ts";

/**
 * Creates the webhook endpoint for a controller of NestJS on Express. The application needs `rawBody: true`, because Nest parses JSON
 * before any controller: `NestFactory.create(AppModule, { rawBody: true })`. The gateway is the parameter `gateway` of the route, or the
 * last part of the path.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookHandler, type NodeRequest, type NodeResponse } from "@tautan/webhooks/nestjs";
 *
 * // @Controller("webhooks")
 * class WebhooksController {
 *   readonly #receive;
 *
 *   constructor(ledger: Ledger<unknown, unknown>) {
 *     this.#receive = createWebhookHandler({ ledger });
 *   }
 *
 *   // @Post(":gateway"), with @Req() request and @Res() response
 *   receive(request: NodeRequest, response: NodeResponse): Promise<void> {
 *     return this.#receive(request, response);
 *   }
 * }
 * ```
 */
export const createWebhookHandler = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): NodeHandler =>
  createNodeHandler(receiver, options, BODY_PARSED_HINT);

const BODY_PARSED_HINT =
  "Pass rawBody: true where the application is created: NestFactory.create(AppModule, { rawBody: true }).";

import { gatewayIn, type NodeRequest, receivedFromNode } from "./node-request.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import { createReceive } from "./receive.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** The used part of a request of Fastify. */
export interface FastifyLikeRequest {
  readonly raw: NodeRequest;
  readonly originalUrl: string;
  readonly params: unknown;
}

/** The used part of a reply of Fastify. */
export interface FastifyLikeReply {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body?: string | null): unknown;
}

/** The used part of an instance of Fastify. */
export interface FastifyLikeInstance {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    parser: (request: never, payload: never, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
  all(path: string, handler: (request: FastifyLikeRequest, reply: FastifyLikeReply) => Promise<unknown>): unknown;
}

/** A plugin of Fastify, with a scope of its own. */
export type WebhookPlugin = (scope: FastifyLikeInstance) => Promise<void>;

/**
 * Creates a plugin of Fastify with the webhook endpoint at `/:gateway`. In its scope no parser reads bodies; the rest of the application
 * keeps its own.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookPlugin } from "@tautan/webhooks/fastify";
 * import type { FastifyInstance } from "fastify";
 *
 * const mount = (app: FastifyInstance, ledger: Ledger<unknown, unknown>) =>
 *   app.register(createWebhookPlugin({ ledger }), { prefix: "/webhooks" });
 * ```
 */
export const createWebhookPlugin = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): WebhookPlugin => {
  const receive = createReceive(receiver, options, BODY_PARSED_HINT);
  return async (scope) => {
    scope.removeAllContentTypeParsers();
    // The bytes are taken from Node's request: a hook may have replaced the payload by one of other bytes.
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.all("/:gateway", async ({ raw, originalUrl, params }, reply) => {
      const received = { ...receivedFromNode(raw), url: originalUrl, gateway: gatewayIn(params) };
      const { status, headers, body } = await receive(received);
      reply.code(status);
      reply.headers({ ...headers });
      return reply.send(body);
    });
  };
};

const BODY_PARSED_HINT =
  "Remove the preParsing or onRequest hook that reads the request's body, or register the plugin of the webhooks outside of its scope. Do not wrap the plugin in fastify-plugin.";

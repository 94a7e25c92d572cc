import type { WebhookAcknowledgement } from "@tautan/core";
import type { WebhookHandlerOptions } from "./options.ts";
import { createReceive, type ReceivedRequest } from "./receive.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** The used part of a request of Node, and of the frameworks upon it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL before a router removed the part at which it is mounted. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parameters of the route. */
  readonly params?: unknown;
  /** The body as a parser left it. */
  readonly body?: unknown;
  /** The bytes, which some frameworks keep beside what they parsed. */
  readonly rawBody?: unknown;
  /** Whether something began to read the stream. */
  readonly readableDidRead?: boolean | undefined;
  readonly readableEnded?: boolean | undefined;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

/** The used part of a response of Node. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/** Answers a request of Node. Never rejects. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse, ...rest: readonly unknown[]) => Promise<void>;

export const createNodeHandler = (
  receiver: WebhookReceiver,
  options: WebhookHandlerOptions,
  bodyParsedHint: string,
): NodeHandler => {
  const receive = createReceive(receiver, options, bodyParsedHint);
  return async (request, response) => respond(response, await receive(receivedFromNode(request)));
};

export const receivedFromNode = (request: NodeRequest): ReceivedRequest => {
  const { method, url, originalUrl, headers, params } = request;
  return { method, url: originalUrl ?? url, headers, gateway: gatewayIn(params), body: bodyOf(request) };
};

export const gatewayIn = (params: unknown): string | undefined => {
  const gateway = typeof params === "object" && params !== null && "gateway" in params ? params.gateway : undefined;
  return typeof gateway === "string" ? gateway : undefined;
};

/** Bytes that a framework kept, those of a parser that parses nothing, or the stream if nobody has read it. */
const bodyOf = (request: NodeRequest): ReceivedRequest["body"] => {
  const { rawBody, body, readableDidRead = false, readableEnded = false } = request;
  if (rawBody instanceof Uint8Array) return rawBody;
  if (body instanceof Uint8Array || typeof body === "string") return body;
  return readableDidRead || readableEnded ? undefined : (request as AsyncIterable<Uint8Array>);
};

const respond = (response: NodeResponse, { status, headers, body }: WebhookAcknowledgement): void => {
  if (response.headersSent) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body ?? undefined);
};

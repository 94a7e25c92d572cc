import { receivedOf, responseOf } from "./fetch.ts";
import type { WebhookHandlerOptions } from "./options.ts";
import { createReceive, type ReceivedRequest } from "./receive.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** The used part of a context of Hono. */
export interface HonoLikeContext {
  readonly req: {
    readonly raw: Request;
    /** The forms of the body that a middleware asked for. */
    readonly bodyCache?: {
      readonly arrayBuffer?: unknown;
      readonly bytes?: unknown;
      readonly blob?: unknown;
      readonly text?: unknown;
    };
    param(): Readonly<Record<string, string>>;
  };
}

/** A handler of Hono. Never rejects. */
export type HonoHandler = (context: HonoLikeContext) => Promise<Response>;

/**
 * Creates the webhook endpoint for Hono. The gateway is the parameter `gateway` of the route, or the last part of the path.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import type { Ledger } from "@tautan/ledger";
 * import { createWebhookHandler } from "@tautan/webhooks/hono";
 *
 * const appWith = (ledger: Ledger<unknown, unknown>) =>
 *   new Hono().post("/webhooks/:gateway", createWebhookHandler({ ledger }));
 * ```
 */
export const createWebhookHandler = (receiver: WebhookReceiver, options: WebhookHandlerOptions = {}): HonoHandler => {
  const receive = createReceive(receiver, options, BODY_PARSED_HINT);
  return async ({ req }) => {
    const received = receivedOf(req.raw, req.param()["gateway"]);
    const body = received.body ?? (await keptBody(req));
    return responseOf(await receive({ ...received, body }));
  };
};

/** The whole body, if a middleware asked for bytes or text: Hono keeps them. A form that it parsed is not the body. */
const keptBody = async ({ bodyCache }: HonoLikeContext["req"]): Promise<ReceivedRequest["body"]> => {
  const { arrayBuffer, bytes, blob, text } = bodyCache ?? {};
  try {
    const kept = await (bytes ?? arrayBuffer ?? blob ?? text);
    if (typeof kept === "string" || kept instanceof Uint8Array) return kept;
    if (kept instanceof ArrayBuffer) return new Uint8Array(kept);
    return kept instanceof Blob ? new Uint8Array(await kept.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
};

const BODY_PARSED_HINT =
  "A middleware read the body as a form or from c.req.raw. Mount the webhooks above app.use(…) with it, or read c.req.text() there, which Hono keeps.";

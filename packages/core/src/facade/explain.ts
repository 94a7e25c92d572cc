import { valueOr } from "../contained.ts";
import type { Configuration } from "../operations/configuration.ts";
import type { WebhookRequest } from "../webhook.ts";
import type { ExplainWebhookOptions, WebhookExplanation } from "../webhook-explanation.ts";

/** Loads the explanations when the first one is requested: few processes ever need them. Never rejects. */
export const explainWebhook = async (
  runtime: Configuration,
  gateway: string,
  request: WebhookRequest,
  options?: ExplainWebhookOptions,
): Promise<WebhookExplanation> => {
  const kept = snapshotOf(request);
  try {
    const { explainDelivery } = await import("../explain/index.ts");
    return await explainDelivery(runtime, gateway, kept, options);
  } catch {
    const message = "a part of the library could not be loaded";
    const hint = "Check that the installation is complete and that the process may open files, then try again.";
    return Object.freeze({ cause: "unknown", gateway, message, hint, proven: false, tried: Object.freeze([]) });
  }
};

/** A copy of a request with bytes, because servers reuse their buffers. */
const snapshotOf = (request: WebhookRequest): WebhookRequest =>
  valueOr(() => {
    const body: unknown = request?.body;
    if (!(body instanceof Uint8Array)) return request;
    const { method, url, headers } = request as Exclude<WebhookRequest, Request>;
    // Not `slice`, which shares the bytes of a Buffer.
    return { method, url, headers, body: new Uint8Array(body) };
  }, request);

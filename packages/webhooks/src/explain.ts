import type { WebhookExplanation, WebhookRequest } from "@tautan/core";
import { createOnceAMinute } from "./once-a-minute.ts";
import type { ReceiverError } from "./receiver.ts";
import { hasLedger, type WebhookReceiver } from "./receiver.ts";

/** Explains a refusal; `undefined` if that is not to be done now. */
export type Explain = (
  gateway: string,
  request: Exclude<WebhookRequest, Request>,
  error: ReceiverError,
) => Promise<WebhookExplanation | undefined>;

const EXPLAINED: ReadonlySet<string> = new Set(["signature_invalid", "signature_expired", "malformed_webhook"]);

/**
 * Explains a refusal of each kind at most once a minute for each gateway: anyone can send forged deliveries, and an explanation
 * costs more than a refusal.
 */
export const createExplain = (
  receiver: WebhookReceiver,
  clock: { now(): number },
  publicUrl: string | undefined,
): Explain => {
  const links = hasLedger(receiver) ? receiver.ledger.links : receiver.links;
  const isDue = createOnceAMinute(clock);
  return async (gateway, request, error) => {
    if (typeof links?.explainWebhook !== "function" || !EXPLAINED.has(error.kind)) return undefined;
    const reason = JSON.stringify([gateway, error.kind, "problem" in error ? error.problem : undefined]);
    if (!isDue(reason)) return undefined;
    const isWhole = publicUrl?.includes("{gateway}");
    const registered = isWhole ? publicUrl?.replaceAll("{gateway}", encodeURIComponent(gateway)) : undefined;
    return links.explainWebhook(gateway, request, { publicUrl: registered });
  };
};

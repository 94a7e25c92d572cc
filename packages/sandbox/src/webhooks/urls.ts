import { isWebUrl } from "../http/input-reader.ts";
import { showValue } from "../show-value.ts";
import type { Collection } from "../state/store.ts";

export const WEBHOOK_URL_RULE = "an absolute http or https URL";

export const isWebhookUrl = (value: unknown): value is string => typeof value === "string" && isWebUrl(value);

/** Where each provider sends its webhooks. */
export interface WebhookUrls {
  of(provider: string): URL | undefined;
  /** Throws a TypeError where the provider is unknown or `url` is not an absolute http or https URL. */
  set(provider: string, url: unknown): void;
}

/** `initial` goes before what an earlier process left in the collection. */
export const createWebhookUrls = (
  started: readonly string[],
  initial: Readonly<Partial<Record<string, string>>>,
  collection: Collection<string | null>,
): WebhookUrls => {
  const urls = new Map<string, URL>();
  const webhookUrls: WebhookUrls = {
    of: (provider) => urls.get(provider),
    set(provider, url) {
      if (!started.includes(provider)) {
        throw new TypeError(`setWebhookUrl: there is no provider ${provider}; there are ${started.join(", ")}`);
      }
      if (url === undefined) {
        urls.delete(provider);
        collection.put(provider, null);
        return;
      }
      if (!isWebhookUrl(url)) {
        throw new TypeError(
          `setWebhookUrl: the URL of ${provider} must be ${WEBHOOK_URL_RULE}, but is ${showValue(url)}`,
        );
      }
      urls.set(provider, new URL(url));
      collection.put(provider, url);
    },
  };
  for (const provider of started)
    webhookUrls.set(provider, initial[provider] ?? collection.stored.get(provider) ?? undefined);
  return webhookUrls;
};

import { isWebhookUrl, webhookUrlRule } from "./options.ts";
import { spelled } from "./spelled.ts";
import type { Shelf } from "./state.ts";
import type { Provider } from "./types.ts";

/** Where each provider sends its webhooks. */
export interface WebhookUrls {
  of(provider: Provider): URL | undefined;
  /** Throws a TypeError where the provider is unknown or `url` is not an absolute http or https URL. */
  set(provider: Provider, url: unknown): void;
}

/** `initial` goes before what an earlier process left on the shelf. */
export function createWebhookUrls(
  started: readonly Provider[],
  initial: Readonly<Partial<Record<Provider, string>>>,
  shelf: Shelf<string | null>,
): WebhookUrls {
  const urls = new Map<Provider, URL>();
  const webhookUrls: WebhookUrls = {
    of: (provider) => urls.get(provider),
    set(provider, url) {
      if (!started.includes(provider)) {
        throw new TypeError(`setWebhookUrl: there is no provider ${provider}; there are ${started.join(", ")}`);
      }
      if (url === undefined) {
        urls.delete(provider);
        shelf.put(provider, null);
        return;
      }
      if (!isWebhookUrl(url)) {
        throw new TypeError(`setWebhookUrl: the URL of ${provider} must be ${webhookUrlRule}, but is ${spelled(url)}`);
      }
      urls.set(provider, new URL(url));
      shelf.put(provider, url);
    },
  };
  for (const provider of started) webhookUrls.set(provider, initial[provider] ?? shelf.kept.get(provider) ?? undefined);
  return webhookUrls;
}

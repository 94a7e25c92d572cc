import { isWebhookUrl, providers, spelled, webhookUrlRule } from "./options.ts";
import { type OutgoingWebhook, postOnce } from "./post.ts";
import type { Clock, Provider, RecordedDelivery } from "./types.ts";

// docs.midtrans.com, HTTP(S) Notification / Webhooks: 15 seconds. The other two providers name no figure.
const timeoutMs = 15_000;

/** Writes a webhook for the URL it goes to, since one provider signs the URL. `undefined`: recorded only. */
export type ComposeWebhook = (url: URL | undefined) => OutgoingWebhook;

/** Sends webhooks and remembers them. */
interface Deliveries {
  readonly recorded: readonly RecordedDelivery[];
  /** Throws a TypeError where the provider is unknown or `url` is not an absolute http or https URL. */
  setUrl(provider: Provider, url: unknown): void;
  /** Sends one webhook once. Resolves when it was answered or has failed, and never rejects. */
  send(provider: Provider, compose: ComposeWebhook): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

export function createDeliveries(clock: Clock, urls: Partial<Record<Provider, string>>): Deliveries {
  const recorded: RecordedDelivery[] = [];
  const urlOf = new Map<Provider, URL>();
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  async function attempt(provider: Provider, compose: ComposeWebhook): Promise<void> {
    const url = urlOf.get(provider);
    const webhook = compose(url);
    const record = { provider, url: url?.href, method: "POST", ...webhook, atMs: clock.now() } as const;
    if (url === undefined) {
      recorded.push(record);
      return;
    }
    try {
      recorded.push({ ...record, status: await postOnce(url, webhook, timeoutMs, closing.signal) });
    } catch (cause) {
      recorded.push({ ...record, error: reasonOf(cause) });
    }
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  const deliveries: Deliveries = {
    recorded,
    setUrl(provider, url) {
      if (!providers.includes(provider)) {
        throw new TypeError(`setWebhookUrl: there is no provider ${provider}; there are ${providers.join(", ")}`);
      }
      if (url === undefined) {
        urlOf.delete(provider);
        return;
      }
      if (!isWebhookUrl(url)) {
        throw new TypeError(`setWebhookUrl: the URL of ${provider} must be ${webhookUrlRule}, but is ${spelled(url)}`);
      }
      urlOf.set(provider, new URL(url));
    },
    async send(provider, compose) {
      const delivery = attempt(provider, compose);
      underWay.add(delivery);
      try {
        await delivery;
      } finally {
        underWay.delete(delivery);
      }
    },
    idle,
    async close() {
      closing.abort(new Error("the sandbox was closed"));
      await idle();
    },
  };
  deliveries.setUrl("midtrans", urls.midtrans);
  deliveries.setUrl("xfers", urls.xfers);
  deliveries.setUrl("singapay", urls.singapay);
  return deliveries;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // The message is empty where several addresses of a host were tried in vain.
  return cause.message || cause.name;
}

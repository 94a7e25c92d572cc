import type { WebhooksConfig } from "./define-config.ts";

const PLACE_OF_KEY = "{gateway}";

/** The path of webhooks unless the configuration changes it. */
export const DEFAULT_WEBHOOK_PATH = `/webhooks/${PLACE_OF_KEY}`;

/** A text with a gateway's key in its place. */
export const withKey = (text: string, gateway: string): string =>
  text.replaceAll(PLACE_OF_KEY, encodeURIComponent(gateway));

/** The path of a gateway's webhooks on the merchant's server. */
export const webhookPath = (webhooks: WebhooksConfig | undefined, gateway: string): string =>
  withKey(webhooks?.path ?? DEFAULT_WEBHOOK_PATH, gateway);

/** The URL of a gateway's webhooks, as in its dashboard; `undefined` if the configuration has none. */
export const webhookUrl = (webhooks: WebhooksConfig | undefined, gateway: string): string | undefined => {
  const publicUrl = webhooks?.publicUrl;
  if (publicUrl === undefined) return undefined;
  if (publicUrl.includes(PLACE_OF_KEY)) return withKey(publicUrl, gateway);
  return publicUrl.replace(/\/+$/, "") + webhookPath(webhooks, gateway);
};

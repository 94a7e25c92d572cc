import { parseJsonObject } from "../http/input-reader.ts";
import type { ProviderSet } from "../provider.ts";
import type { RecordedDelivery } from "../types.ts";

/** The event and the payment of a webhook, in the provider's words. */
export const eventOf = (providers: ProviderSet, delivery: Delivery): string =>
  wordsOf(providers, delivery).join(" ") || "a body of another shape";

/** The event of a webhook, without its payment. Read once for each delivery. */
export const eventNameOf = (providers: ProviderSet, delivery: Delivery): string => {
  const known = EVENT_NAMES.get(delivery);
  if (known !== undefined) return known;
  const [name = ""] = wordsOf(providers, delivery);
  EVENT_NAMES.set(delivery, name);
  return name;
};

type Delivery = Pick<RecordedDelivery, "provider" | "body">;

const EVENT_NAMES = new WeakMap<Delivery, string>();

const wordsOf = (providers: ProviderSet, { provider, body }: Delivery): readonly string[] =>
  providers
    .get(provider)
    .eventOf(parseJsonObject(body) ?? {})
    .filter((word) => typeof word === "string");

/** Why a delivery has no status. */
export const outcomeOf = ({ error, url }: Pick<RecordedDelivery, "error" | "url">): string => {
  if (error === undefined) return url === undefined ? "recorded only" : "no answer";
  return isNoServerThere(error) ? "no server listens" : error;
};

/** The advice for a delivery without a response; `undefined` if it had one, or was not sent. */
export const adviceFor = ({ error, url, faults }: RecordedDelivery): string | undefined => {
  if (error === undefined || faults.includes("drop_webhook")) return undefined;
  return isNoServerThere(error)
    ? `No server listens at ${url}. Start your server there, or change the webhook URL; then resend.`
    : `There was no answer from ${url}: ${error}.`;
};

const isNoServerThere = (error: string | undefined): boolean =>
  error?.includes("ECONNREFUSED") === true || error?.includes("ENOTFOUND") === true;

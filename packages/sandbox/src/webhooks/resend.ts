import type { ProviderSet } from "../provider.ts";
import { RefusedAction } from "../simulator.ts";
import type { Journal } from "../state/journal.ts";
import type { RecordedDelivery, ResendOptions } from "../types.ts";
import type { ComposeWebhook, Deliveries } from "./deliveries.ts";
import type { WebhookUrls } from "./urls.ts";

interface ResendParts {
  readonly providers: ProviderSet;
  readonly deliveries: Journal<RecordedDelivery>;
  readonly webhookUrls: WebhookUrls;
  readonly sendOnce: Deliveries["sendOnce"];
}

/** Sends by hand what was sent before. */
export const resend = async (
  { providers, deliveries, webhookUrls, sendOnce }: ResendParts,
  webhook: number,
  { sending }: ResendOptions,
): Promise<RecordedDelivery> => {
  const index = deliveries.entries.findLastIndex(
    (entry) => entry.webhook === webhook && (sending === undefined || entry.sending === sending),
  );
  const delivery = deliveries.entries[index];
  if (delivery === undefined) {
    const which = sending === undefined ? `webhook ${webhook}` : `sending ${sending} of webhook ${webhook}`;
    throw new RefusedAction(404, `There is no ${which} here; take the numbers that the list of deliveries has.`);
  }
  const { provider } = delivery;
  if (webhookUrls.of(provider) === undefined) {
    throw new RefusedAction(409, `No webhook URL is set for ${provider}, so there is nowhere to send to.`);
  }
  return sendOnce(provider, copyOf(providers, delivery, deliveries.dropped + index + 1));
};

/** The same bytes and headers once more, or what the provider's dashboard sends instead. */
export const copyOf = (providers: ProviderSet, delivery: RecordedDelivery, number: number): ComposeWebhook => {
  const definition = providers.get(delivery.provider);
  return (target) => {
    const { headers, body } = definition.copy?.(delivery, target) ?? delivery;
    return { headers: { ...headers }, body, note: `copy of ${number}` };
  };
};

import { parseJsonObject } from "../http/input-reader.ts";
import type { Run } from "../run.ts";
import { RefusedAction } from "../simulator.ts";
import { endpointOf, stampOf } from "../singapay/webhooks.ts";
import type { RecordedDelivery, ResendOptions } from "../types.ts";
import type { ComposeWebhook } from "./deliveries.ts";
import { signers } from "./signing.ts";

/** Sends by hand what was sent before. */
export async function resend(
  { deliveries, webhookUrls, sendOnce }: Pick<Run, "deliveries" | "webhookUrls" | "sendOnce">,
  webhook: number,
  { attempt }: ResendOptions,
): Promise<RecordedDelivery> {
  const index = deliveries.entries.findLastIndex(
    (entry) => entry.webhook === webhook && (attempt === undefined || entry.attempt === attempt),
  );
  const delivery = deliveries.entries[index];
  if (delivery === undefined) {
    const which = attempt === undefined ? `webhook ${webhook}` : `attempt ${attempt} of webhook ${webhook}`;
    throw new RefusedAction(404, `There is no ${which} here; take the numbers that the list of deliveries has.`);
  }
  const { provider } = delivery;
  if (webhookUrls.of(provider) === undefined) {
    throw new RefusedAction(409, `No webhook URL is set for ${provider}, so there is nowhere to send to.`);
  }
  return sendOnce(provider, copyOf(delivery, deliveries.dropped + index + 1));
}

/**
 * The same bytes and headers once more, however long ago they were sent. SingaPay's dashboard repeats the first
 * X-Timestamp with its signature: github.com/theotheobeats/tokko-v2-backend, commit efe25fc, saw it 47 hours later.
 */
export function copyOf(delivery: RecordedDelivery, number: number): ComposeWebhook {
  const { provider, headers, body } = delivery;
  const note = `copy of ${number}`;
  return (target) => {
    if (provider !== "singapay" || isSignedFor(delivery, target.url) || parseJsonObject(body) === undefined) {
      return { headers: { ...headers }, body, note };
    }
    // The signature covers the path, so that another path has another one, of the same moment.
    return { ...signers[provider](body, { ...target, stamp: stampOf(headers) }), note };
  };
}

function isSignedFor({ url }: RecordedDelivery, now: URL | undefined): boolean {
  return endpointOf(url === undefined ? undefined : new URL(url)) === endpointOf(now);
}

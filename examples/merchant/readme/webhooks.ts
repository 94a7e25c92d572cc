import { type Money, type PaymentLinkHistory, type PaymentLinks, sameMoney } from "@tautan/core";

declare const links: PaymentLinks;
declare const priceOf: (reference: string | undefined) => Promise<Money>; // yours: what was asked for
declare const deliver: (history: PaymentLinkHistory) => Promise<void>; // yours: once for each history.id
declare const lookInto: (history: PaymentLinkHistory) => Promise<void>; // yours: paid, but not what was asked for

/** `POST /webhooks/{gateway}`, in any framework that has Fetch requests. */
export const receive = async (gateway: string, request: Request): Promise<Response> => {
  const delivery = await links.parseWebhook(gateway, request);
  if (delivery.isErr()) return new Response(delivery.error.acknowledgement.body, delivery.error.acknowledgement);
  const { observations, acknowledgement, retryLater } = delivery.value;
  for (const observation of observations) {
    const confirmed = await links.confirm(observation); // asks the gateway where the signature does not cover it all
    if (confirmed.isOk()) {
      if (confirmed.value.kind !== "history") continue;
      const { history } = confirmed.value;
      if (!history.isPaid) continue;
      const isRight = history.amount && sameMoney(history.amount, await priceOf(history.reference));
      await (isRight && history.conflicts.length === 0 ? deliver(history) : lookInto(history));
    } else if (confirmed.error.kind !== "unsupported") return new Response(retryLater.body, retryLater);
  }
  return new Response(acknowledgement.body, acknowledgement);
};

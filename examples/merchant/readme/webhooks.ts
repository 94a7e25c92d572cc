import type { PaymentLinks } from "@tautan/core";

declare const links: PaymentLinks;
declare const deliver: (reference: string | undefined) => Promise<void>; // yours; safe to call twice

/** `POST /webhooks/{gateway}`, in any framework that has Fetch requests. */
export const receive = async (gateway: string, request: Request): Promise<Response> => {
  const delivery = await links.parseWebhook(gateway, request);
  if (delivery.isErr()) return new Response(delivery.error.acknowledgement.body, delivery.error.acknowledgement);
  const { observations, acknowledgement, retryLater } = delivery.value;
  for (const observation of observations) {
    const confirmed = await links.confirm(observation); // asks the gateway where the signature does not cover it all
    if (confirmed.isOk()) {
      const { value } = confirmed;
      if (value.kind === "history" && value.history.isPaid) await deliver(value.history.reference);
    } else if (confirmed.error.kind !== "unsupported") return new Response(retryLater.body, retryLater);
  }
  return new Response(acknowledgement.body, acknowledgement);
};

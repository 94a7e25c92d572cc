import type { PaymentLinks } from "@tautan/core";
import type { MerchantEvents } from "./merchant.ts";

/** Reports what webhooks contain, and what gateways confirm, for the narrator. */
export const observed = (links: PaymentLinks, events: MerchantEvents): PaymentLinks => ({
  ...links,
  parseWebhook: (gateway, request) =>
    links.parseWebhook(gateway, request).map((delivery) => {
      for (const heard of delivery.observations) if (heard.trust === "signed") events.onObservation?.(heard, heard);
      return delivery;
    }),
  confirm: (heard, options) =>
    links
      .confirm(heard, options)
      .map((confirmed) => {
        events.onObservation?.(confirmed, heard);
        return confirmed;
      })
      .mapErr((error) => {
        events.onRefusal?.(heard.gateway, error.message);
        return error;
      }),
});

import {
  encodeForm,
  HOUR_MS,
  isJsonObject,
  MINUTE_MS,
  mountLinkPages,
  type ProviderDefinition,
  retryPolicyOf,
  runByClock,
  signInHeader,
} from "@tautan/sandbox/simulator-kit";
import { acmeKey, acmeWebhookSecret, euro } from "./account.ts";
import { createAcmeApp, envelope } from "./api.ts";
import { type AcmeLink, createAcmeLinks, STATUSES } from "./links.ts";
import { payableAcmeLink, paymentOf, stateOf } from "./payer.ts";

/** A provider that does not exist: euros with cents, forms with paths, idempotency keys, refunds, no tokens. */
export const acme: ProviderDefinition<"acme", { readonly key: string; readonly webhookSecret: string }> = {
  name: "acme",
  label: "Acme Pay",
  currency: euro,
  credentials: { key: acmeKey, webhookSecret: acmeWebhookSecret },
  specialActions: ["refund"],
  inapplicableFaults: ["zero_id", "expired_token", "numeric_expires_in"],
  // Three days in all.
  retryPolicy: retryPolicyOf({
    gapsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, ...[2, 5, 10, 24, 30].map((hours) => hours * HOUR_MS)],
    retriesAfter: { 410: 0 },
    signsAgain: true,
  }),
  paymentStatuses: { open: "waiting", paid: "good", failed: "bad", expired: "bad", refunded: "returned" },
  webhookEvents: [
    { name: "payment_link.paid", label: "the link is paid", about: "link" },
    { name: "payment_link.failed", label: "a payment was refused", about: "link" },
    { name: "payment_link.expired", label: "the link has expired", about: "link" },
    { name: "payment_link.refunded", label: "all went back to the payer", about: "link" },
  ],
  ...signInHeader({
    header: "Acme-Signature",
    hash: "sha256",
    key: acmeWebhookSecret,
    keyName: "the webhook secret",
    isTimestamped: true,
  }),
  create(context) {
    const links = createAcmeLinks(context);
    return {
      ...mountLinkPages(createAcmeApp(context, links), context, {
        ...links,
        provider: "acme",
        root: "/pay/",
        find: links.get,
        payable: (link: AcmeLink) => payableAcmeLink(link, links, context),
        summaryOf: (link) => ({
          reference: link.request.reference,
          title: `Order ${link.request.reference}`,
          state: stateOf(link),
          payments: link.status === "open" ? [] : [paymentOf(link, links.urlOf(link))],
        }),
        webhookBody(link, event) {
          const status = STATUSES.find((one) => event === `payment_link.${one}`);
          return status === undefined ? undefined : links.eventBody({ ...link, status });
        },
      }),
      ...runByClock(context.clock, links.expiry),
    };
  },
  errorBody: envelope,
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v1/payment_links`, {
      method: "POST",
      headers: { Authorization: `Bearer ${acmeKey}` },
      body: new URLSearchParams(encodeForm(body)),
    }),
  authorization: () => `Bearer ${acmeKey}`,
  eventOf({ type, data }) {
    const object = isJsonObject(data) ? data["object"] : undefined;
    return [type, isJsonObject(object) ? object["reference"] : undefined];
  },
};

// https://docs.fazz.com/v4-ID/docs/payment-link-via-api: callbacks come for these two statuses.
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { jakartaWallClock } from "@tautan/driver-kit/http";
import { signXfersCallback } from "./sign-webhook.ts";

/** `2026-03-15 09:59:30` in Jakarta, without an offset. */
const jakartaTime = (atMs: number): string => jakartaWallClock(atMs).slice(0, 19).replace("T", " ");

const body =
  (status: string) =>
  ({ reference, linkId, linkUrl, amount, atMs }: SampleSubject): object => ({
    data: {
      id: linkId,
      type: "payment_links",
      attributes: {
        status,
        amount: `${amount}.0`,
        referenceId: reference,
        createdAt: `${jakartaTime(atMs)} +0700`,
        description: "sample",
        expiredAt: `${jakartaTime(atMs + 86_400_000)} +0700`,
        paymentLinkUrl: linkUrl,
      },
    },
  });

export const webhookSamples: WebhookSamples = {
  secretOptions: ["signingSecrets"],
  events: { paid: body("paid"), settled: body("completed") },
  // Source: https://docs.fazz.com/v4-ID/reference/update-payment-link.
  apiUrls: { sandbox: "https://sandbox-id.xfers.com/api/v4", production: "https://id.xfers.com/api/v4" },
  madeUpLinkId: () => `paymentlink_${"0".repeat(32)}`,
  sign: async (body, { secret }) => ({ headers: await signXfersCallback(body, secret), body }),
};

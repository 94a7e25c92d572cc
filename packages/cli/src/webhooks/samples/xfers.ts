// https://docs.fazz.com/v4-ID/docs/payment-link-via-api: callbacks come for these two statuses.
import { jakartaTime, type SampleSubject, type Samples } from "./sample.ts";

/** `@tautan/driver-xfers/testing`, which is the user's. */
interface Testing {
  readonly signXfersCallback: (body: string, signingSecret: string) => Promise<Record<string, string>>;
}

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

export const SAMPLES: Samples = {
  secretOptions: ["signingSecrets"],
  events: { paid: body("paid"), settled: body("completed") },
  // Source: https://docs.fazz.com/v4-ID/reference/update-payment-link.
  apiUrls: { sandbox: "https://sandbox-id.xfers.com/api/v4", production: "https://id.xfers.com/api/v4" },
  madeUpLinkId: () => `paymentlink_${"0".repeat(32)}`,
  sign: async (body, { secret }, testing) => {
    const { signXfersCallback } = testing as Testing;
    return { headers: await signXfersCallback(body, secret), body };
  },
};

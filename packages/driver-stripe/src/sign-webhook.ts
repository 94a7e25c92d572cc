import { hmacSha256Hex } from "@tautan/driver-kit/http";

export interface StripeSigning {
  /** One of `webhookSecrets`, `whsec_…`. */
  readonly secret: string;
  /** The time of sending, in milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * For tests: the headers that Stripe would send with a webhook of this body. Source: https://docs.stripe.com/webhooks/signature
 *
 * @example
 * ```ts
 * import { signStripeWebhook } from "@tautan/driver-stripe/testing";
 *
 * const body = JSON.stringify({ id: "evt_1", object: "event", type: "checkout.session.completed" });
 * const headers = await signStripeWebhook(body, { secret: "whsec_example", atMs: Date.now() });
 * ```
 */
export const signStripeWebhook = async (
  body: string,
  { secret, atMs }: StripeSigning,
): Promise<Record<string, string>> => {
  const seconds = Math.floor(atMs / 1000);
  return {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": `t=${seconds},v1=${hmacSha256Hex(secret, `${seconds}.${body}`)}`,
  };
};

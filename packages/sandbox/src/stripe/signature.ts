// docs.stripe.com/webhooks/signature
import { checkOf, hmacHex, type ProviderDefinition, SECOND_MS } from "../simulator-kit/index.ts";
import { EARLIER_WEBHOOK_SECRET, STRIPE_CREDENTIALS } from "./credentials.ts";

const HEADER = "Stripe-Signature";

const v1 = (secret: string, signed: string): string => `v1=${hmacHex("sha256", secret, signed)}`;

/** "a fake v0 scheme, for test events", which nobody must accept. */
const v0 = (secret: string, signed: string): string => `v0=${hmacHex("sha256", `fake ${secret}`, signed)}`;

export const STRIPE_SIGNATURE: Pick<ProviderDefinition, "sign" | "problemWithBody" | "explainSignature"> = {
  sign(body, { stamp, keyFrom, isKeyRolled }) {
    const seconds = Math.floor(stamp.atMs / SECOND_MS);
    const signed = `${seconds}.${body}`;
    const secrets = [...(isKeyRolled === true ? [EARLIER_WEBHOOK_SECRET] : []), STRIPE_CREDENTIALS.webhookSecret];
    const fake = v0(keyFrom(STRIPE_CREDENTIALS.webhookSecret), signed);
    // No page promises an order. In this one, a header that is cut off has no whole v1.
    const value = [`t=${seconds}`, fake, ...secrets.map((secret) => v1(keyFrom(secret), signed))].join(",");
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      [HEADER]: value,
    };
    return { headers, body };
  },
  problemWithBody: () => undefined,
  explainSignature({ headers, body }) {
    const sent = headers[HEADER];
    const parts = (sent ?? "").split(",");
    const [, seconds] = /^t=(\d+)$/.exec(parts[0] ?? "") ?? [];
    return checkOf({
      algorithm:
        "HMAC-SHA256 of the seconds, a point and the body's bytes with the signing secret, in hex; one v1 must match",
      carrier: `header ${HEADER}`,
      sent,
      baseString: seconds === undefined ? undefined : `${seconds}.${body}`,
      // One of several signatures is enough.
      signatureOf: (baseString) => {
        const right = v1(STRIPE_CREDENTIALS.webhookSecret, baseString);
        return parts.includes(right) ? (sent ?? "") : `t=${seconds},${right}`;
      },
    });
  },
};

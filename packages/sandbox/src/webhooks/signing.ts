import { notificationHeaders, withSignatureKey } from "../midtrans/signature.ts";
import { midtransCredentials } from "../midtrans/simulator.ts";
import { singapayCredentials } from "../singapay/simulator.ts";
import { signedWebhook } from "../singapay/webhooks.ts";
import type { Random } from "../state/random.ts";
import type { Provider } from "../types.ts";
import { signedCallback } from "../xfers/callbacks.ts";
import { xfersCredentials } from "../xfers/simulator.ts";
import type { OutgoingWebhook } from "./post.ts";

/** What a signature covers besides the body: with the same stamp, the same body has the same signature. */
export interface Stamp {
  /** The moment that is signed, where a provider signs one. */
  readonly atMs: number;
  /** What a provider makes up when it signs. */
  readonly bearer: string;
}

/** What a webhook is signed for. */
export interface SigningTarget {
  /** One provider signs the URL. `undefined`: recorded only. */
  readonly url: URL | undefined;
  readonly stamp: Stamp;
  /** Makes a key of the merchant's what it is signed with. */
  readonly keyFrom: (key: string) => string;
}

export function newStamp(atMs: number, random: Random): Stamp {
  return { atMs, bearer: random.bytes(24).toString("base64url") };
}

/** Signs a body as the provider does: what the body tells was decided before. */
export const signers: Readonly<Record<Provider, (body: string, target: SigningTarget) => OutgoingWebhook>> = {
  midtrans: (body, { keyFrom }) => ({
    headers: notificationHeaders,
    body: withSignatureKey(body, keyFrom(midtransCredentials.serverKey)),
  }),
  xfers: (body, { keyFrom }) => signedCallback(body, keyFrom(xfersCredentials.signingSecret)),
  singapay: (body, target) => signedWebhook(body, singapayCredentials, target),
};

import { notificationHeaders, withSignatureKey } from "./midtrans/signature.ts";
import { midtransCredentials } from "./midtrans/simulator.ts";
import type { OutgoingWebhook } from "./post.ts";
import type { Random } from "./random.ts";
import { singapayCredentials } from "./singapay/simulator.ts";
import { signedWebhook } from "./singapay/webhooks.ts";
import type { Provider } from "./types.ts";
import { signedCallback } from "./xfers/callbacks.ts";
import { xfersCredentials } from "./xfers/simulator.ts";

/** What a webhook is signed for. */
export interface SigningTarget {
  /** One provider signs the URL. `undefined`: recorded only. */
  readonly url: URL | undefined;
  /** The moment that is signed, where a provider signs one. */
  readonly signedAtMs: number;
  /** Makes a key of the merchant's what it is signed with. */
  readonly keyFrom: (key: string) => string;
  /** For what a provider makes up each time it signs. */
  readonly random: Random;
}

/** Signs a body as the provider does, anew each time it is sent: what the body tells was decided before. */
export const signers: Readonly<Record<Provider, (body: string, target: SigningTarget) => OutgoingWebhook>> = {
  midtrans: (body, { keyFrom }) => ({
    headers: notificationHeaders,
    body: withSignatureKey(body, keyFrom(midtransCredentials.serverKey)),
  }),
  xfers: (body, { keyFrom }) => signedCallback(body, keyFrom(xfersCredentials.signingSecret)),
  singapay: (body, target) => signedWebhook(body, singapayCredentials, target),
};

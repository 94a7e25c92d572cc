import type { Random } from "../state/random.ts";

/** What a signature covers besides the body: with the same stamp, the same body has the same signature. */
export interface Stamp {
  /** The moment that is signed, if a provider signs one. */
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

/** What of a delivery a signature has to do with. */
export interface SignedDelivery {
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a delivery was signed, computed again from what was sent. */
export interface SignatureCheck {
  readonly algorithm: string;
  /** The header or the field of the body that carries it. */
  readonly carrier: string;
  readonly sent: string | undefined;
  /** What the signature covers; `undefined` if the body is not of the form that is signed. */
  readonly baseString: string | undefined;
  readonly holds: boolean;
}

export const newStamp = (atMs: number, random: Random): Stamp => ({
  atMs,
  bearer: random.bytes(24).toString("base64url"),
});

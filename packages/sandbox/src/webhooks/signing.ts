import type { Random } from "../state/random.ts";

/** The signed data besides the body: with the same stamp, the same body has the same signature. */
export interface Stamp {
  /** The moment that is signed, if a provider signs one. */
  readonly atMs: number;
  /** The random or current values of a provider's signature. */
  readonly bearer: string;
}

/** The target of a signed webhook. */
export interface SigningTarget {
  /** One provider signs the URL. `undefined`: recorded only. */
  readonly url: URL | undefined;
  readonly stamp: Stamp;
  /** Makes a key of the merchant's what it is signed with. */
  readonly keyFrom: (key: string) => string;
  /** The merchant is changing the key: a provider that then signs with two does so. */
  readonly isKeyRolled?: boolean;
}

/** The parts of a delivery that a signature needs. */
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
  /** The signed text; `undefined` if the body does not have the signed form. */
  readonly baseString: string | undefined;
  readonly holds: boolean;
}

export const newStamp = (atMs: number, random: Random): Stamp => ({
  atMs,
  bearer: random.bytes(24).toString("base64url"),
});

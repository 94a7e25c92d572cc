import type { CreateInput } from "./driver-contract.ts";
import type { PaymentLinkError } from "./errors.ts";
import type { Instant, InstantInput } from "./instant.ts";
import type { CallOptions } from "./operations/configuration.ts";
import type { LinkWarning } from "./payment-link.ts";

/**
 * A create at one gateway with every field decided: `links.send` sends exactly this. It is plain JSON, so that it can be stored before
 * it is sent, and read by another process.
 *
 * It contains the customer's data, if the request does. It never contains a key of the gateway.
 */
export interface PreparedCreate {
  /** The form of this object. */
  readonly version: 1;
  /** The gateway's key. */
  readonly gateway: string;
  /** The name of the gateway's driver. */
  readonly driver: string;
  /** When it was prepared. An older link was created by another request. */
  readonly preparedAt: Instant;
  /** The input of the driver, with its slug and its expiry. */
  readonly input: CreateInput;
  /**
   * When the link is to be closed, because the gateway has no expiry: see `PrepareOptions`. `send` and `resume` return it as the `expiresAt`
   * of the link.
   */
  readonly enforcedExpiry?: Instant;
  /** Whether the slug is random. A random slug proves that a link was created by this create. */
  readonly slugIsRandom: boolean;
  /** The warnings of the link, such as omitted fields. */
  readonly warnings: readonly LinkWarning[];
}

/** The options of `prepare`. */
export interface PrepareOptions {
  /**
   * Whether the caller closes links at their `expiresAt` at gateways whose links never end, as `@tautan/ledger` does. Then a time is not
   * refused there, if links can be closed. Default false.
   */
  readonly enforceExpiry?: boolean | undefined;
}

/** What a create will do: the gateways to try, in order. */
export interface CreatePlan {
  /** See `requestFingerprint`. */
  readonly fingerprint: string;
  /**
   * At least one. Send the first. Send the next one only if the error of the previous one proves that nothing was created:
   * `mayTryNext` of `@tautan/core/driver`.
   */
  readonly candidates: readonly PreparedCreate[];
  /** The errors of the gateways on the route that do not accept the request. */
  readonly refused: readonly PaymentLinkError[];
}

/** The options of `resume`. */
export interface ResumeOptions extends CallOptions {
  /**
   * When the create was last sent, as stored before `send`. After 15 minutes, the request has certainly ended: if the gateway then has
   * no such link, it was never created. Default: the request may not have ended.
   */
  readonly sentAt?: InstantInput | undefined;
}

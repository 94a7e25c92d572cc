import type { CreateInput } from "./driver-contract.ts";
import type { PaymentLinkError } from "./errors.ts";
import type { Instant, InstantInput } from "./instant.ts";
import type { CallOptions } from "./operations/configuration.ts";
import type { LinkWarning } from "./payment-link.ts";

/**
 * A create at one gateway, decided down to the last field: `links.send` sends exactly this. Plain JSON, so that it can be stored
 * before it is sent and read by another process.
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
  /** When it was prepared: a link that is older was made by another create. */
  readonly preparedAt: Instant;
  /** What the driver sends, with its slug and its expiry. */
  readonly input: CreateInput;
  /** Whether the slug is random, and so proves which create made a link. */
  readonly slugIsRandom: boolean;
  /** The warnings of the link, such as omitted fields. */
  readonly warnings: readonly LinkWarning[];
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
   * When the create was last sent, as stored before `send`. 15 minutes later, no request can be under way any more: a gateway that
   * then has no such link never made one. Default: it may still be under way.
   */
  readonly sentAt?: InstantInput | undefined;
}

import type { Instant, InstantInput, LinkId, Observation, Page, PageRequest, ResultAsync } from "@tautan/core";
import type { LedgerError } from "../errors.ts";

/** The id of a delivery: the gateway's key, and the SHA-256 of the body. */
export type DeliveryId = `${string}:${string}`;

/**
 * The outcome of a delivery.
 *
 * - `unconfirmed`: it does not prove what it reports, and its gateway has not confirmed it yet.
 * - `waiting`: its link is not known yet.
 * - `applied`: its reports are in the ledger.
 * - `ignored`: it reports nothing of links and payments, no link was found for it in time, or `deliveries.ignore` was called.
 * - `dead`: it was given up.
 */
export type DeliveryState = "unconfirmed" | "waiting" | "applied" | "ignored" | "dead";

/**
 * Why a delivery needs a person.
 *
 * - `unknown_link`: for 10 minutes, neither the ledger nor its gateway has known the link. A payment may be missing.
 * - `reference_taken`: the gateway has its link, and another link of the ledger has the reference.
 * - `unconfirmed`: its gateway has not confirmed it in 12 attempts, over about a day.
 * - `unsupported`: its gateway cannot be asked to confirm it.
 * - `unreadable`: a stored row that it needs does not have the form that the ledger writes.
 * - `gateway_not_configured`: no process has worked on it for 10 minutes, and the one that noticed does not have its gateway.
 */
export type DeliveryProblem =
  | "unknown_link"
  | "reference_taken"
  | "unconfirmed"
  | "unsupported"
  | "unreadable"
  | "gateway_not_configured";

/** A webhook as the ledger keeps it. Repeats of a delivery are the same. */
export interface ReceivedDelivery {
  readonly id: DeliveryId;
  /** The gateway's key. */
  readonly gateway: string;
  /** The SHA-256 of its body. */
  readonly digest: string;
  /** When it first arrived. */
  readonly receivedAt: Instant;
  readonly state: DeliveryState;
  /** Why it needs a person; absent if it does not. */
  readonly problem?: DeliveryProblem;
  /** How often it arrived, was retried or ignored by hand, or erased. A repeat that is known to report nothing new is not counted. */
  readonly arrivals: number;
  /** How often it was tried to apply it later. */
  readonly attempts: number;
  /** When it is worked on next; absent if never. */
  readonly dueAt?: Instant;
  /** Why it is not applied, as far as that is an error. */
  readonly error?: string;
  /** The link to which it was applied, or the first of them. */
  readonly linkId?: LinkId;
}

/** A delivery with its content. */
export interface DeliveryContent extends ReceivedDelivery {
  /**
   * Its reports that are not applied yet. They can contain what a payer has entered. Empty once all are applied, after
   * their retention, or if they cannot be read.
   */
  readonly observations: readonly Observation[];
  /** The body as it arrived, if it was asked for and is still kept. It can contain what a payer has entered. */
  readonly raw?: Uint8Array;
}

/** Which deliveries to list. All filters must fit. */
export interface DeliveryQuery extends PageRequest {
  /** `unresolved`: those that need a person, whatever their state. Default: all. */
  readonly state?: DeliveryState | "unresolved" | undefined;
  readonly gateway?: string | undefined;
  /** Received at this time or later. */
  readonly receivedFrom?: InstantInput | undefined;
}

/** The deliveries that the ledger has accepted: to look at, and to put right. Those that it refused are not stored. */
export interface LedgerDeliveries {
  /**
   * Returns a page of deliveries, newest first.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const unresolved = async (ledger: Ledger<unknown, unknown>) => {
   *   const page = await ledger.deliveries.list({ state: "unresolved" });
   *   return page.map(({ items }) => items.map(({ id, problem }) => `${id}: ${problem}`));
   * };
   * ```
   */
  list(query?: DeliveryQuery): ResultAsync<Page<ReceivedDelivery>, LedgerError>;
  /** Returns a delivery with its content; with its body only if `raw` is true. `unknown_delivery`: there is none with this id. */
  get(id: DeliveryId, options?: { readonly raw?: boolean | undefined }): ResultAsync<DeliveryContent, LedgerError>;
  /**
   * Makes a delivery due now, with all its attempts anew, also one that is dead or ignored: its gateway is asked again. It stays
   * unresolved until then. `nothing_to_retry`: it was applied, or its reports are not kept any more.
   */
  retry(id: DeliveryId): ResultAsync<void, LedgerError>;
  /**
   * Gives a delivery up that needs nothing, such as one of another application of the account: it is `ignored`, and not
   * unresolved any more. If it arrives again before its retention has ended, it is worked on again. `nothing_to_retry`: it was applied.
   */
  ignore(id: DeliveryId): ResultAsync<void, LedgerError>;
}

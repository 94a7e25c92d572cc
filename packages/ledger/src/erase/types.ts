import type { ResultAsync } from "@tautan/core";
import type { LedgerError } from "../errors.ts";

/** Whom to forget: the customer of one link, or of all links that were created for an e-mail address. */
export type ErasureSubject =
  | { readonly reference: string; readonly customerEmail?: undefined }
  | { readonly customerEmail: string; readonly reference?: undefined };

/** How long what is not needed any more is kept. */
export interface Retention {
  /** How long the bodies of deliveries are kept, and the reports of those that were given up, in milliseconds. Default 30 days. Without its body, a delivery still counts as known. */
  readonly rawDeliveriesMs?: number | undefined;
  /**
   * How long events, reads and calls are kept after they were handled, in milliseconds. Default: for good. Later they are in neither
   * `events.list` nor `trail`, and cannot be replayed; none is handled twice. The newest event stays.
   */
  readonly handledEventsMs?: number | undefined;
}

/** The erasure of customers. */
export interface LedgerErasure {
  /**
   * Forgets the customer of a link: name, e-mail address and telephone number in the link and in its prepared create, the bodies of its
   * deliveries, and what handlers threw. Amounts, ids, times and statuses stay, and so do title, items, metadata and the fingerprint of
   * the request. Later reports of the gateway about the customer are not stored either; bodies that arrive meanwhile are dropped
   * with their retention at the latest.
   *
   * By `customerEmail` it finds the links that were created for that customer, also those whose create has not ended. Data that a payer has
   * entered on a pay page are found only by `reference`. Safe to repeat. `links` is how many links were found.
   *
   * @example
   * ```ts
   * import type { Ledger } from "@tautan/ledger";
   *
   * const forget = (ledger: Ledger<unknown, unknown>) => ledger.erase({ customerEmail: "budi@example.com" });
   * ```
   */
  erase(subject: ErasureSubject): ResultAsync<{ readonly links: number }, LedgerError>;
}

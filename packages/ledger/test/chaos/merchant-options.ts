/** What a merchant's process is given. */
export interface MerchantOptions {
  readonly place: { readonly file: string } | { readonly url: string };
  /** Whether handlers write in the application's own transaction. */
  readonly isOwn: boolean;
  /** Whether its ways of writing on PostgreSQL are counted and can be forced. */
  readonly isWatched?: boolean;
}

/**
 * How often a process on PostgreSQL has written a report without a lock, and after it has lost a race, under the lock of its link. SQLite
 * has one way for both.
 */
export interface Paths {
  readonly optimistic: number;
  readonly lock: number;
}

/** No key: an effect that happens twice is there twice. */
export const INSERT_EFFECT = "INSERT INTO effects (event_id, link, history) VALUES (?, ?, ?)";
export const numberedInsert = "INSERT INTO effects (event_id, link, history) VALUES ($1, $2, $3)";

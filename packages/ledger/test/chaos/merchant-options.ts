/** What a merchant's process is given. */
export interface MerchantOptions {
  readonly place: { readonly file: string } | { readonly url: string };
  /** Whether handlers write in the application's own transaction. */
  readonly isOwn: boolean;
}

/** No key: an effect that happens twice is there twice. */
export const INSERT_EFFECT = "INSERT INTO effects (event_id, link, history) VALUES (?, ?, ?)";
export const numberedInsert = "INSERT INTO effects (event_id, link, history) VALUES ($1, $2, $3)";

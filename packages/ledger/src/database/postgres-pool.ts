import type { Row } from "./values.ts";

/** The part of a connection of pg that the ledger uses. */
export interface PgClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- pg has many forms of it.
  query(...input: any[]): Promise<{ rows: any[]; command?: string }>;
  release(error?: Error | boolean): void;
  on?(event: "error", listener: (error: Error) => void): unknown;
  off?(event: "error", listener: (error: Error) => void): unknown;
}

/** A `Pool` of pg. */
export interface PgPool {
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  on?(event: "connect", listener: (client: Pick<PgClient, "on">) => void): unknown;
  readonly options?: { readonly max?: number | undefined };
}

const listened = new WeakSet<PgPool>();

/**
 * Listens to the connections of a pool from the moment that each is made. The pool hands one over by a promise: if it ends before that has
 * resolved, nobody else listens, and its event would end the process.
 */
export const listenToNew = <Pool extends PgPool>(pool: Pool): Pool => {
  if (listened.has(pool)) return pool;
  listened.add(pool);
  pool.on?.("connect", (client) => void client.on?.("error", () => {}));
  return pool;
};

/** Writes of a handler on PostgreSQL, in the transaction that marks the event as handled. */
export interface PostgresTransaction {
  /** Runs one statement with values for `$1`, `$2`, and so on. Returns its rows. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

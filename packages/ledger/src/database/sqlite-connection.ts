import type { Row, SqlValue } from "./values.ts";

/** A prepared statement of node:sqlite or better-sqlite3. */
export interface SqliteStatement {
  // oxlint-disable-next-line typescript/no-explicit-any -- each library has its own type of values.
  all(...values: any[]): unknown[];
  // oxlint-disable-next-line typescript/no-explicit-any -- each library has its own type of values.
  run(...values: any[]): unknown;
  /** better-sqlite3: whether it returns rows. */
  readonly reader?: boolean;
  /** node:sqlite. */
  setReadBigInts?(enabled: boolean): unknown;
  setReturnArrays?(enabled: boolean): unknown;
  /** better-sqlite3. */
  safeIntegers?(enabled: boolean): unknown;
}

/** A `DatabaseSync` of node:sqlite or a `Database` of better-sqlite3: the connection that the application has open. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close?(): unknown;
  /** node:sqlite: whether a transaction is open. */
  readonly isTransaction?: boolean;
  /** better-sqlite3: the same. */
  readonly inTransaction?: boolean;
}

/** Writes of a handler on SQLite: at once, in the transaction that marks the event as handled. */
export interface SqliteTransaction {
  run(sql: string, ...values: readonly SqlValue[]): undefined;
  all(sql: string, ...values: readonly SqlValue[]): readonly Row[];
}

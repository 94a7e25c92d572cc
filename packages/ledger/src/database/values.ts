/** The kind of database. */
export type Dialect = "sqlite" | "postgres";

/** A value of a statement's parameter. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A row of a result, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

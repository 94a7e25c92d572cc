import { checkFields } from "../check-fields.ts";
import { type Database, databaseOf } from "./database.ts";
import type { OwnTransaction } from "./engine.ts";
import { createPostgresEngine } from "./postgres-engine.ts";
import { listenToNew, type PgPool, type PostgresTransaction } from "./postgres-pool.ts";

/** The options of `postgres`. */
export interface PostgresOptions {
  /** The schema of the tables; it is created if it does not exist. Default: the first schema of the connection's search path. */
  readonly schema?: string | undefined;
  /** Whether statements are prepared under names. Pass `false` behind a pooler that shares connections per transaction. Default true. */
  readonly preparedStatements?: boolean | undefined;
}

/**
 * A ledger in PostgreSQL, for any number of processes and machines. Needs the package `pg`.
 *
 * @throws `TypeError` if it is given neither a URL nor a pool, or if the schema is not a plain lower-case name.
 *
 * @example
 * ```ts
 * import { postgres } from "@tautan/ledger";
 *
 * const database = postgres(process.env["DATABASE_URL"] ?? "postgres://localhost/shop");
 * ```
 */
export function postgres(
  pool: string | PgPool,
  options?: PostgresOptions,
): Database<PostgresTransaction, Promise<void>>;
/** A ledger whose handlers write in the application's own transactions, such as those of an ORM. */
export function postgres<Tx>(
  pool: string | PgPool,
  options: PostgresOptions & { readonly transaction: OwnTransaction<Tx, Promise<void>> },
): Database<Tx, Promise<void>>;
export function postgres<Tx>(
  pool: string | PgPool,
  options: PostgresOptions & { readonly transaction?: OwnTransaction<Tx, Promise<void>> } = {},
): Database<Tx, Promise<void>> {
  checkFields("postgres", options, { schema: true, preparedStatements: true, transaction: true });
  const { schema, preparedStatements = true, transaction } = options;
  if (schema !== undefined && !SCHEMA_NAME.test(schema)) {
    throw new TypeError(
      `postgres: schema: expected up to 63 of a-z 0-9 _, not starting with a digit, got ${JSON.stringify(schema)}`,
    );
  }
  const isUrl = typeof pool === "string";
  if (isUrl && !isAddress(pool)) {
    throw new TypeError(
      `postgres: expected a URL such as postgres://user:password@host:5432/database, got ${pool === "" ? "an empty text" : "a text that is none"}. Percent-encode characters such as / # ? % in the password.`,
    );
  }
  if (!isUrl && typeof pool?.connect !== "function") {
    const got = pool === null ? "null" : typeof pool;
    throw new TypeError(
      `postgres: expected a URL or a Pool of pg, got ${got}${pool === undefined ? "; check that the environment variable with the URL is set" : ""}`,
    );
  }
  const open = isUrl ? async () => listenToNew(await openPool(pool)) : () => listenToNew(pool);
  const maxConnections = isUrl ? POOL_SIZE : pool.options?.max;
  return databaseOf(
    createPostgresEngine<Tx>({ open, isOwned: isUrl, schema, preparedStatements, maxConnections, transaction }),
  );
}

/** Whether pg can read an address. It also takes the path of a socket, and a URL without a host. Errors of pg would contain the password. */
const isAddress = (text: string): boolean =>
  text.startsWith("/") ||
  (/^(?:postgres|postgresql|socket):/.test(text) &&
    [text, text.replace("@/", "@localhost/")].some((each) => URL.canParse(each.replaceAll(" ", "%20"))));

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** How long to wait for a connection, in milliseconds: less than gateways wait for the response to a delivery. */
const CONNECT_TIMEOUT_MS = 4_000;

/** Connections of a pool that the ledger opens. */
const POOL_SIZE = 10;

const openPool = async (connectionString: string): Promise<PgPool> => {
  // The default export is in every version; those before 8.15 have no named ones for ES modules.
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString, max: POOL_SIZE, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that ends while it is idle is replaced at the next use; the event would end the process if nobody listened.
  pool.on("error", () => {});
  return pool;
};

import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { databaseError } from "../errors.ts";
import { type Database, databaseOf } from "./database.ts";
import type { OwnTransaction } from "./engine.ts";
import type { SqliteConnection, SqliteTransaction } from "./sqlite-connection.ts";
import { createSqliteEngine } from "./sqlite-engine.ts";

/**
 * A ledger in a SQLite file, or in memory with `":memory:"`.
 *
 * Pass the connection that your application has open if it uses the same file: a `DatabaseSync` of node:sqlite, or a `Database`
 * of better-sqlite3. Never open one file with two SQLite libraries in one process: locks of a file are kept per process, so both
 * would write at once and damage it.
 *
 * A file that the ledger opens itself is in WAL mode, and each commit reaches the disk (`synchronous = FULL`). On your own
 * connection, your settings stay.
 *
 * @throws `TypeError` if it is given neither a path nor a connection.
 *
 * @example
 * ```ts
 * import { sqlite } from "@tautan/ledger";
 *
 * const database = sqlite("shop.db");
 * ```
 */
export function sqlite(file: string | SqliteConnection): Database<SqliteTransaction, undefined>;
/** A ledger whose handlers write in the application's own transactions, such as those of a synchronous ORM. */
export function sqlite<Tx>(
  connection: SqliteConnection,
  options: { readonly transaction: OwnTransaction<Tx, undefined> },
): Database<Tx, undefined>;
export function sqlite<Tx>(
  file: string | SqliteConnection,
  options?: { readonly transaction: OwnTransaction<Tx, undefined> },
): Database<Tx, undefined> {
  // SQLite would make a file without a name, and remove it at the end.
  if (file === "") throw new TypeError("sqlite: expected a path, got an empty text");
  if (typeof file === "string")
    return databaseOf(createSqliteEngine<Tx>({ open: () => openFile(file), isOwned: true }));
  if (typeof file?.prepare !== "function" || typeof file.exec !== "function") {
    throw new TypeError("sqlite: expected a path, or an open connection of node:sqlite or better-sqlite3");
  }
  return databaseOf(createSqliteEngine({ open: () => file, isOwned: false, transaction: options?.transaction }));
}

/** How long SQLite itself waits for another process, in milliseconds. It stops this process meanwhile, so not for long. */
const BUSY_TIMEOUT_MS = 50;

/**
 * Pages of the log after which SQLite moves them into the file: up to 16 MB. A page that changes often is then moved less often, but until the
 * log has its full length, each commit makes it longer, which takes 160 µs.
 */
const CHECKPOINT_PAGES = 4_000;
/** The most memory for pages of the file, in KiB. */
const CACHE_KIB = 16_000;

const openFile = async (file: string): Promise<SqliteConnection> => {
  // Only here: Node 22 warns that the module is experimental.
  const { DatabaseSync } = await import("node:sqlite");
  const connection = opened(file, () => new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS }));
  try {
    connection.exec("PRAGMA journal_mode = WAL");
    connection.exec("PRAGMA synchronous = FULL");
    connection.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    connection.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
  return connection;
};

/** Opens a file. SQLite has one error for whatever is in the way. */
const opened = <Connection>(file: string, open: () => Connection): Connection => {
  try {
    return open();
  } catch (thrown) {
    const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const folder = dirname(resolve(file));
    if (!isFolder(folder)) {
      throw databaseError(
        "database_unavailable",
        `expected the folder of the SQLite file to exist, and it does not: ${folder}`,
        thrown,
        {
          hint: "Create the folder, or correct the path. The ledger creates the file, but no folders.",
          retryable: true,
        },
      );
    }
    if (isFolder(resolve(file))) {
      throw databaseError(
        "database_unavailable",
        `expected the path of a file, and it is a folder: ${resolve(file)}`,
        thrown,
        {
          hint: "Add the name of the file to the path, such as shop.db.",
          retryable: true,
        },
      );
    }
    throw thrown;
  }
};

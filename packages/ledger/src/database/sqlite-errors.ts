import { type Advice, type DatabaseError, type DatabaseErrorKind, databaseError } from "../errors.ts";

/** The primary result codes of SQLite, https://www.sqlite.org/rescode.html, and how better-sqlite3 spells them. */
const KINDS: Readonly<Record<number, readonly [name: string, kind: DatabaseErrorKind]>> = {
  5: ["SQLITE_BUSY", "database_locked"],
  6: ["SQLITE_LOCKED", "database_locked"],
  8: ["SQLITE_READONLY", "database_readonly"],
  10: ["SQLITE_IOERR", "database_unavailable"],
  11: ["SQLITE_CORRUPT", "database_corrupt"],
  13: ["SQLITE_FULL", "database_full"],
  14: ["SQLITE_CANTOPEN", "database_unavailable"],
  23: ["SQLITE_AUTH", "database_readonly"],
  26: ["SQLITE_NOTADB", "database_corrupt"],
};

const MESSAGES: Readonly<Record<DatabaseErrorKind, string>> = {
  database_unavailable: "the SQLite file could not be read or written",
  database_locked: "the SQLite file stayed locked",
  database_full: "the disk of the SQLite file is full",
  database_readonly: "the SQLite file is read-only for this process",
  database_corrupt: "the SQLite file is damaged",
};

const NOT_A_DATABASE = "SQLITE_NOTADB";

const ADVICE: Readonly<Record<string, Advice>> = {
  SQLITE_READONLY: {
    hint: "Let this process write to the file, and to its folder, in which SQLite keeps files of its own. If the application has opened the connection to read only, open it for writing.",
    retryable: true,
  },
  SQLITE_FULL: {
    hint: "Free space on the disk of the file, or raise its max_page_count. Then retry.",
    retryable: true,
  },
  SQLITE_IOERR: {
    hint: "Check the disk of the file: it did not read or write what SQLite asked for. Then retry.",
    retryable: true,
  },
  SQLITE_CANTOPEN: {
    hint: "Check that the folder of the file exists, and that this process may read and write both. Then retry.",
    retryable: true,
  },
  [NOT_A_DATABASE]: {
    hint: "Correct the path, so that it is that of a database or of a new file. If it was a database, restore a backup.",
    retryable: false,
  },
};

/** The fault of the database; `undefined` for all other errors, such as those of a statement. */
export const sqliteFailureOf = (thrown: unknown): DatabaseError | undefined => {
  const entry = entryOf(thrown);
  if (entry) {
    const [name, kind] = entry;
    const message =
      name === NOT_A_DATABASE ? "expected a SQLite database, and the file is another one" : MESSAGES[kind];
    return databaseError(kind, `${message} (${name})`, thrown, ADVICE[name]);
  }
  return isClosed(thrown)
    ? databaseError("database_unavailable", "the SQLite connection is closed", thrown)
    : undefined;
};

/** The error of the ledger for an error of node:sqlite or better-sqlite3; `undefined` if it is none. */
export const sqliteErrorOf = (thrown: unknown): DatabaseError | undefined => {
  const failure = sqliteFailureOf(thrown);
  if (failure || !isSqlite(thrown)) return failure;
  return databaseError("database_unavailable", `SQLite refused a statement (${codeOf(thrown)})`, thrown);
};

/** Whether another connection holds the lock. */
export const isBusy = (thrown: unknown): boolean => entryOf(thrown)?.[1] === "database_locked";

/** Whether the connection has an open transaction already: the application's own, on a connection that it shares with us. */
export const isInsideTransaction = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.message.includes("within a transaction");

interface SqliteErrorLike {
  readonly code?: unknown;
  readonly errcode?: unknown;
}

const entryOf = (thrown: unknown): readonly [string, DatabaseErrorKind] | undefined => {
  const { code, errcode } = (thrown ?? {}) as SqliteErrorLike;
  if (typeof errcode === "number") return KINDS[errcode & 0xff];
  return typeof code === "string"
    ? Object.values(KINDS).find(([name]) => code === name || code.startsWith(`${name}_`))
    : undefined;
};

const isSqlite = (thrown: unknown): boolean => {
  const { code } = (thrown ?? {}) as SqliteErrorLike;
  return typeof code === "string" && (code === "ERR_SQLITE_ERROR" || code.startsWith("SQLITE_"));
};

const codeOf = (thrown: unknown): string => {
  const { code, errcode } = thrown as SqliteErrorLike;
  return typeof errcode === "number" ? `code ${errcode}` : String(code);
};

const isClosed = (thrown: unknown): boolean =>
  thrown instanceof Error && /database (connection )?is not open/.test(thrown.message);

import { type Advice, type DatabaseError, type DatabaseErrorKind, databaseError } from "../errors.ts";

interface Fault {
  readonly codes: readonly string[];
  readonly kind: DatabaseErrorKind;
  readonly message: string;
  /** Default: that of its kind. */
  readonly advice?: Advice;
}

const later = (hint: string): Advice => ({ hint, retryable: true });
const never = (hint: string): Advice => ({ hint, retryable: false });

// https://www.postgresql.org/docs/current/errcodes-appendix.html, and the codes of errors of Node
const FAULTS: readonly Fault[] = [
  {
    codes: ["53100", "53200"],
    kind: "database_full",
    message: "PostgreSQL has no space left",
    advice: later("Free space on the disk of PostgreSQL, or give it more memory (53200). Then retry."),
  },
  {
    codes: ["25006"],
    kind: "database_readonly",
    message: "PostgreSQL accepts no writes",
    advice: later("Connect to the primary server and not to a replica, and check default_transaction_read_only."),
  },
  {
    codes: ["42501"],
    kind: "database_readonly",
    message: "PostgreSQL does not let this user write",
    advice: later(
      "Grant the user of the ledger the rights on its schema and tables, to create them at the first use too.",
    ),
  },
  { codes: ["XX001", "XX002"], kind: "database_corrupt", message: "PostgreSQL found damaged data" },
  {
    codes: ["55P03", "40001", "40P01", "57014"],
    kind: "database_locked",
    message: "a lock was not to be had in time",
    advice: later("Keep transactions short that touch the ledger's tables. Then retry."),
  },
  {
    codes: ["28P01"],
    kind: "database_unavailable",
    message: "PostgreSQL refuses the user or the password",
    advice: never("Correct both in the URL or the pool. In a URL, percent-encode characters such as @ : / # in them."),
  },
  {
    codes: ["28000"],
    kind: "database_unavailable",
    message: "PostgreSQL does not let this user connect",
    advice: never(
      "Check the user's name, and in pg_hba.conf whether it may connect from here, and only with TLS (sslmode=require).",
    ),
  },
  {
    codes: ["3D000"],
    kind: "database_unavailable",
    message: "the database does not exist",
    advice: never(
      "Create the database, or correct its name, the last part of the URL. The ledger creates tables, but no databases.",
    ),
  },
  {
    codes: ["53300"],
    kind: "database_unavailable",
    message: "PostgreSQL has no connection left",
    advice: later("Start fewer processes, make their pools smaller, or raise max_connections. Then retry."),
  },
  {
    codes: ["42P01", "3F000"],
    kind: "database_unavailable",
    message: "a table or the schema of the ledger is not there any more",
    advice: never("Restore a backup, or create a new ledger, which makes the tables at its first use."),
  },
  {
    codes: ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"],
    kind: "database_unavailable",
    message: "the package pg is not installed",
    advice: never("Install it: npm install pg."),
  },
  {
    codes: ["ECONNREFUSED"],
    kind: "database_unavailable",
    message: "PostgreSQL cannot be reached, nothing listens at its host and port",
    advice: later("Start PostgreSQL, or correct host and port in the URL or the pool."),
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN"],
    kind: "database_unavailable",
    message: "PostgreSQL cannot be reached, its host is not known",
    advice: later("Correct the host in the URL or the pool, or check the name server."),
  },
];

/** Errors of pg without a code, by their texts. */
const UNCODED: readonly (readonly [text: RegExp, message: string, advice: Advice])[] = [
  [
    /client password must be a (?:non-empty )?string/,
    "PostgreSQL asks for a password, and there is none",
    never("Add the password to the URL or the pool."),
  ],
  [
    /does not support SSL/,
    "PostgreSQL does not support TLS, and the URL or the pool asks for it",
    never("Remove sslmode from the URL, or set up TLS in PostgreSQL."),
  ],
  [
    /timeout exceeded when trying to connect|timeout expired/,
    "PostgreSQL was not reached in time",
    later(
      "Check that the server runs, that host and port are right, that no firewall is in between, and that the pool is large enough.",
    ),
  ],
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * A lost connection, as Node and pg report it, https://nodejs.org/api/errors.html#common-system-errors, and as postgres.js does,
 * https://github.com/porsager/postgres#error-handling. `EPIPE` has the form of a SQLSTATE.
 */
const LOST_CODES: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPROTO",
  "ERR_STREAM_DESTROYED",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
]);

/** Classes 08 and 57P of https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOST_STATE = /^(?:08[0-9A-Z]{3}|57P[0-9A-Z]{2})$/;

/** Of TLS: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$)/;

/** Errors of pg itself, and of the pool of Knex, have no code. */
const LOST_TEXT =
  /^Connection terminated|^Client (?:has encountered a connection error|was closed) and is not queryable|timeout exceeded when trying to connect|^There was an error establishing an SSL connection|^SASL: |^Cannot use a pool after calling end|^Query read timeout|^Client has already been connected|Timeout acquiring a connection/;

/** The fault of the database; `undefined` for all other errors, such as those of a statement. */
export const postgresFailureOf = (thrown: unknown): DatabaseError | undefined => {
  const code = codeOf(thrown) ?? "";
  const known = isOtherModule(thrown, code) ? undefined : FAULTS.find(({ codes }) => codes.includes(code));
  if (known) return databaseError(known.kind, `${known.message} (${code})`, thrown, known.advice);
  const text = code === "" && thrown instanceof Error ? thrown.message : "";
  const uncoded = UNCODED.find(([pattern]) => pattern.test(text));
  if (uncoded) return databaseError("database_unavailable", uncoded[1], thrown, uncoded[2]);
  if (!isKnownAsLost(thrown)) return undefined;
  const detail = code === "" ? "the connection was lost" : code;
  const advice = later(
    "Check that the server runs, and that host and port of the URL or the pool are right. Then retry.",
  );
  return databaseError("database_unavailable", `PostgreSQL cannot be reached (${detail})`, thrown, advice);
};

/** Applications load modules too. */
const isOtherModule = (thrown: unknown, code: string): boolean =>
  code.endsWith("MODULE_NOT_FOUND") && !(thrown instanceof Error && /['"]pg['"]/.test(thrown.message));

/** The error of the ledger for an error of pg. */
export const postgresErrorOf = (thrown: unknown): DatabaseError =>
  postgresFailureOf(thrown) ??
  databaseError("database_unavailable", `a statement failed unexpectedly (${codeOf(thrown) ?? "no code"})`, thrown);

/** Whether PostgreSQL undid a transaction so that another could go on: the same may be run again. */
export const isUndone = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  return code === "40001" || code === "40P01";
};

/** Whether a lock was not to be had in time. Libraries wrap the error of PostgreSQL, each in its own way. */
export const isLockTimeout = (thrown: unknown, depth = 0): boolean => {
  if (typeof thrown !== "object" || thrown === null || depth === MAX_WRAPPERS) return false;
  const { code, originalCode, cause, driverError, meta, driverAdapterError } = thrown as {
    readonly [_ in "code" | "originalCode" | "cause" | "driverError" | "meta" | "driverAdapterError"]?: unknown;
  };
  if (code === LOCK_TIMEOUT || originalCode === LOCK_TIMEOUT) return true;
  return [cause, driverError, meta, driverAdapterError].some((inner) => isLockTimeout(inner, depth + 1));
};

const LOCK_TIMEOUT = "55P03";
const MAX_WRAPPERS = 5;

/** Whether it is certainly the connection that was lost. Any other code is that of a library or the application. */
const isKnownAsLost = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  if (code === undefined) return thrown instanceof Error && LOST_TEXT.test(thrown.message);
  if (LOST_CODES.has(code) || TLS_CODE.test(code) || LOST_STATE.test(code)) return true;
  // Such as ENOENT, if the socket of PostgreSQL is a file that is not there.
  return (thrown as { readonly syscall?: unknown }).syscall === "connect";
};

/** Whether the connection is to be closed, which it is in doubt. */
export const isConnectionLost = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  // Errors of pg itself have no code.
  if (code === undefined)
    return thrown instanceof Error && /connection|timeout exceeded|not queryable/i.test(thrown.message);
  return !SQLSTATE.test(code) || LOST_CODES.has(code) || LOST_STATE.test(code);
};

const codeOf = (thrown: unknown): string | undefined => {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : undefined;
};

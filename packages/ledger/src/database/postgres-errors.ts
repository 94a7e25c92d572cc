import { type DatabaseError, type DatabaseErrorKind, databaseError } from "../errors.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const KINDS: readonly (readonly [ReadonlySet<string>, DatabaseErrorKind, string])[] = [
  [new Set(["53100", "53200"]), "database_full", "PostgreSQL has no space left"],
  [new Set(["25006", "42501"]), "database_readonly", "PostgreSQL does not let this process write"],
  [new Set(["XX001", "XX002"]), "database_corrupt", "PostgreSQL found damaged data"],
  [new Set(["55P03", "40001", "40P01", "57014"]), "database_locked", "a lock was not to be had in time"],
];
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The fault of the database; `undefined` for all other errors, such as those of a statement. */
export const postgresFailureOf = (thrown: unknown): DatabaseError | undefined => {
  const code = codeOf(thrown) ?? "";
  const known = KINDS.find(([codes]) => codes.has(code));
  if (known) return databaseError(known[1], `${known[2]} (${code})`, thrown);
  if (!isConnectionLost(thrown)) return undefined;
  const detail = code === "" ? "the connection was lost" : code;
  return databaseError("database_unavailable", `PostgreSQL cannot be reached (${detail})`, thrown);
};

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

/** Whether the connection itself is of no more use. */
export const isConnectionLost = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  // Errors of pg itself have no code.
  if (code === undefined)
    return thrown instanceof Error && /connection|timeout exceeded|not queryable/i.test(thrown.message);
  return !SQLSTATE.test(code) || code.startsWith("57P") || code.startsWith("08");
};

const codeOf = (thrown: unknown): string | undefined => {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : undefined;
};

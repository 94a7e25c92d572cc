import { type DatabaseError, databaseError } from "../errors.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const FULL = new Set(["53100", "53200"]);
const READONLY = new Set(["25006", "42501"]);
const CORRUPT = new Set(["XX001", "XX002"]);
const LOCKED = new Set(["55P03", "40001", "40P01", "57014"]);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The error of the ledger for an error of pg. */
export const postgresErrorOf = (thrown: unknown): DatabaseError => {
  const code = codeOf(thrown);
  if (code === undefined) return databaseError("database_unavailable", "the connection to PostgreSQL was lost", thrown);
  if (FULL.has(code)) return databaseError("database_full", `PostgreSQL has no space left (${code})`, thrown);
  if (READONLY.has(code)) return databaseError("database_readonly", `PostgreSQL refused to write (${code})`, thrown);
  if (CORRUPT.has(code)) return databaseError("database_corrupt", `PostgreSQL found damaged data (${code})`, thrown);
  if (LOCKED.has(code)) return databaseError("database_locked", `a lock was not to be had in time (${code})`, thrown);
  if (!SQLSTATE.test(code))
    return databaseError("database_unavailable", `PostgreSQL cannot be reached (${code})`, thrown);
  return databaseError("database_unavailable", `PostgreSQL refused a statement (${code})`, thrown);
};

/** Whether PostgreSQL undid a transaction so that another could go on: the same may be run again. */
export const isUndone = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  return code === "40001" || code === "40P01";
};

/** Whether the connection itself is of no more use. */
export const isConnectionLost = (thrown: unknown): boolean => {
  const code = codeOf(thrown);
  return code === undefined || !SQLSTATE.test(code) || code.startsWith("57P") || code.startsWith("08");
};

const codeOf = (thrown: unknown): string | undefined => {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : undefined;
};

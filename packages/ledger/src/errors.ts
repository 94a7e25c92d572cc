import type { WebhookAcknowledgement, WebhookError } from "@tautan/core";

/** The faults of a database. */
export type DatabaseErrorKind =
  | "database_unavailable"
  | "database_locked"
  | "database_full"
  | "database_readonly"
  | "database_corrupt";

/**
 * The database could not do its part. Nothing of the failed call was stored.
 *
 * - `database_unavailable`: it cannot be reached, or refuses connections.
 * - `database_locked`: somebody else held it for too long, or the application's own connection has an open transaction.
 * - `database_full`: no space is left.
 * - `database_readonly`: it does not allow this process to write.
 * - `database_corrupt`: the file is damaged, or a row does not have the form that the ledger writes.
 */
export interface DatabaseError {
  readonly kind: DatabaseErrorKind;
  /** The expected state, and the received one. Contains no values of rows. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** Whether the same call may succeed later without a change to the database. */
  readonly retryable: boolean;
  /** The database's own error. Not enumerable, because it can contain values of rows. */
  readonly cause?: unknown;
}

/** The tables were made by another version of this package, and were not changed. */
export interface SchemaMismatchError {
  readonly kind: "schema_mismatch";
  /** The version of the tables; 0 if there are none. */
  readonly found: number;
  /** The version that this package works with. */
  readonly expected: number;
  readonly message: string;
  readonly hint: string;
  readonly retryable: false;
}

/** The database does not work as it must. */
export type StorageError = DatabaseError | SchemaMismatchError;

/**
 * The question or its subject is not one of this ledger.
 *
 * - `unknown_link`: the ledger has no such link.
 * - `unknown_event`: no event has this id.
 * - `event_is_handled`: the event was handled already.
 * - `unknown_delivery`: no delivery has this id.
 * - `nothing_to_retry`: everything that the delivery reports was applied, or is not kept any more.
 * - `invalid_query`: a filter, a limit or a cursor is not valid.
 */
export interface RefusedError {
  readonly kind:
    | "unknown_link"
    | "unknown_event"
    | "event_is_handled"
    | "unknown_delivery"
    | "nothing_to_retry"
    | "invalid_query";
  readonly message: string;
  readonly hint: string;
  readonly retryable: false;
}

/** Another process or call creates a link with this reference, and was not done before the deadline. This call sent nothing. */
export interface InProgressError {
  readonly kind: "in_progress";
  readonly message: string;
  readonly hint: string;
  readonly retryable: true;
}

/** Why the ledger could not do what was asked, for reasons of its own. */
export type LedgerError = StorageError | RefusedError | InProgressError;

/** Why a delivery was not stored. Each carries the acknowledgement to send. */
export type IngestError = WebhookError | (StorageError & { readonly acknowledgement: WebhookAcknowledgement });

/** Advice on a fault. */
export interface Advice {
  readonly hint: string;
  readonly retryable: boolean;
}

/** Makes the error of a database, with the advice of its kind unless more is known. */
export const databaseError = (
  kind: DatabaseErrorKind,
  message: string,
  cause?: unknown,
  advice: Advice = ADVICE[kind],
): DatabaseError => {
  const { hint, retryable } = advice;
  const error = { kind, message, hint, retryable };
  Object.defineProperty(error, "cause", { value: cause, enumerable: false });
  return Object.freeze(error);
};

/** Whether something that was thrown is the error of a database, and not that of a library or a handler. */
export const isDatabaseError = (thrown: unknown): thrown is DatabaseError =>
  typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "kind" in thrown;

/** Makes the error of a question that the ledger does not answer. */
export const refused = (kind: RefusedError["kind"], message: string, hint: string): RefusedError =>
  Object.freeze({ kind, message, hint, retryable: false });

/** Makes the error of a create that others had under way for the whole time. */
export const inProgress = (waitedMs: number): InProgressError =>
  Object.freeze({
    kind: "in_progress",
    message: `expected the create of this reference that is under way to end within ${waitedMs} ms, and it did not`,
    hint: "Call create again with the same request: it returns the link once it is made.",
    retryable: true,
  });

/** Makes the error of tables of another version. */
export const schemaMismatch = (found: number, expected: number): SchemaMismatchError =>
  Object.freeze({
    kind: "schema_mismatch",
    found,
    expected,
    message: `expected tables of version ${expected}, found ${found === 0 ? "none" : `version ${found}`}`,
    hint:
      found > expected
        ? "A later version of @tautan/ledger changed the tables. Update this process to that version."
        : 'Call ledger.migrate() once before this process starts, or leave out migrate: "never".',
    retryable: false,
  });

const ADVICE: Readonly<Record<DatabaseErrorKind, Advice>> = {
  database_unavailable: { hint: "Check that the database runs and can be reached, then retry.", retryable: true },
  database_locked: {
    hint: "Keep transactions short, and end each one that the application opens on a shared connection. Then retry.",
    retryable: true,
  },
  database_full: { hint: "Free space on the database's disk, then retry.", retryable: true },
  database_readonly: { hint: "Let this process write to the ledger's tables, then retry.", retryable: true },
  database_corrupt: {
    hint: "Stop writing, check the database's integrity, and restore a backup if it is damaged.",
    retryable: false,
  },
};

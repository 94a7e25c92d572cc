// Waiting for SQLite's lock. Each attempt is synchronous, and one that did not have the lock has done nothing.
import timers from "node:timers";
import { type DatabaseError, databaseError } from "../errors.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy, isInsideTransaction } from "./sqlite-errors.ts";

/** How long to wait for a lock, in milliseconds, and how often to look. */
const LOCK_WAIT_MS = 5_000;
const LOCK_PAUSE_MS = 10;

// Kept, so that faked timers of an application's tests do not stop the waiting.
const { setTimeout } = timers;

export const OPEN_TRANSACTION = "the application's own transaction on this connection stayed open";

/** An attempt that did not have the lock. */
export interface Locked {
  readonly locked: DatabaseError;
}

/** Whether a transaction could begin on a connection, by beginning one that does nothing. */
export const beginNothing = (connection: SqliteConnection): Locked | undefined => {
  try {
    connection.exec("BEGIN IMMEDIATE");
  } catch (thrown) {
    const locked = lockedBy(thrown);
    if (locked) return locked;
    throw thrown;
  }
  connection.exec("ROLLBACK");
  return undefined;
};

/** The error of a lock that was not to be had; `undefined` if it is another one. */
export const lockedBy = (thrown: unknown): Locked | undefined => {
  if (isBusy(thrown))
    return { locked: databaseError("database_locked", "another connection held the lock for too long", thrown) };
  if (isInsideTransaction(thrown)) return { locked: databaseError("database_locked", OPEN_TRANSACTION, thrown) };
  return undefined;
};

/** Runs something that may be run again if the lock was not to be had. */
export const unlessLocked = <T extends object>(work: () => T): T | Locked => {
  try {
    return work();
  } catch (thrown) {
    const locked = isBusy(thrown) ? lockedBy(thrown) : undefined;
    if (locked) return locked;
    throw thrown;
  }
};

/** Opens a connection, which sets its mode, and so needs the lock of a new file. */
export const openUnlocked = async (
  open: () => SqliteConnection | Promise<SqliteConnection>,
): Promise<SqliteConnection> => {
  for (let waitedMs = 0; ; waitedMs += LOCK_PAUSE_MS) {
    try {
      return await open();
    } catch (thrown) {
      if (!isBusy(thrown) || waitedMs >= LOCK_WAIT_MS) throw thrown;
    }
    await pause();
  }
};

const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, LOCK_PAUSE_MS));

const isLocked = (value: object): value is Locked => "locked" in value;

/** Tries until the lock was had, or for too long. Each attempt is synchronous: nothing else runs inside it. */
export const waitForLock = async <T extends object>(attempt: () => T | Locked): Promise<T> => {
  for (let waitedMs = 0; ; waitedMs += LOCK_PAUSE_MS) {
    const outcome = attempt();
    if (!isLocked(outcome)) return outcome;
    if (waitedMs >= LOCK_WAIT_MS) throw outcome.locked;
    await pause();
  }
};

import timers from "node:timers";
import { ResultAsync } from "neverthrow";
import { type DatabaseError, databaseError, isDatabaseError } from "../errors.ts";
import {
  type Engine,
  type Fence,
  HAS_ENDED,
  type Handled,
  type OwnTransaction,
  TRANSACTION_HAS_ENDED,
  UnreadableRow,
} from "./engine.ts";
import type { SqliteConnection, SqliteStatement, SqliteTransaction } from "./sqlite-connection.ts";
import { isInsideTransaction, sqliteErrorOf, sqliteFailureOf } from "./sqlite-errors.ts";
import { guardTransaction, type TransactionGuard, TransactionUndone, watched } from "./sqlite-guard.ts";
import {
  beginNothing,
  type Locked,
  lockedBy,
  OPEN_TRANSACTION,
  openUnlocked,
  unlessLocked,
  waitForLock,
} from "./sqlite-lock.ts";
import { type Bound, createCompiler } from "./statement.ts";
import type { Unit } from "./unit.ts";
import type { Row, SqlValue } from "./values.ts";

export interface SqliteEngineOptions<Tx> {
  /** Opens the connection at the first use. */
  readonly open: () => SqliteConnection | Promise<SqliteConnection>;
  /** Whether `end` closes it. */
  readonly isOwned: boolean;
  readonly transaction?: OwnTransaction<Tx, undefined> | undefined;
}

/** Most units in one transaction. A commit costs one write to the disk, however many units it holds. */
const MAX_GROUP = 64;
// Kept, so that faked timers of an application's tests do not stop the commits.
const { setImmediate } = timers;

const DONE = Object.freeze({});

/** Work that runs in one transaction, and receives its outcome. */
interface Job {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/** Runs units on one SQLite connection. A transaction never waits for anything between its BEGIN and its COMMIT. */
export const createSqliteEngine = <Tx = SqliteTransaction>(options: SqliteEngineOptions<Tx>): Engine<Tx, undefined> => {
  const compiled = createCompiler("sqlite");
  const statements = new Map<string, SqliteStatement>();
  let opened: Promise<SqliteConnection> | undefined;
  let queue: Job[] = [];
  let isWorking = false;
  let hasEnded = false;

  const open = async (): Promise<SqliteConnection> => {
    if (hasEnded) throw databaseError("database_unavailable", HAS_ENDED);
    opened ??= openUnlocked(options.open).catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return await opened;
  };

  const execute = (connection: SqliteConnection, bound: Bound): readonly Row[] => {
    if ("text" in bound) return rowsOf(prepare(connection, bound.text), []);
    const { sql, values } = compiled(bound);
    const known = statements.get(sql) ?? prepare(connection, sql);
    statements.set(sql, known);
    return rowsOf(known, values(bound.parameters));
  };

  const finish = <T>(connection: SqliteConnection, unit: Unit<T>): T => {
    let step = unit.next([]);
    while (!step.done) step = unit.next(execute(connection, step.value));
    return step.value;
  };

  /** Runs jobs in one transaction, or throws and leaves nothing. Returns without having begun if the lock is not to be had. */
  const commit = (connection: SqliteConnection, jobs: readonly Job[]): readonly unknown[] | Locked => {
    try {
      connection.exec("BEGIN IMMEDIATE");
    } catch (thrown) {
      const locked = lockedBy(thrown);
      if (locked) return locked;
      throw thrown;
    }
    try {
      const values = jobs.map((job) => job.run());
      connection.exec("COMMIT");
      return values;
    } catch (thrown) {
      rollBack(connection);
      throw thrown;
    }
  };

  /** Runs a group of jobs, and each alone if the group fails: one that fails must not take the others with it. */
  const settle = async (jobs: readonly Job[]): Promise<void> => {
    try {
      const connection = await open();
      const values = await waitForLock(() => commit(connection, jobs));
      for (const [index, job] of jobs.entries()) job.resolve(values[index]);
    } catch (thrown) {
      const [first] = jobs;
      if (jobs.length === 1 || isDatabaseError(thrown)) for (const job of jobs) job.reject(thrown);
      else if (first) for (const job of jobs) await settle([job]);
    }
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = queue.slice(0, MAX_GROUP);
      queue = queue.slice(MAX_GROUP);
      await settle(group);
    }
    isWorking = false;
  };

  const enqueue = (run: Job["run"]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      queue.push({ run, resolve, reject });
      if (isWorking) return;
      isWorking = true;
      // Whatever else arrives in this turn shares the commit.
      setImmediate(() => void work());
    });

  const transaction = <T>(unit: () => Unit<T>): ResultAsync<T, DatabaseError> =>
    contained(open().then((connection) => enqueue(() => finish(connection, unit())) as Promise<T>));

  /** Without WAL, a read too has to wait while another process commits. */
  const read = async <T>(unit: () => Unit<T>): Promise<T> => {
    const connection = await open();
    const { value } = await waitForLock(() => unlessLocked(() => ({ value: finish(connection, unit()) })));
    return value;
  };

  const inOurs = async (fence: Fence, handler: (tx: Tx) => undefined): Promise<Handled> => {
    const connection = await open();
    const handled = await waitForLock(() =>
      commit(connection, [
        {
          run: () => {
            if (execute(connection, fence.quiet).length === 0) return "before" satisfies Handled;
            const guard = guardTransaction(connection);
            const { tx, end } = transactionOn(connection, guard);
            try {
              refusePromise(handler(tx as Tx));
            } finally {
              end();
            }
            guard.check();
            return "now" satisfies Handled;
          },
          resolve: () => {},
          reject: () => {},
        },
      ]),
    );
    return handled[0] as Handled;
  };

  const inTheirs = async (
    own: OwnTransaction<Tx, undefined>,
    fence: Fence,
    handler: (tx: Tx) => undefined,
  ): Promise<Handled> => {
    if ("text" in fence.strict) throw new TypeError("expected a statement with values as fence");
    const connection = await open();
    const { sql, values } = compiled(fence.strict);
    const bound = values(fence.strict.parameters);
    return waitForLock(() => {
      // A library would join an open transaction, whose end is not known here: it must have none.
      const open = beginNothing(connection);
      if (open) return open;
      let guard: TransactionGuard | undefined;
      try {
        own((tx, run) => {
          refusePromise(run(sql, bound));
          const its = guardTransaction(connection);
          guard = its;
          watched(connection, its, () => refusePromise(handler(tx)));
          its.check();
          return undefined;
        });
      } catch (thrown) {
        const locked = guard ? undefined : lockedBy(thrown);
        if (locked) return locked;
        throw thrown;
      }
      return DONE;
    }).then(() => "now");
  };

  return {
    dialect: "sqlite",
    read: (unit) => contained(read(unit)),
    write: transaction,
    transaction,
    failureOf,
    guarded: (unit) => transaction(() => unit(false)),
    handle: (fence, handler) =>
      options.transaction ? inTheirs(options.transaction, fence, handler) : inOurs(fence, handler),
    end: async () => {
      if (!options.isOwned) return;
      hasEnded = true;
      if (!opened) return;
      const connection = await opened;
      opened = undefined;
      statements.clear();
      connection.close?.();
    },
  };
};

/** What a handler writes through. Once it has ended, it writes nothing: the statement would be committed alone. */
const transactionOn = (
  connection: SqliteConnection,
  guard: TransactionGuard,
): { readonly tx: SqliteTransaction; readonly end: () => void } => {
  let hasEnded = false;
  const all = (sql: string, ...values: readonly SqlValue[]): readonly Row[] => {
    if (hasEnded) throw new TypeError(TRANSACTION_HAS_ENDED);
    return guard.run(() => rowsOf(connection.prepare(sql), values));
  };
  const tx: SqliteTransaction = {
    run: (sql, ...values) => {
      all(sql, ...values);
      return undefined;
    },
    all,
  };
  return {
    tx,
    end: () => {
      hasEnded = true;
    },
  };
};

/** A statement of the ledger, whose rows have the same form whatever the application has set for its connection. */
const prepare = (connection: SqliteConnection, sql: string): SqliteStatement => {
  const statement = connection.prepare(sql);
  statement.setReadBigInts?.(false);
  statement.setReturnArrays?.(false);
  statement.safeIntegers?.(false);
  return statement;
};

/** better-sqlite3 needs to know which statements return rows; node:sqlite returns none of the others. */
const rowsOf = (statement: SqliteStatement, values: readonly SqlValue[]): readonly Row[] => {
  if (statement.reader === false) {
    statement.run(...values);
    return [];
  }
  return statement.all(...values) as readonly Row[];
};

const rollBack = (connection: SqliteConnection): void => {
  try {
    connection.exec("ROLLBACK");
  } catch {
    // SQLite has rolled back already, as it does when the disk is full.
  }
};

const refusePromise = (value: unknown): undefined => {
  const isPromise = typeof value === "object" && value !== null && "then" in value;
  if (!isPromise) return undefined;
  // Whatever it does from here on has failed already, and must not end the process.
  void Promise.resolve(value).catch(() => {});
  throw new TypeError(
    "the handler of a ledger on SQLite returned a promise: its transaction cannot wait. Write through `tx` without await, and do what must wait elsewhere.",
  );
};

/** A full disk is not the handler's fault. */
const undoneFailure = (thrown: TransactionUndone): DatabaseError =>
  sqliteFailureOf(thrown.cause) ?? databaseError("database_unavailable", thrown.message, thrown);

const errorOf = (thrown: unknown): DatabaseError => {
  if (isDatabaseError(thrown)) return thrown;
  if (thrown instanceof UnreadableRow) return databaseError("database_corrupt", thrown.message, thrown);
  if (isInsideTransaction(thrown)) return databaseError("database_locked", OPEN_TRANSACTION, thrown);
  const known = sqliteErrorOf(thrown);
  return known ?? databaseError("database_unavailable", "a statement of the ledger failed unexpectedly", thrown);
};

const failureOf = (thrown: unknown): DatabaseError | undefined =>
  isDatabaseError(thrown)
    ? thrown
    : thrown instanceof TransactionUndone
      ? undoneFailure(thrown)
      : (lockedBy(thrown)?.locked ?? sqliteFailureOf(thrown));

const contained = <T>(promise: Promise<T>): ResultAsync<T, DatabaseError> => ResultAsync.fromPromise(promise, errorOf);

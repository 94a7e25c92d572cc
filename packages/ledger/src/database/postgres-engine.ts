import { ResultAsync } from "neverthrow";
import { type DatabaseError, databaseError, isDatabaseError } from "../errors.ts";
import {
  type Engine,
  type Fence,
  HAS_ENDED,
  type Handled,
  HandlerTimeout,
  LostRace,
  type OwnTransaction,
  TRANSACTION_HAS_ENDED,
  type Turn,
  UnreadableRow,
} from "./engine.ts";
import { isConnectionLost, isLockTimeout, isUndone, postgresErrorOf, postgresFailureOf } from "./postgres-errors.ts";
import type { PgClient, PgPool, PostgresTransaction } from "./postgres-pool.ts";
import { type Bound, createCompiler } from "./statement.ts";
import type { Unit } from "./unit.ts";
import type { Row } from "./values.ts";

export interface PostgresEngineOptions<Tx> {
  /** Opens the pool at the first use. */
  readonly open: () => PgPool | Promise<PgPool>;
  /** Whether `end` closes it. */
  readonly isOwned: boolean;
  readonly schema?: string | undefined;
  readonly preparedStatements: boolean;
  /** The size of the pool, if it is known. */
  readonly maxConnections?: number | undefined;
  readonly transaction?: OwnTransaction<Tx, Promise<void>> | undefined;
}

/** Most tries of a transaction or a statement that PostgreSQL undoes so that another can go on. */
const MAX_TRIES = 5;

/**
 * The isolation that the statements of the ledger are written for, whatever the default of the database is: a statement that has waited for a
 * lock must see what the other transaction has written.
 */
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";

const unlessUndone = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (tries === MAX_TRIES || !isUndone(thrown)) throw thrown;
    }
  }
};

/** Runs units on a pool of PostgreSQL. */
export const createPostgresEngine = <Tx = PostgresTransaction>(
  options: PostgresEngineOptions<Tx>,
): Engine<Tx, Promise<void>> => {
  const { schema } = options;
  const compiled = createCompiler("postgres", schema);
  let opened: Promise<PgPool> | undefined;
  let hasEnded = false;

  const open = async (): Promise<PgPool> => {
    if (hasEnded) throw databaseError("database_unavailable", HAS_ENDED);
    opened ??= (async () => options.open())().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return await opened;
  };

  const execute = async (client: PgClient, bound: Bound): Promise<readonly Row[]> => {
    if ("text" in bound) return (await client.query(bound.text)).rows;
    const { name, sql, values } = compiled(bound);
    const named = options.preparedStatements ? { name } : {};
    return (await client.query({ ...named, text: sql, values: values(bound.parameters), types: TYPES })).rows;
  };

  const finish = async <T>(client: PgClient, unit: Unit<T>): Promise<T> => {
    let step = unit.next([]);
    while (!step.done) step = unit.next(await execute(client, step.value));
    return step.value;
  };

  /** `giveUp` makes the connection be closed afterwards, so that nobody has it next. */
  const withClient = async <T>(work: (client: PgClient, giveUp: () => void) => Promise<T>): Promise<T> => {
    const pool = await open();
    const client = await pool.connect();
    // A connection that ends while it is idle reports it by an event, which would end the process if nobody listened.
    client.on?.("error", ignore);
    let isLost = false;
    const giveUp = (): void => {
      isLost = true;
    };
    try {
      return await work(client, giveUp);
    } catch (thrown) {
      if (isConnectionLost(thrown) || thrown instanceof HandlerTimeout) giveUp();
      throw thrown;
    } finally {
      // The pool does not listen to a connection that it closes, which may report an error once more.
      if (!isLost) client.off?.("error", ignore);
      client.release(isLost);
    }
  };

  const inTransaction = <T>(begin: string, work: (client: PgClient) => Promise<T>): Promise<T> =>
    withClient(async (client, giveUp) => {
      await client.query(begin);
      try {
        const value = await work(client);
        // If a statement failed and nobody reported it, PostgreSQL undoes everything, and reports that without an error.
        if ((await client.query("COMMIT")).command === "ROLLBACK") throw new HiddenFailure(HIDDEN_FAILURE);
        return value;
      } catch (thrown) {
        // Behind a statement that hangs, ROLLBACK would wait too. The connection is closed instead, which undoes everything.
        // So it is if ROLLBACK fails: the next transaction would be part of this one, and commit what was to be undone.
        if (!(thrown instanceof HandlerTimeout)) await client.query("ROLLBACK").catch(giveUp);
        throw thrown;
      }
    });

  const transact = <T>(unit: () => Unit<T>): Promise<T> =>
    unlessUndone(() => inTransaction(BEGIN, (client) => finish(client, unit())));

  /** One statement after the other. Where the database's default is a stricter isolation, it can undo each of them. */
  const alone = <T>(unit: () => Unit<T>): Promise<T> =>
    unlessUndone(() => withClient((client) => finish(client, unit())));

  const guarded = async <T>(unit: (isLocking: boolean) => Unit<T>): Promise<T> => {
    try {
      return await withClient((client) => finish(client, unit(false)));
    } catch (thrown) {
      if (!(thrown instanceof LostRace) && !isUndone(thrown)) throw thrown;
      return transact(() => unit(true));
    }
  };

  const inOurs = (
    fence: Fence,
    handler: (tx: Tx) => Promise<void>,
    turn: Turn,
    fencing: <T>(work: () => Promise<T>) => Promise<T>,
  ): Promise<Handled> =>
    // In the isolation that the application has set for its own statements.
    inTransaction("BEGIN", async (client) => {
      if ((await fencing(() => execute(client, fence.quiet))).length === 0) return "before";
      // Once it has ended, the connection is somebody else's.
      let isOver = false;
      const tx: PostgresTransaction = {
        query: async (sql, values) => {
          if (isOver) throw new TypeError(TRANSACTION_HAS_ENDED);
          return (await client.query(sql, values === undefined ? [] : [...values])).rows;
        },
      };
      try {
        await inTime(turn, handler(tx as Tx));
      } finally {
        isOver = true;
      }
      return "now";
    });

  const inTheirs = async (
    own: OwnTransaction<Tx, Promise<void>>,
    fence: Fence,
    handler: (tx: Tx) => Promise<void>,
    fencing: <T>(work: () => Promise<T>) => Promise<T>,
  ): Promise<Handled> => {
    if ("text" in fence.strict) throw new TypeError("expected a statement with values as fence");
    const { sql, values } = compiled(fence.strict);
    const bound = values(fence.strict.parameters);
    await own(async (tx, run) => {
      await fencing(async () => run(sql, bound));
      // It is not cut: what it wrote later would be outside the transaction, which is not ours to close.
      await handler(tx);
      // Fails if a statement of the handler has failed and the handler went on: then nothing would be committed.
      await run("SELECT 1", []);
    });
    return "now";
  };

  return {
    dialect: "postgres",
    schema,
    maxConnections: options.maxConnections,
    read: (unit) => contained(alone(unit)),
    write: (unit) => contained(alone(unit)),
    failureOf: (thrown) => (isDatabaseError(thrown) ? thrown : postgresFailureOf(thrown)),
    transaction: (unit) => contained(transact(unit)),
    guarded: (unit) => contained(guarded(unit)),
    handle: (fence, handler, turn) =>
      unlessHeld((fencing) =>
        options.transaction
          ? inTheirs(options.transaction, fence, handler, fencing)
          : inOurs(fence, handler, turn, fencing),
      ),
    end: async () => {
      if (!options.isOwned) return;
      hasEnded = true;
      if (!opened) return;
      const pool = await opened;
      opened = undefined;
      await pool.end();
    },
  };
};

const ignore = (): void => {};

/** Runs a fence with its work. Libraries change errors on their way: that the lock was not to be had is noted when it happens. */
const unlessHeld = async (
  work: (fencing: <T>(fence: () => Promise<T>) => Promise<T>) => Promise<Handled>,
): Promise<Handled> => {
  let isHeld = false;
  try {
    return await work((fence) =>
      fence().catch((thrown: unknown) => {
        isHeld = isLockTimeout(thrown);
        throw thrown;
      }),
    );
  } catch (thrown) {
    if (isHeld) return "elsewhere";
    throw thrown;
  }
};

const inTime = async ({ leaseMs, timer }: Turn, work: Promise<void>): Promise<void> => {
  const end = new AbortController();
  const cut = async (): Promise<void> => {
    await timer.limit(leaseMs, end.signal);
    if (!end.signal.aborted) throw new HandlerTimeout(leaseMs);
  };
  try {
    await Promise.race([work, cut()]);
  } finally {
    end.abort();
  }
};

/** A statement failed, and the handler went on. */
class HiddenFailure extends Error {
  override readonly name = "HiddenFailure";
}

const HIDDEN_FAILURE =
  "a statement of the handler failed, and the handler went on: PostgreSQL has undone its transaction. Do not catch the errors of `tx`, or use a savepoint.";

const text = (value: string): string => value;
const bytes = (value: string): Uint8Array => Buffer.from(value.slice(2), "hex");
/** By the number of the type: bigint, smallint, integer and bytea. All others are text, JSON too. */
const PARSERS: Readonly<Record<number, (value: string) => unknown>> = { 20: Number, 21: Number, 23: Number, 17: bytes };
/** The same values as SQLite returns, whatever parsers the application has set. */
const TYPES = { getTypeParser: (type: number) => PARSERS[type] ?? text };

const errorOf = (thrown: unknown): DatabaseError => {
  if (isDatabaseError(thrown)) return thrown;
  if (thrown instanceof UnreadableRow) return databaseError("database_corrupt", thrown.message, thrown);
  if (thrown instanceof LostRace)
    return databaseError("database_locked", "other processes kept changing the same link", thrown);
  return postgresErrorOf(thrown);
};

const contained = <T>(promise: Promise<T>): ResultAsync<T, DatabaseError> => ResultAsync.fromPromise(promise, errorOf);

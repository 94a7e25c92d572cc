import type { ResultAsync } from "neverthrow";
import type { DatabaseError } from "../errors.ts";
import type { Timer } from "../timer.ts";
import type { Bound } from "./statement.ts";
import type { Unit } from "./unit.ts";
import type { Dialect, SqlValue } from "./values.ts";

/** Runs units on one database. The two implementations are all that differs between SQLite and PostgreSQL at run time. */
export interface Engine<Tx = unknown, Done = unknown> {
  readonly dialect: Dialect;
  /** The PostgreSQL schema of the tables, if one was given. */
  readonly schema?: string | undefined;
  /** The most connections at a time, if there is a limit. */
  readonly maxConnections?: number | undefined;
  /** Runs the statements of a unit one by one, without a transaction: for reads. */
  read<T>(unit: () => Unit<T>): ResultAsync<T, DatabaseError>;
  /** Runs a unit of one statement that writes. */
  write<T>(unit: () => Unit<T>): ResultAsync<T, DatabaseError>;
  /** Runs a unit in one transaction. */
  transaction<T>(unit: () => Unit<T>): ResultAsync<T, DatabaseError>;
  /**
   * Runs a unit that reads, and writes with one statement at its end, which fails with {@link LostRace} if what it read has
   * changed meanwhile. PostgreSQL tries this without a transaction first, and after a lost race in a transaction, with
   * `isLocking`: the unit must then lock what it reads, before it reads it.
   */
  guarded<T>(unit: (isLocking: boolean) => Unit<T>): ResultAsync<T, DatabaseError>;
  /**
   * Runs a handler in one transaction with its fence, the fence first. Rejects with what the handler or the database throws;
   * then neither has had an effect. On PostgreSQL, a handler that takes longer than its turn is cut: {@link HandlerTimeout}.
   */
  handle(fence: Fence, work: (tx: Tx) => Done, turn: Turn): Promise<Handled>;
  /** The fault of the database, if that is why `handle` rejected; `undefined` if the handler or its statements are at fault. */
  failureOf(thrown: unknown): DatabaseError | undefined;
  /** Closes what the engine itself opens. From then on it opens nothing, and everything fails. */
  end(): Promise<void>;
}

/** The statement that makes an effect happen once, in two forms. Neither waits for long for another transaction that has it. */
export interface Fence {
  /** Returns a row if the work is to be done now, and none if it was done before. */
  readonly quiet: Bound;
  /** Fails if the work was done before: in the application's own transaction, results have many forms. */
  readonly strict: Bound;
}

/** How long a handler may take. */
export interface Turn {
  readonly leaseMs: number;
  readonly timer: Timer;
}

/** Whether the work was done now, had been done before, or is under way in another transaction, which still has its fence. */
export type Handled = "now" | "before" | "elsewhere";

/** A handler took longer than its turn. */
export class HandlerTimeout extends Error {
  override readonly name = "HandlerTimeout";
  constructor(leaseMs: number) {
    super(
      `the handler took longer than leaseMs: expected it to end within ${leaseMs} ms, and it had not. Its writes are undone. Give the calls that it makes a timeout below leaseMs, move slow work out of it, or raise leaseMs.`,
    );
  }
}

/** Somebody else has changed what a unit read. */
export class LostRace extends Error {
  override readonly name = "LostRace";
}

/** A row that the ledger cannot have written. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

/** Why nothing is done any more. */
export const HAS_ENDED = "expected a ledger in use, and its end() was called";

/** Why a handler's statement is refused. */
export const TRANSACTION_HAS_ENDED =
  "the transaction has ended: a handler wrote through `tx` after it had returned or was cut. Await each statement, and return the promise.";

/** Runs work in the application's own transaction. `run` must run one statement in it. */
export type OwnTransaction<Tx, Done> = (
  work: (tx: Tx, run: (sql: string, values: readonly SqlValue[]) => unknown) => Done,
) => Done;

// SQLite undoes a whole transaction when a statement finds the disk full. Later writes would be committed statement by statement,
// without the mark that the event is handled: https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
import type { SqliteConnection } from "./sqlite-connection.ts";

/** SQLite has undone the transaction while a handler wrote in it. */
export class TransactionUndone extends Error {
  override readonly name = "TransactionUndone";
  constructor(cause: unknown) {
    super(
      "expected the transaction to stay open until the handler returns, and SQLite has undone it, as it does when the disk is full. Nothing of it is kept. Free space on the disk, and do not catch errors of statements in a handler.",
      { cause },
    );
  }
}

/** Watches one transaction of a connection. */
export interface TransactionGuard {
  /** Throws {@link TransactionUndone} if the transaction is not open any more. */
  readonly check: () => void;
  /** Runs a statement in the transaction, if it is still open. */
  readonly run: <T>(statement: () => T) => T;
}

/** Watches the transaction that a connection has open. Without a way to ask a connection, nothing is noticed. */
export const guardTransaction = (connection: SqliteConnection): TransactionGuard => {
  const exec = connection.exec.bind(connection);
  let undone: TransactionUndone | undefined;
  const notice = (cause?: unknown): void => {
    if (undone || (connection.isTransaction ?? connection.inTransaction) !== false) return;
    undone = new TransactionUndone(cause);
    // Statements that cannot be watched are undone together with this one.
    exec("BEGIN");
  };
  const check = (): void => {
    notice();
    if (undone) throw undone;
  };
  return {
    check,
    run: (statement) => {
      check();
      try {
        return statement();
      } catch (thrown) {
        notice(thrown);
        throw thrown;
      }
    },
  };
};

const METHODS = ["run", "get", "all", "iterate"] as const;

type Method = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Runs work whose statements are made by another library, and watches each of them: those of its connection, and those that it
 * prepared before. The work is synchronous, so that nobody else meets a watched statement.
 */
export const watched = <T>(connection: SqliteConnection, guard: TransactionGuard, work: () => T): T => {
  const statements = Object.getPrototypeOf(connection.prepare("SELECT 1")) as Partial<Record<string, Method>>;
  const originals = METHODS.flatMap((name) => {
    const original = statements[name];
    return Object.hasOwn(statements, name) && original ? [{ name, original }] : [];
  });
  const exec = connection.exec.bind(connection);
  const own = Object.getOwnPropertyDescriptor(connection, "exec");
  for (const { name, original } of originals) {
    statements[name] = function (this: unknown, ...values): unknown {
      return guard.run(() => original.apply(this, values));
    };
  }
  connection.exec = (sql) => guard.run(() => exec(sql));
  try {
    return work();
  } finally {
    for (const { name, original } of originals) statements[name] = original;
    if (own) Object.defineProperty(connection, "exec", own);
    else Reflect.deleteProperty(connection, "exec");
  }
};

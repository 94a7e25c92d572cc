// A process that dies, or whose database fails, at a statement that the schedule chooses.
import type pg from "pg";
import type { PgPool, SqliteConnection } from "../../src/index.ts";

/**
 * - `dies_before`, `dies_after`: the process is killed before or after a statement. Its open transaction is rolled back.
 * - `fails_before`: the database refuses one statement, such as on a full disk.
 * - `fails_after`: the statement is done, but the connection is lost before the answer. Only on PostgreSQL.
 * - `not_serializable`, `deadlock`: PostgreSQL undoes the transaction, so that another can go on.
 */
export type FaultKind = "dies_before" | "dies_after" | "fails_before" | "fails_after" | keyof typeof UNDOING;

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDOING = { not_serializable: "40001", deadlock: "40P01" } as const;

export interface Fault {
  readonly kind: FaultKind;
  /** How many statements are run before it. */
  readonly after: number;
}

/** The life of one process. */
export interface Fuse {
  light(fault: Fault | undefined): void;
  isDead(): boolean;
  /** The fault that has happened since the fuse was lit. */
  burnt(): Fault | undefined;
  /** Restarts the process. */
  revive(): void;
  /** What is to happen at this statement, the next. */
  next(statement: string): FaultKind | "dead" | undefined;
  /** Is called with each fault and the statement at which it happens. */
  watch(listener: (kind: FaultKind, statement: string) => void): void;
  die(): void;
}

export const createFuse = (): Fuse => {
  let lit: Fault | undefined;
  let burnt: Fault | undefined;
  let left = 0;
  let isDead = false;
  let onFault = (_kind: FaultKind, _statement: string): void => {};
  return {
    light: (fault) => {
      lit = fault;
      burnt = undefined;
      left = fault?.after ?? 0;
    },
    isDead: () => isDead,
    burnt: () => burnt,
    revive: () => {
      isDead = false;
      lit = undefined;
    },
    next: (statement) => {
      if (isDead) return "dead";
      if (!lit || left-- > 0) return undefined;
      burnt = lit;
      lit = undefined;
      onFault(burnt.kind, statement);
      return burnt.kind;
    },
    watch: (listener) => {
      onFault = listener;
    },
    die: () => {
      isDead = true;
    },
  };
};

const killed = (): Error => new Error("the process was killed");

type Connection = SqliteConnection & { readonly inTransaction?: boolean; readonly isTransaction?: boolean };

/** A connection of SQLite in a process that can die. */
export const fragileSqlite = (connection: Connection, fuse: Fuse): SqliteConnection => {
  const die = (): never => {
    fuse.die();
    if (connection.inTransaction ?? connection.isTransaction) connection.exec("ROLLBACK");
    throw killed();
  };
  const step = <T>(statement: string, run: () => T): T => {
    const fault = fuse.next(statement);
    if (fault === "dead") throw killed();
    if (fault === undefined || statement === "ROLLBACK") return run();
    if (fault === "dies_before") return die();
    if (fault === "fails_before")
      throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL", errcode: 13 });
    const result = run();
    return fault === "dies_after" ? die() : result;
  };
  return {
    prepare: (sql) => {
      const prepared = connection.prepare(sql);
      return {
        ...(prepared.reader !== undefined && { reader: prepared.reader }),
        all: (...values) => step(sql, () => prepared.all(...values)),
        run: (...values) => step(sql, () => prepared.run(...values)),
      };
    },
    exec: (sql) => step(sql, () => connection.exec(sql)),
  };
};

/** Fails, and leaves its transaction as PostgreSQL does. */
const undo = (fault: keyof typeof UNDOING): string =>
  `DO $$ BEGIN RAISE EXCEPTION 'undone by the schedule' USING ERRCODE = '${UNDOING[fault]}'; END $$`;

/** The text of a statement in one of the forms of pg. */
const textOf = (query: unknown): string =>
  typeof query === "string" ? query : String((query as { readonly text?: string } | undefined)?.text);

/** A pool of PostgreSQL in a process that can die: then all of its connections are cut. */
export const fragilePool = (pool: pg.Pool, fuse: Fuse): PgPool => {
  const open = new Set<pg.PoolClient>();
  const cut = (client: pg.PoolClient): void => {
    // pg's own type does not show the socket.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  const die = (): never => {
    fuse.die();
    for (const client of open) cut(client);
    throw killed();
  };
  return {
    options: { max: pool.options.max },
    end: () => pool.end(),
    connect: async () => {
      if (fuse.isDead()) throw killed();
      const client = await pool.connect();
      open.add(client);
      return {
        query: async (...input: unknown[]) => {
          const fault = fuse.next(textOf(input[0]));
          if (fault === "dead") throw killed();
          if (fault === "dies_before") return die();
          if (fault === "fails_before") throw Object.assign(new Error("could not extend file"), { code: "53100" });
          // What is undone anyway cannot fail in this way.
          if ((fault === "not_serializable" || fault === "deadlock") && input[0] !== "ROLLBACK")
            await client.query(undo(fault));
          // pg has many forms of it.
          const result = await (client.query as (...given: unknown[]) => Promise<{ rows: unknown[] }>)(...input);
          if (fault === "dies_after") return die();
          if (fault !== "fails_after") return result;
          cut(client);
          throw new Error("Connection terminated unexpectedly");
        },
        release: (error) => {
          open.delete(client);
          client.release(error === true || fuse.isDead());
        },
      };
    },
  };
};

// How the application's own library runs one statement in its transaction. The types name only what is used of each library, so
// that none has to be installed.
import { CompiledQuery } from "kysely";
import type { OwnTransaction } from "./engine.ts";
import { listenToNew, type PgClient, type PgPool } from "./postgres-pool.ts";
import type { SqlValue } from "./values.ts";

/**
 * Handlers write through a client of pg, in a transaction that the adapter begins and ends.
 *
 * @example
 * ```ts
 * import { pgTransaction, type PgPool, postgres } from "@tautan/ledger";
 *
 * const databaseOf = (pool: PgPool) => postgres(pool, { transaction: pgTransaction(pool) });
 * ```
 */
export const pgTransaction =
  (pool: PgPool): OwnTransaction<PgClient, Promise<void>> =>
  async (work) => {
    const client = await listenToNew(pool).connect();
    let isLost = false;
    // A connection that is lost between two statements reports it by an event, which would end the process if nobody listened.
    const lose = (): void => {
      isLost = true;
    };
    client.on?.("error", lose);
    try {
      await client.query("BEGIN");
      await work(client, (sql, values) => client.query(sql, [...values]));
      await client.query("COMMIT");
    } catch (thrown) {
      await client.query("ROLLBACK").catch(lose);
      throw thrown;
    } finally {
      // The pool does not listen to a connection that it closes, which may report an error once more.
      if (!isLost) client.off?.("error", lose);
      client.release(isLost);
    }
  };

/** Handlers write through a transaction of Kysely. */
export const kyselyTransaction =
  <Tx extends { executeQuery(query: CompiledQuery): Promise<unknown> }>(db: {
    transaction(): { execute<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> };
  }): OwnTransaction<Tx, Promise<void>> =>
  (work) =>
    db.transaction().execute((tx) => work(tx, (sql, values) => tx.executeQuery(CompiledQuery.raw(sql, [...values]))));

/** Handlers write through an interactive transaction of Prisma. */
export const prismaTransaction =
  <Tx extends { $executeRawUnsafe(sql: string, ...values: SqlValue[]): PromiseLike<number> }>(prisma: {
    $transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  }): OwnTransaction<Tx, Promise<void>> =>
  (work) =>
    prisma.$transaction((tx) => work(tx, (sql, values) => tx.$executeRawUnsafe(sql, ...values)));

/** Drizzle's template tag `sql`. */
type DrizzleTag<Query> = (strings: TemplateStringsArray, ...values: SqlValue[]) => Query;

/** Handlers write through a transaction of Drizzle on PostgreSQL. Pass Drizzle's template tag `sql` too. */
export const drizzleTransaction =
  <Query, Tx extends { execute(query: Query): PromiseLike<unknown> }>(
    db: { transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> },
    sql: DrizzleTag<Query>,
  ): OwnTransaction<Tx, Promise<void>> =>
  (work) =>
    db.transaction((tx) => work(tx, (text, values) => tx.execute(templateOf(sql, text, values))));

/** Handlers write through a transaction of Drizzle on a connection of better-sqlite3. Pass Drizzle's template tag `sql` too. */
export const drizzleSqliteTransaction =
  <Query, Tx extends { run(query: Query): unknown }>(
    db: { transaction<Result>(work: (tx: Tx) => Result): Result },
    sql: DrizzleTag<Query>,
  ): OwnTransaction<Tx, undefined> =>
  (work) =>
    db.transaction((tx) => work(tx, (text, values) => void tx.run(templateOf(sql, text, values))));

/** Handlers write through a transaction of Knex. */
export const knexTransaction =
  <Tx extends { raw(sql: string, values: readonly string[]): PromiseLike<unknown> }>(knex: {
    transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  }): OwnTransaction<Tx, Promise<void>> =>
  (work) =>
    knex.transaction((tx) => work(tx, (sql, values) => tx.raw(questionMarks(sql), values.map(String))));

/** Handlers write through an entity manager of TypeORM. Pass the data source. */
export const typeormTransaction =
  <Manager extends { query(sql: string, values?: SqlValue[]): Promise<unknown> }>(dataSource: {
    transaction<Result>(work: (manager: Manager) => Promise<Result>): Promise<Result>;
  }): OwnTransaction<Manager, Promise<void>> =>
  (work) =>
    dataSource.transaction((manager) => work(manager, (sql, values) => manager.query(sql, [...values])));

/** Handlers write through a forked entity manager of MikroORM, whose changes are flushed at the end. Pass the entity manager. */
export const mikroOrmTransaction =
  <
    Manager extends {
      getTransactionContext(): unknown;
      // oxlint-disable-next-line typescript/no-explicit-any -- the transaction's type is that of the driver.
      getConnection(): { execute(sql: string, values: SqlValue[], method: "run", context: any): Promise<unknown> };
    },
  >(entityManager: {
    transactional<Result>(work: (manager: Manager) => Promise<Result>): Promise<Result>;
  }): OwnTransaction<Manager, Promise<void>> =>
  (work) =>
    entityManager.transactional((manager) =>
      work(manager, (sql, values) =>
        manager.getConnection().execute(questionMarks(sql), [...values], "run", manager.getTransactionContext()),
      ),
    );

/** The ledger's statements name each value once, in order. */
const PLACEHOLDER = /\$\d+|\?/;

const questionMarks = (sql: string): string => sql.split(PLACEHOLDER).join("?");

const templateOf = <Query>(sql: DrizzleTag<Query>, text: string, values: readonly SqlValue[]): Query => {
  const parts = text.split(PLACEHOLDER);
  return sql(Object.assign(parts, { raw: parts }), ...values);
};

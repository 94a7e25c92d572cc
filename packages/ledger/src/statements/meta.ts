import { type Statement, statement } from "../database/statement.ts";

/** A fact of the whole ledger, by its name. */
export const findMeta: Statement<{ key: string }, { value: string }> = statement("find_meta", ({ db }, { key }) =>
  db.selectFrom("tautan_meta").select("value").where("key", "=", key),
);

/** Locks a fact until the transaction ends, so that one process at a time does what depends on it. */
export const lockMeta: Statement<{ key: string }, { value: string }> = statement(
  "lock_meta",
  ({ db, dialect }, { key }) => {
    const query = db.selectFrom("tautan_meta").select("value").where("key", "=", key);
    return dialect === "postgres" ? query.forUpdate() : query;
  },
);

export const putMeta: Statement<{ key: string; value: string }, unknown> = statement(
  "put_meta",
  ({ db }, { key, value }) =>
    db
      .insertInto("tautan_meta")
      .values({ key, value })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value })),
);

/** Stores a fact that is not stored yet. */
export const addMeta: Statement<{ key: string; value: string }, unknown> = statement(
  "add_meta",
  ({ db }, { key, value }) =>
    db
      .insertInto("tautan_meta")
      .values({ key, value })
      .onConflict((conflict) => conflict.column("key").doNothing()),
);

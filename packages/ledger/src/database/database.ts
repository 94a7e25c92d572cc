import type { Engine } from "./engine.ts";
import type { Dialect } from "./values.ts";

/** Where a ledger keeps what it knows: `sqlite(…)` or `postgres(…)`. `Tx` is what a handler writes through; `Done` what it returns. */
export interface Database<Tx, Done> {
  readonly dialect: Dialect;
  /** Only for the compiler. */
  readonly "~types"?: { readonly tx: Tx; readonly done: Done };
}

const ENGINES: WeakMap<Database<unknown, unknown>, Engine> = new WeakMap();

/** Makes the database of an engine. */
export const databaseOf = <Tx, Done>(engine: Engine<Tx, Done>): Database<Tx, Done> => {
  const database: Database<Tx, Done> = Object.freeze({ dialect: engine.dialect });
  ENGINES.set(database, engine);
  return database;
};

/** The engine of a database. Throws `TypeError` for anything else. */
export const engineOf = <Tx, Done>(database: Database<Tx, Done>): Engine<Tx, Done> => {
  const engine = typeof database === "object" && database !== null ? ENGINES.get(database) : undefined;
  if (!engine) throw new TypeError("createLedger: database: expected sqlite(…) or postgres(…)");
  return engine as Engine<Tx, Done>;
};

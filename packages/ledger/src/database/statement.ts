import { hash } from "node:crypto";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { LedgerTables } from "../schema/tables.ts";
import type { Dialect, SqlValue } from "./values.ts";

/** The tables, as the statements of one dialect see them. */
export interface Tables {
  readonly db: Kysely<LedgerTables>;
  readonly dialect: Dialect;
}

/** A statement that is written once, and compiled once for each dialect and schema. */
export interface Statement<Parameters extends object, Result> {
  readonly name: string;
  readonly build: (tables: Tables, parameters: Parameters) => Compilable<Result>;
}

/** A statement with the values of its parameters. */
export interface BoundStatement {
  readonly statement: Statement<never, unknown>;
  readonly parameters: object;
}

/** What a unit yields: a statement with its values, or the text of one that runs once, such as a part of a migration. */
export type Bound = BoundStatement | { readonly text: string };

/** The text of a statement, and the order of its values. */
export interface CompiledStatement {
  /** Unique by text: PostgreSQL prepares each text under a name of its own. */
  readonly name: string;
  readonly sql: string;
  readonly values: (parameters: object) => SqlValue[];
}

interface Compilable<Result> {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] };
  /** Only for the compiler: the rows of every builder of Kysely. */
  execute(): Promise<Result[]>;
}

/**
 * Defines a statement. The builder receives a marker for each parameter, and uses it as if it were the value: it cannot branch on
 * it. The type of the constant names the parameters and the row, and the compiler checks both against the builder:
 *
 * ```ts
 * const findGateway: Statement<{ key: string }, { ref: number }> = statement("find_gateway", ({ db }, { key }) =>
 *   db.selectFrom("tautan_gateways").select("ref").where("key", "=", key),
 * );
 * ```
 */
export const statement = <Parameters extends object, Result>(
  name: string,
  build: (tables: Tables, parameters: Parameters) => Compilable<Result>,
): Statement<Parameters, Result> => Object.freeze({ name, build });

/** Compiles the statements of one database. */
export const createCompiler = (dialect: Dialect, schema?: string): ((bound: BoundStatement) => CompiledStatement) => {
  const plain = new Kysely<LedgerTables>({ dialect: DIALECTS[dialect] });
  const tables: Tables = { db: schema === undefined ? plain : plain.withSchema(schema), dialect };
  const compiled = new Map<Statement<never, unknown>, CompiledStatement>();
  return ({ statement: each }) => {
    const known = compiled.get(each) ?? compile(each, tables);
    compiled.set(each, known);
    return known;
  };
};

/** PostgreSQL shortens names of more than 63 characters, and would then take two statements for one. */
const HASH_LENGTH = 12;
const MAX_NAME_LENGTH = 63 - "tautan__".length - HASH_LENGTH;

/** Takes the place of a value while its statement is built. */
class Marker {
  readonly parameter: string;
  constructor(parameter: string) {
    this.parameter = parameter;
  }
}

const markers: object = new Proxy({}, { get: (_, parameter) => new Marker(String(parameter)) });

const compile = ({ name, build }: Statement<never, unknown>, tables: Tables): CompiledStatement => {
  const { sql, parameters } = build(tables, markers as never).compile();
  const order = parameters.map((each) => (each instanceof Marker ? each.parameter : undefined));
  return {
    name: `tautan_${name.slice(0, MAX_NAME_LENGTH)}_${hash("sha256", sql, "hex").slice(0, HASH_LENGTH)}`,
    sql,
    values: (given) =>
      order.map((parameter, index) =>
        parameter === undefined
          ? (parameters[index] as SqlValue)
          : ((given as Record<string, SqlValue | undefined>)[parameter] ?? null),
      ),
  };
};

const DIALECTS = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

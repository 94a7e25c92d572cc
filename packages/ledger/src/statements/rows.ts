import { type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database/values.ts";

/** How a field of a row in a list is read. */
interface FieldTypes {
  readonly text: string;
  readonly int: number;
  readonly json: string;
}

type Fields = Readonly<Record<string, keyof FieldTypes>>;

type RowOf<F extends Fields> = { [Name in keyof F]: FieldTypes[F[Name]] };

/**
 * The rows of a list that is one parameter, a JSON array of objects. So a statement has the same text for any number of rows.
 * Absent fields are null.
 */
export const rowsOf = <const F extends Fields>(dialect: Dialect, list: string, fields: F): RawBuilder<RowOf<F>> => {
  const columns = Object.entries(fields).map(([name, type]) => sql`${read(name, type)} as ${sql.ref(name)}`);
  const source =
    dialect === "sqlite"
      ? sql`json_each(${list}) as item`
      : sql`jsonb_array_elements(cast(${list} as jsonb)) as item(value)`;
  return sql<RowOf<F>>`(select ${sql.join(columns)} from ${source})`;
};

const read = (name: string, type: keyof FieldTypes): RawBuilder<unknown> => {
  const label = sql.lit(name);
  if (type === "json") return sql`item.value -> ${label}`;
  // The name gives SQLite's column the affinity of whole numbers.
  return type === "int" ? sql`cast(item.value ->> ${label} as bigint)` : sql`item.value ->> ${label}`;
};

/** A parameter that is a whole number: PostgreSQL cannot infer its type if it is only selected. */
export const int = <T extends number | null>(value: T): RawBuilder<T> => sql<T>`cast(${value} as bigint)`;

/** A parameter that is text. */
export const text = <T extends string | null>(value: T): RawBuilder<T> => sql<T>`cast(${value} as text)`;

/** A parameter that is JSON. */
export const json = <T extends string | null>(dialect: Dialect, value: T): RawBuilder<T> =>
  dialect === "sqlite" ? sql<T>`${value}` : sql<T>`cast(${value} as jsonb)`;

/** A parameter that is bytes. */
export const bytes = <T extends Uint8Array | null>(dialect: Dialect, value: T): RawBuilder<T> =>
  dialect === "sqlite" ? sql<T>`${value}` : sql<T>`cast(${value} as bytea)`;

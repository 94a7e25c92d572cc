import type { Bound, Statement } from "./statement.ts";
import type { Row } from "./values.ts";

/**
 * A unit of work: it yields statements, receives their rows, and ends with a result. SQLite runs it without a pause inside its
 * transaction, PostgreSQL asynchronously. So each unit is written once.
 *
 * A unit may be run again from its start, after a lost race or together with others. So it changes nothing but the database.
 */
export type Unit<T> = Generator<Bound, T, readonly Row[]>;

/** Runs one statement of a unit, and returns its rows. */
export function* run<Parameters extends object, Result>(
  statement: Statement<Parameters, Result>,
  parameters: Parameters,
): Generator<Bound, readonly Result[], readonly Row[]> {
  const rows = yield { statement, parameters };
  // The statement's builder knows the type of its rows.
  return rows as readonly unknown[] as readonly Result[];
}

/** Runs one statement of a unit, and returns its first row. */
export function* runFirst<Parameters extends object, Result>(
  statement: Statement<Parameters, Result>,
  parameters: Parameters,
): Generator<Bound, Result | undefined, readonly Row[]> {
  return (yield* run(statement, parameters))[0];
}

/** Runs one statement by its text. */
export function* runText(text: string): Generator<Bound, readonly Row[], readonly Row[]> {
  return yield { text };
}

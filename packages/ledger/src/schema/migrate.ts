import { err, ok, type Result } from "neverthrow";
import type { Engine } from "../database/engine.ts";
import { run, runFirst, runText, type Unit } from "../database/unit.ts";
import { type StorageError, schemaMismatch } from "../errors.ts";
import { findMeta, putMeta } from "../statements/meta.ts";
import { metaTableQuery, migrationsFrom, preparations, SCHEMA_VERSION } from "./migrations.ts";
import { makeSecret } from "./secret.ts";

/** The versions before and after a migration; the same if there was nothing to do. */
export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/** Checks that the tables have the version of this package. */
export const checkSchema = async (engine: Engine): Promise<Result<Migrated, StorageError>> => {
  const found = await engine.read(() => findVersion(engine));
  return found.andThen((version) => judged(version, version));
};

/** Brings the tables to the version of this package, in one transaction. Tables of a later version are not touched. */
export const migrateSchema = async (engine: Engine): Promise<Result<Migrated, StorageError>> => {
  // Almost always there is nothing to do, and then nothing is locked.
  const found = await engine.read(() => findVersion(engine));
  if (found.isErr()) return err(found.error);
  if (found.value >= SCHEMA_VERSION) return judged(found.value, found.value);
  const migrated = await engine.transaction(() => migrateUnit(engine));
  return migrated.andThen(({ from, to }) => judged(from, to));
};

const judged = (from: number, to: number): Result<Migrated, StorageError> =>
  to === SCHEMA_VERSION ? ok({ from, to }) : err(schemaMismatch(to, SCHEMA_VERSION));

function* findVersion({ dialect, schema }: Engine): Unit<number> {
  const [table] = yield* runText(metaTableQuery(dialect, schema));
  return typeof table?.["name"] === "string" ? yield* readVersion() : 0;
}

function* readVersion(): Unit<number> {
  return Number((yield* runFirst(findMeta, { key: VERSION }))?.value ?? 0);
}

function* migrateUnit({ dialect, schema }: Engine): Unit<Migrated> {
  for (const text of preparations(dialect, schema)) yield* runText(text);
  // Another process may have migrated while this one waited.
  const from = yield* readVersion();
  if (from >= SCHEMA_VERSION) return { from, to: from };
  for (const text of migrationsFrom(from, dialect, schema)) yield* runText(text);
  yield* makeSecret();
  yield* run(putMeta, { key: VERSION, value: String(SCHEMA_VERSION) });
  return { from, to: SCHEMA_VERSION };
}

const VERSION = "version";

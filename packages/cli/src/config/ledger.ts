import { resolve } from "node:path";
import type { PaymentLinks } from "@tautan/core";
import type * as LedgerPackage from "@tautan/ledger";
import type { Database, Ledger, LedgerOptions } from "@tautan/ledger";
import { err, ok, Result } from "neverthrow";
import { configError, type Failure } from "../failure.ts";
import type { LedgerConfig } from "./define-config.ts";
import type { LoadedConfig } from "./load.ts";
import { importFromProject } from "./project.ts";

type AnyLedger = Ledger<unknown, unknown>;

/** Where a ledger keeps its tables. */
type DatabasePlace =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: string; readonly schema: string | undefined };

/** Opens the ledger of a configuration, with `@tautan/ledger` of the user's project. */
export const loadLedger = async (
  config: LoadedConfig,
  links: PaymentLinks,
  environment: NodeJS.ProcessEnv,
  { migrate }: Pick<LedgerOptions<unknown, unknown, PaymentLinks>, "migrate"> = {},
): Promise<Result<AnyLedger, Failure>> => {
  if (!config.ledger) {
    return err(
      configError(
        `${config.file}: expected a ledger, found none`,
        'Add ledger: { database: "shop.db" }, or { database: { env: "DATABASE_URL" } } for PostgreSQL.',
      ),
    );
  }
  const place = databasePlace(config.ledger, config, environment);
  if (place.isErr()) return err(place.error);
  const loaded = await importFromProject("@tautan/ledger", config.file);
  if (loaded.isErr()) return err({ ...loaded.error, message: `${config.file}: ledger: ${loaded.error.message}` });
  if (place.value.kind === "postgres") {
    const driver = await importFromProject("pg", config.file);
    if (driver.isErr()) return err({ ...driver.error, message: `${config.file}: ledger: ${driver.error.message}` });
  }
  const { createLedger, sqlite, postgres } = loaded.value as typeof LedgerPackage;
  return Result.fromThrowable(
    () => {
      const database: Database<unknown, unknown> =
        place.value.kind === "sqlite"
          ? sqlite(place.value.file)
          : postgres(place.value.url, { schema: place.value.schema });
      return createLedger({ links, database, migrate });
    },
    (thrown) =>
      configError(
        `${config.file}: ledger: ${thrown instanceof TypeError ? thrown.message : "it could not be opened"}`,
        "Correct the settings of the ledger.",
      ),
  )();
};

/** Reads which database is meant. No message contains its URL. */
export const databasePlace = (
  { database, schema }: LedgerConfig,
  { file, folder }: Pick<LoadedConfig, "file" | "folder">,
  environment: NodeJS.ProcessEnv,
): Result<DatabasePlace, Failure> => {
  const isNamed = typeof database === "object";
  const text = isNamed ? environment[database.env] : database;
  const where = isNamed ? `the environment variable ${database.env}` : `${file}: ledger.database`;
  if (!text) {
    return err(
      configError(
        `${file}: ledger.database: ${where} is not set`,
        "Set it, or write it into the .env file beside the configuration.",
      ),
    );
  }
  if (/^postgres(ql)?:\/\//.test(text)) {
    if (!isNamed && URL.parse(text)?.password) {
      return err(
        configError(
          `${where}: expected no secret, got a URL with a password`,
          'Put the URL into the environment, and write { env: "DATABASE_URL" }.',
        ),
      );
    }
    return ok({ kind: "postgres", url: text, schema });
  }
  const scheme = /^([a-z][a-z0-9+]*):\S/i.exec(text)?.[1];
  if (scheme !== undefined && scheme.length > 1) {
    return err(
      configError(`${where}: expected a file or a URL that begins with postgres://, got ${scheme}:`, "Correct it."),
    );
  }
  if (schema !== undefined) {
    return err(configError(`${file}: ledger.schema: SQLite has no schemas`, "Remove it."));
  }
  return ok({ kind: "sqlite", file: text === ":memory:" ? text : resolve(folder, text) });
};

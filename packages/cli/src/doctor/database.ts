import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { PaymentLinks } from "@tautan/core";
import type { Ledger, LedgerError } from "@tautan/ledger";
import { databasePlace, loadLedger } from "../config/ledger.ts";
import type { LoadedConfig } from "../config/load.ts";
import { type Check, failing, good, skipped, warning } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { checkSqliteLibraries } from "./sqlite-libraries.ts";

const SUBJECT = "ledger";
/** Less free space than this is a warning, in bytes. */
const LITTLE_SPACE = 200 * 1024 * 1024;
/** Work that nobody has begun after this time, in milliseconds, has no worker. */
const IDLE_MS = 10 * 60_000;

/** The database of the ledger: it is opened and read, and its tables are neither made nor changed. */
export const checkDatabase = async (
  config: LoadedConfig,
  links: PaymentLinks | undefined,
  context: DoctorContext,
): Promise<readonly Check[]> => {
  if (!config.ledger) return [skipped(SUBJECT, "no_ledger", "the configuration has no ledger")];
  const place = databasePlace(config.ledger, config, context.environment);
  if (place.isErr()) return [failing(SUBJECT, "database_invalid", place.error.message, place.error.hint)];
  const checks: Check[] = [];
  if (place.value.kind === "sqlite" && place.value.file !== ":memory:") {
    const { file } = place.value;
    const folder = dirname(file);
    if (!existsSync(folder)) {
      return [
        failing(
          SUBJECT,
          "database_folder_missing",
          `there is no folder ${folder}`,
          "Make it, or correct ledger.database.",
        ),
      ];
    }
    checks.push(...(await freeSpace(folder)), ...(await checkSqliteLibraries(config, file)));
    if (!existsSync(file)) return [...checks, good(SUBJECT, "database_new", `${file} is made at the first use`)];
  } else if (place.value.kind === "postgres" && context.offline) {
    return [skipped(SUBJECT, "offline", "not called: --offline")];
  }
  if (!links) return [...checks, skipped(SUBJECT, "no_gateways", "not opened, because the gateways cannot be used")];
  const opened = await loadLedger(config, links, context.environment, { migrate: "never" });
  if (opened.isErr()) {
    const { message, hint } = opened.error;
    const cause = hint.startsWith("Install it") ? "ledger_missing" : "database_invalid";
    return [...checks, failing(SUBJECT, cause, message, hint)];
  }
  context.atEnd(() => opened.value.end());
  return [...checks, ...(await checkTables(opened.value))];
};

const freeSpace = async (folder: string): Promise<readonly Check[]> => {
  const { bavail, bsize } = await statfs(folder);
  return judgeSpace(folder, bavail * bsize);
};

/** Judges the free space of a disk, in bytes. */
export const judgeSpace = (folder: string, free: number): readonly Check[] => {
  if (free >= LITTLE_SPACE) return [];
  const message = `the disk of ${folder} has ${Math.floor(free / 1024 / 1024)} MiB left`;
  return [warning(SUBJECT, "little_space", message, "Free space: a full disk stops the ledger.")];
};

const checkTables = async (ledger: Ledger<unknown, unknown>): Promise<readonly Check[]> => {
  const dead = await ledger.events.list({ state: "dead", limit: 100 });
  if (dead.isErr()) return [ofError(dead.error)];
  const waiting = await ledger.events.list({ state: "waiting", limit: 1 });
  const unresolved = await ledger.deliveries.list({ state: "unresolved", limit: 100 });
  if (waiting.isErr()) return [ofError(waiting.error)];
  if (unresolved.isErr()) return [ofError(unresolved.error)];
  const checks: Check[] = [];
  const count = (items: readonly unknown[], what: string): string =>
    `${items.length === 100 ? "100 or more" : items.length} ${what}`;
  if (dead.value.items.length > 0) {
    const message = count(dead.value.items, "events are dead: their links wait");
    checks.push(
      warning(SUBJECT, "dead_events", message, "See tautan ledger events --state dead, then replay or skip."),
    );
  }
  if (unresolved.value.items.length > 0) {
    const message = count(unresolved.value.items, "deliveries need a person");
    checks.push(warning(SUBJECT, "unresolved_deliveries", message, "See tautan deliveries list --state unresolved."));
  }
  const [oldest] = waiting.value.items;
  if (oldest && oldest.attempt <= 1 && Date.now() - Date.parse(oldest.at) > IDLE_MS) {
    checks.push(
      warning(
        SUBJECT,
        "no_worker",
        `an event waits since ${oldest.at}, and nobody has tried to handle it`,
        "Start ledger.process in a process that goes on, or call ledger.drain in a cron job.",
      ),
    );
  }
  return checks.length > 0 ? checks : [good(SUBJECT, "database", "the database opens, and nothing waits for a person")];
};

const ofError = (error: LedgerError): Check => {
  const { kind, message, hint } = error;
  if (kind !== "schema_mismatch") return failing(SUBJECT, kind, message, hint);
  if (error.found > error.expected) return failing(SUBJECT, "schema_newer", message, hint);
  const isNew = error.found === 0;
  return isNew
    ? good(SUBJECT, "database_new", "the database has no tables yet: they are made at the first use")
    : warning(SUBJECT, "schema_older", message, "Run tautan ledger migrate, or let the first use of the ledger do it.");
};

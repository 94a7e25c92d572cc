// Every statement finds its rows by an index, on both databases: with 10,000 rows in each large table, and statistics.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCompiler, type Statement } from "../src/database/statement.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

type Any = Statement<never, unknown>;

const isStatement = (value: object): value is Any => "name" in value && "build" in value;
const statementsIn = (value: unknown): readonly Any[] => {
  if (typeof value !== "object" || value === null) return [];
  return isStatement(value) ? [value] : Object.values(value).flatMap(statementsIn);
};
const FOLDER = resolve(import.meta.dirname, "../src/statements");
const STATEMENTS: readonly Any[] = (
  await Promise.all(
    readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => import(pathToFileURL(join(FOLDER, file)).href)),
  )
).flatMap(statementsIn);

/** The names in the sources, so that none is defined elsewhere, or is not exported. */
const SOURCES = resolve(import.meta.dirname, "../src");
const NAMES: readonly string[] = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => [...readFileSync(join(SOURCES, file), "utf8").matchAll(/^[^*\n]*\bstatement\(\s*"([a-z_]+)"/gm)])
  .flatMap(([, name]) => name ?? []);

test("every statement of the sources is looked at", () => {
  expect(NAMES.length).toBeGreaterThan(30);
  const known = new Set(STATEMENTS.map(({ name }) => name));
  expect(NAMES.filter((name) => !known.has(name))).toEqual([]);
});

const ROWS = 10_000;
const LARGE = /tautan_(links|histories|deliveries|events)\b/;

/** The parts of which PostgreSQL makes one statement. */
const ONLY_SQLITE: ReadonlySet<string> = new Set([
  "write_link",
  "write_histories",
  "write_other_ids",
  "write_events",
  "write_lane",
]);
/** Those that change several tables, which SQLite does in parts. */
const ONLY_POSTGRES: ReadonlySet<string> = new Set(["write_all", "finish_lane"]);
/**
 * Statements whose number of rows is a parameter: a plan for any number allows for a tenth of the table. With a number PostgreSQL
 * knows better, and never takes that plan.
 */
const OF_ANY_NUMBER: ReadonlySet<string> = new Set(["lease_due_links"]);
/** The index of the events that wait holds no others. */
const OF_OPEN_EVENTS = /USING INDEX tautan_events_open/;

const fill = async (shop: Shop): Promise<void> => {
  (await shop.ledger.migrate())._unsafeUnwrap();
  const numbers =
    shop.database.dialect === "sqlite"
      ? `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`
      : `WITH n(i) AS (SELECT generate_series(1, ${ROWS}))`;
  const insert = (table: string, columns: string, values: string) =>
    shop.database.query(`${numbers} INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`);
  await shop.database.query("INSERT INTO tautan_gateways (key) VALUES ('memory')");
  const time = "'2026-01-01T00:00:00.000Z'";
  await insert(
    "tautan_links",
    "gateway_ref, provider_id, reference, state, link, status, created_at",
    `1, 'L' || i, 'INV-' || i, 'made', '{}', 'active', ${time}`,
  );
  await insert(
    "tautan_histories",
    "link_ref, gateway_ref, provider_id, record, status, is_paid, takes_use, event_names, first_seen_at, changed_at, learnt_by",
    `i, 1, 'H' || i, '{}', 'paid', 1, 1, '[]', ${time}, ${time}, 'webhook'`,
  );
  await insert(
    "tautan_deliveries",
    "gateway_ref, digest, received_at, state, link_ref",
    `1, 'D' || i, ${time}, 'applied', i`,
  );
  await insert(
    "tautan_events",
    "id, link_ref, history_ref, type, at, learnt_at, cause, for_application, handled_at",
    `'E' || i, i, i, 'paid', ${time}, ${time}, 'webhook', 1, ${time}`,
  );
  await shop.database.query("ANALYZE");
};

describe.each((await databaseKinds()).filter(({ name }) => name !== "SQLite file"))("on $name", (kind) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(kind);
    await fill(shop);
  });
  afterAll(() => shop.close());

  test("there are statements to look at", () => {
    expect(STATEMENTS.length).toBeGreaterThan(30);
  });

  const statements = STATEMENTS.filter(({ name }) =>
    kind.name === "PostgreSQL" ? !ONLY_SQLITE.has(name) && !OF_ANY_NUMBER.has(name) : !ONLY_POSTGRES.has(name),
  );

  test.each(statements.map((each) => [each.name, each] as const))(
    "%s reads no large table from end to end",
    async (_, each) => {
      const { dialect } = shop.database;
      const { sql } = createCompiler(dialect)({ statement: each, parameters: {} });
      const plan = (await shop.database.explain?.(sql)) ?? ["no plan"];
      expect(plan).not.toContain("no plan");
      const scans = plan.filter(
        (line) => /\bSCAN\b|Seq Scan/.test(line) && LARGE.test(line) && !OF_OPEN_EVENTS.test(line),
      );
      expect(scans).toEqual([]);
    },
  );

  test("a statement that reads a large table from end to end would be seen", async () => {
    const plan = (await shop.database.explain?.("SELECT ref FROM tautan_links WHERE fingerprint = 'x'")) ?? [];
    expect(plan.some((line) => /\bSCAN\b|Seq Scan/.test(line) && LARGE.test(line))).toBe(true);
  });
});

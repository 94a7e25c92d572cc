// Errors of databases that are not there or not usable: each has the expected and the received state, and what to do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isConnectionLost, postgresFailureOf } from "../src/database/postgres-errors.ts";
import { createLedger, type Database, type DatabaseError, postgres, sqlite } from "../src/index.ts";
import { databaseKinds, postgresAnswer } from "./support/databases.ts";
import { openShop } from "./support/shop.ts";

const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
const PASSWORD = "pa55word";

const errorOf = async <Tx, Done>(database: Database<Tx, Done>): Promise<DatabaseError> => {
  const ledger = createLedger({ links, database });
  const error = (await ledger.migrate())._unsafeUnwrapErr() as DatabaseError;
  await ledger.end();
  expect(`${error.message} ${error.hint} ${JSON.stringify(error)}`).not.toContain(PASSWORD);
  return error;
};

describe("a SQLite database", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tautan-advice-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("in a folder that does not exist", async () => {
    const error = await errorOf(sqlite(join(folder, "data", "shop.db")));
    expect(error).toMatchObject({ kind: "database_unavailable", retryable: true });
    expect(error.message).toBe(`expected the folder of the SQLite file to exist, and it does not: ${folder}/data`);
    expect(error.hint).toBe("Create the folder, or correct the path. The ledger creates the file, but no folders.");
  });

  test("that is a folder", async () => {
    mkdirSync(join(folder, "shop.db"));
    const error = await errorOf(sqlite(join(folder, "shop.db")));
    expect(error.message).toMatch(/^expected the path of a file, and it is a folder: .*shop\.db$/);
    expect(error.hint).toContain("Add the name of the file");
  });

  test("that is a file of another kind", async () => {
    writeFileSync(join(folder, "shop.db"), "reference,amount\n".repeat(500));
    const error = await errorOf(sqlite(join(folder, "shop.db")));
    expect(error).toMatchObject({ kind: "database_corrupt", retryable: false });
    expect(error.message).toBe("expected a SQLite database, and the file is another one (SQLITE_NOTADB)");
    expect(error.hint).toMatch(/^Correct the path/);
  });

  test.each([
    ["node:sqlite", (file: string) => new DatabaseSync(file, { readOnly: true })],
    ["better-sqlite3", (file: string) => new BetterSqlite3(file, { readonly: true })],
  ])("that %s may only read", async (_, open) => {
    const file = join(folder, "shop.db");
    new DatabaseSync(file).exec("CREATE TABLE orders (reference TEXT)");
    const connection = open(file);
    const error = await errorOf(sqlite(connection));
    connection.close();
    expect(error).toMatchObject({ kind: "database_readonly", message: expect.stringContaining("read-only") });
    expect(error.hint).toMatch(/write to the file, and to its folder/);
  });

  test.each([
    ["node:sqlite", () => new DatabaseSync(":memory:")],
    ["better-sqlite3", () => new BetterSqlite3(":memory:")],
  ])("whose disk is full, with %s", async (_, open) => {
    const connection = open();
    connection.exec("CREATE TABLE orders (reference TEXT)");
    connection.exec("PRAGMA max_page_count = 3");
    const error = await errorOf(sqlite(connection));
    connection.close();
    expect(error).toMatchObject({
      kind: "database_full",
      message: "the disk of the SQLite file is full (SQLITE_FULL)",
    });
    expect(error.hint).toMatch(/^Free space on the disk of the file/);
  });
});

describe("a URL of PostgreSQL", () => {
  test.each([
    ["", "an empty text"],
    ["shop", "a text that is none"],
    ["localhost:5432/shop", "a text that is none"],
    ["mysql://localhost/shop", "a text that is none"],
    [`postgres://shop:${PASSWORD}/x@localhost/shop`, "a text that is none"],
    [`postgres://shop:${PASSWORD}#x@localhost/shop`, "a text that is none"],
    [`postgres://shop:${PASSWORD}@localhost:port/shop`, "a text that is none"],
  ])("%j is refused without its password", (url, got) => {
    let message = "";
    try {
      postgres(url);
    } catch (thrown) {
      message = String(thrown);
    }
    expect(message).toMatch(
      /^TypeError: postgres: expected a URL such as postgres:\/\/user:password@host:5432\/database/,
    );
    expect(message).toContain(`got ${got}. Percent-encode`);
    expect(message).not.toContain(PASSWORD);
  });

  test.each([
    "postgres://localhost/shop",
    "postgresql://shop:p%2Fw@[::1]:5432/shop?sslmode=require",
    "postgres:///shop?host=/var/run/postgresql",
    "postgres://shop:secret@/shop?host=/tmp",
    "postgres://shop:two words@localhost/shop",
    "postgres://shop:p@ss@localhost/shop",
    "/var/run/postgresql shop",
    "socket:/tmp/?db=shop",
  ])("%j is accepted", (url) => {
    expect(postgres(url).dialect).toBe("postgres");
  });

  test("that is not set is refused with a hint at the environment", () => {
    expect(() => postgres(undefined as unknown as string)).toThrow(
      /got undefined; check that the environment variable/,
    );
    expect(() => postgres(null as unknown as string)).toThrow(/got null$/);
  });

  test.each([
    ["postgres://127.0.0.1:1/shop", /nothing listens at its host and port \(ECONNREFUSED\)/, /^Start PostgreSQL/],
    ["postgres://nowhere.invalid/shop", /its host is not known/, /^Correct the host/],
  ])("%s cannot be reached", async (url, message, hint) => {
    const error = await errorOf(postgres(url.replace("//", `//shop:${PASSWORD}@`)));
    expect(error).toMatchObject({ kind: "database_unavailable", retryable: true });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});

/** Errors that a PostgreSQL of its own would be needed for, as pg throws them. */
test.each([
  [
    "28P01",
    'password authentication failed for user "shop"',
    /refuses the user or the password \(28P01\)/,
    /percent-enc/,
  ],
  ["28000", 'no pg_hba.conf entry for host "1.2.3.4"', /does not let this user connect/, /pg_hba\.conf/],
  ["53300", "sorry, too many clients already", /has no connection left/, /max_connections/],
  ["53100", "could not extend file", /no space left/, /^Free space/],
  ["42501", "permission denied for schema public", /does not let this user write/, /^Grant/],
  ["ERR_MODULE_NOT_FOUND", "Cannot find package 'pg'", /pg is not installed/, /npm install pg/],
  [
    undefined,
    "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string",
    /there is none/,
    /^Add the password/,
  ],
  [undefined, "The server does not support SSL connections", /does not support TLS/, /sslmode/],
  [undefined, "timeout exceeded when trying to connect", /not reached in time/, /firewall/],
])("PostgreSQL, %s: %s", (code, text, message, hint) => {
  const error = postgresFailureOf(Object.assign(new Error(text), code === undefined ? {} : { code }));
  expect(error?.message).toMatch(message);
  expect(error?.hint).toMatch(hint);
  expect(JSON.stringify(error)).not.toContain("1.2.3.4");
});

const coded = (code: string | undefined, text = "no", more: object = {}): Error =>
  Object.assign(new Error(text), code === undefined ? {} : { code }, more);

describe("an error that reaches PostgreSQL's errors", () => {
  test.each([
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "EAI_AGAIN",
    "57P01",
    "57P03",
    "08006",
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "EPROTO",
    "CONNECTION_CLOSED",
  ])("with the code %s is a lost connection", (code) => {
    expect(postgresFailureOf(coded(code))).toMatchObject({ kind: "database_unavailable" });
    expect(isConnectionLost(coded(code))).toBe(true);
  });

  test.each([
    "Connection terminated",
    "Connection terminated unexpectedly",
    "Connection terminated due to connection timeout",
    "Client has encountered a connection error and is not queryable",
    "Client was closed and is not queryable",
    "SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match",
    "Knex: Timeout acquiring a connection. The pool is probably full.",
  ])("of pg or its pool, %s, is one too", (text) => {
    expect(postgresFailureOf(coded(undefined, text))).toMatchObject({ kind: "database_unavailable" });
  });

  test("of a socket that is not there is one, and of a file it is not", () => {
    const ofSocket = coded("ENOENT", "connect ENOENT /var/run/.s.PGSQL.5432", { syscall: "connect" });
    expect(postgresFailureOf(ofSocket)).toMatchObject({ kind: "database_unavailable" });
    expect(postgresFailureOf(coded("ENOENT", "no such file", { syscall: "open" }))).toBeUndefined();
  });

  test.each<[string | undefined, string]>([
    ["ERR_BAD_REQUEST", "Request failed with status code 400"],
    ["ENOENT", "no such file"],
    ["ER_DUP_ENTRY", "Duplicate entry"],
    ["ERR_MODULE_NOT_FOUND", "Cannot find package 'mailer'"],
    ["P2002", "Unique constraint failed"],
    ["23505", "duplicate key value"],
    [undefined, "the mail server closed the connection"],
  ])("with the code %s is that of the application: %s", (code, text) => {
    expect(postgresFailureOf(coded(code, text))).toBeUndefined();
  });

  test("with a code that is not known has its connection closed", () => {
    expect(isConnectionLost(coded("ERR_BAD_REQUEST"))).toBe(true);
  });
});

const answer = await postgresAnswer();

describe.skipIf(!("url" in answer))("a running PostgreSQL", () => {
  const changed = (change: (url: URL) => void): string => {
    const url = new URL("url" in answer ? answer.url : "");
    change(url);
    return url.href;
  };

  test("without the database", async () => {
    const error = await errorOf(postgres(changed((url) => (url.pathname = "/nowhere"))));
    expect(error).toMatchObject({ kind: "database_unavailable", retryable: false });
    expect(error.message).toBe("the database does not exist (3D000)");
    expect(error.hint).toMatch(/^Create the database, or correct its name/);
  });

  test("that refuses the user", async () => {
    const pool = new pg.Pool({ connectionString: changed((url) => (url.username = "nobody")), password: PASSWORD });
    const error = await errorOf(postgres(pool));
    await pool.end();
    expect(error.message).toMatch(
      /refuses the user or the password \(28P01\)|does not let this user connect \(28000\)/,
    );
    expect(error).toMatchObject({ kind: "database_unavailable", retryable: false });
  });

  test("that only reads", async () => {
    const url = changed((each) => each.searchParams.set("options", "-c default_transaction_read_only=on"));
    const error = await errorOf(postgres(url, { schema: "advice" }));
    expect(error).toMatchObject({ kind: "database_readonly", hint: expect.stringContaining("replica") });
  });
});

describe.each((await databaseKinds()).slice(0, 1))("a link of a gateway that is not configured, on $name", (kind) => {
  test("is unknown, and the error names the gateways", async () => {
    const shop = await openShop(kind);
    const refusals = [
      await shop.ledger.get("midtrans:1"),
      await shop.ledger.trail("midtrans:1"),
      await shop.ledger.confirm("midtrans:1"),
      await shop.ledger.close("midtrans:1"),
    ];
    for (const refused of refusals) {
      expect(refused._unsafeUnwrapErr()).toMatchObject({
        kind: "unknown_link",
        message: 'expected a link of a gateway that is or was configured (memory), and none has the key "midtrans"',
        hint: expect.stringMatching(/^Configure the gateway in createPaymentLinks, which has memory\..* aliases\.$/),
      });
    }
    expect((await shop.ledger.get("memory:1"))._unsafeUnwrapErr().message).not.toContain("configured");
    await shop.close();
  });
});

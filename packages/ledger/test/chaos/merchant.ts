// A merchant's process, which is killed: a web server for webhooks, and a worker that writes an effect for each event.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { flushCompileCache } from "node:module";
import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import BetterSqlite3 from "better-sqlite3";
import pg from "pg";
import {
  createLedger,
  type Database,
  type LedgerEvent,
  type OwnTransaction,
  pgTransaction,
  postgres,
  type SqliteTransaction,
  sqlite,
} from "../../src/index.ts";
import { type Passing, type Rewriting, rewritingPool } from "../support/rewriting-pool.ts";
import { INSERT_EFFECT, type MerchantOptions, numberedInsert, type Paths } from "./merchant-options.ts";

const { place, isOwn, isWatched } = JSON.parse(process.argv[2] ?? "{}") as MerchantOptions;

const valuesOf = ({ id, link, history }: LedgerEvent) => [id, link.id, history?.providerId ?? null];

interface Opened {
  readonly database: Database<unknown, unknown>;
  readonly handler: (event: LedgerEvent, tx: unknown) => unknown;
}

const openFile = (file: string): Opened => {
  if (!isOwn) {
    const handler = (event: LedgerEvent, tx: unknown): undefined =>
      (tx as SqliteTransaction).run(INSERT_EFFECT, ...valuesOf(event));
    return { database: sqlite(file), handler };
  }
  const connection = new BetterSqlite3(file, { timeout: 50 });
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  const transaction: OwnTransaction<BetterSqlite3.Database, undefined> = (work) =>
    connection.transaction(() => work(connection, (sql, values) => void connection.prepare(sql).run(...values)))();
  return {
    database: sqlite(connection, { transaction }),
    handler: (event, tx) => void (tx as BetterSqlite3.Database).prepare(INSERT_EFFECT).run(...valuesOf(event)),
  };
};

let path: keyof Paths = "optimistic";
let written = { optimistic: 0, lock: 0 };

// One link only: two statements that change many can wait for each other.
const CHANGE_LAST = "UPDATE tautan_links SET version = version + 1 WHERE ref = (SELECT max(ref) FROM tautan_links)";

/** Counts what is written in each way, and forces the other one, as if another process had changed the link since it was read. */
const watch = ({ name, isInside }: Passing): Rewriting | undefined => {
  if (!name.startsWith("tautan_write_all")) return undefined;
  written[isInside ? "lock" : "optimistic"] += 1;
  return path === "lock" && !isInside ? { before: CHANGE_LAST } : undefined;
};

const openPostgres = (url: string): Opened => {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  pool.on("error", () => {});
  return {
    database: isOwn
      ? postgres(pool, { transaction: pgTransaction(pool) })
      : postgres(isWatched ? rewritingPool(pool, watch) : pool),
    handler: async (event, tx) => {
      await (tx as pg.PoolClient).query(numberedInsert, valuesOf(event));
    },
  };
};

const { database, handler } = "file" in place ? openFile(place.file) : openPostgres(place.url);
const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
const ledger = createLedger({ links, database });
// A short lease: a killed worker holds its link no longer than that.
ledger.process(handler, { leaseMs: 500, pollMs: 50, reconcile: false });

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method === "PUT") {
    path = request.url === "/lock" ? "lock" : "optimistic";
    response.end(JSON.stringify(written));
    written = { optimistic: 0, lock: 0 };
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = {
    "content-type": "application/json",
    "memory-signature": String(request.headers["memory-signature"]),
  };
  const webhook = { method: "POST", headers, body: Buffer.concat(chunks) };
  const answered = await ledger.handle(new Request("http://localhost/memory", webhook));
  response.writeHead(answered.status).end(await answered.text());
};
const server = createServer((request, response) => void answer(request, response));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // It is killed, and so would keep nothing for the next one.
  flushCompileCache();
  // Whoever has started it may have ended meanwhile.
  process.send?.(port, undefined, undefined, (error) => error && process.exit());
});
process.on("disconnect", () => process.exit());

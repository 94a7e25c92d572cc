// SQLite: commits that reach the disk, at two sizes of the ledger, beside what the disk can do.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqlite } from "../../packages/ledger/dist/index.js";
import { tableOf, takeTimes, takeTurns } from "../statistics.mjs";
import { latencyTable, measureLatency } from "./latency.mjs";
import { copies, createArrivals, deliver, openLedger, readPage, storeOriginal } from "./shop.mjs";

const WORDS = {
  numbers: (count) =>
    `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n)`,
  time: "strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', '+' || (i * 7) || ' seconds')",
  digest: "lower(hex(randomblob(32)))",
  json: (column, changed) => changed(`o.${column}`),
};

/** Deliveries at once: as many as share a commit. */
const GROUP = 64;
/** Deliveries of a turn, one after the other. */
const ONE_BY_ONE = 16;
/** Deliveries of one webhook that was stored before. */
const DUPLICATES = 1000;

/** A ledger on SQLite with many links. */
export const buildSqlite = async (file, count) => {
  const start = performance.now();
  const first = openLedger(sqlite(file));
  await storeOriginal(first);
  await first.end();
  const connection = new DatabaseSync(file);
  connection.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN");
  const columnsOf = (table) =>
    connection
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name }) => name);
  for (const statement of await copies(count, { ...WORDS, columnsOf })) connection.exec(statement);
  connection.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  process.stderr.write(`SQLite: ${count} links in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  return { file, count, ledger: openLedger(sqlite(file)), arrivals: createArrivals(count, Date.now().toString(36)) };
};

/** Appends of 4 KiB that reach the disk one after the other: the limit of durable commits. */
const openSyncs = (file) => {
  const descriptor = openSync(file, "w");
  const block = Buffer.alloc(4096, 1);
  return {
    run: async (count) => {
      for (let done = 0; done < count; done += 1) {
        writeSync(descriptor, block);
        fdatasyncSync(descriptor);
      }
      return count;
    },
    end: () => {
      closeSync(descriptor);
      rmSync(file);
    },
  };
};

const SYNC = "fdatasync of 4 KiB";

/** Whether duplicates leave the file as it is, as another connection sees it. */
const writesOfDuplicates = async ({ file, ledger, arrivals }) => {
  const [webhook] = arrivals(1);
  await deliver(ledger, [webhook], { atOnce: 1 });
  const other = new DatabaseSync(file);
  const version = () => other.prepare("PRAGMA data_version").get().data_version;
  const before = version();
  await deliver(ledger, Array(DUPLICATES).fill(webhook), { atOnce: 8, state: "duplicate" });
  const writes = version() === before ? 0 : 1;
  other.close();
  return writes;
};

/** The latency of deliveries, once the events that the turns have left behind are handled. */
const measureWaiting = ({ file, ledger, arrivals }, turns) => {
  const other = new DatabaseSync(file);
  other.exec("DELETE FROM tautan_lanes; UPDATE tautan_events SET handled_at = learnt_at WHERE handled_at IS NULL");
  other.close();
  return measureLatency(ledger, arrivals(turns * 20), (done) => () => done());
};

const measureSqlite = async ({ folder, sizes, rounds, turns }) => {
  const shops = [];
  for (const count of sizes) shops.push(await buildSqlite(join(folder, `links-${count}.db`), count));
  const syncs = openSyncs(join(folder, "sync.bin"));
  const one = (count) => `${count} links, one delivery a commit`;
  const many = (count) => `${count} links, ${GROUP} deliveries at once`;
  const page = (count) => `page of 50 of ${count} links`;
  const variants = { [SYNC]: () => () => syncs.run(ONE_BY_ONE) };
  const pages = {};
  const comparisons = {};
  for (const { count, ledger, arrivals } of shops) {
    const [duplicate] = arrivals(1);
    await deliver(ledger, [duplicate], { atOnce: 1 });
    const delivering = (size, options) => () => {
      const webhooks = arrivals(size);
      return () => deliver(ledger, webhooks, options);
    };
    variants[one(count)] = delivering(ONE_BY_ONE, { atOnce: 1 });
    variants[many(count)] = delivering(GROUP, { atOnce: GROUP });
    variants[`${count} links, duplicates`] = () => () =>
      deliver(ledger, Array(ONE_BY_ONE).fill(duplicate), { atOnce: 1, state: "duplicate" });
    pages[page(count)] = () => readPage(ledger, count);
    comparisons[`${count} links, ${GROUP} at once to one`] = [many(count), one(count)];
  }
  // Pages first, while each link still has one payment.
  const pageTimes = await takeTimes(pages, { rounds, turns: turns * 4 });
  const rates = await takeTurns(variants, { rounds, turns });
  syncs.end();
  const latencies = {};
  const writes = [];
  for (const shop of shops) {
    writes.push(`${await writesOfDuplicates(shop)} of ${shop.count} links`);
    latencies[`${shop.count} links`] = await measureWaiting(shop, turns);
    await shop.ledger.end();
  }
  const database = `SQLite ${process.versions.sqlite}, WAL, synchronous = FULL`;
  return [
    tableOf({
      id: "sqlite",
      title: `${database}: deliveries`,
      unit: "a second",
      reference: SYNC,
      figures: rates,
      comparisons,
      note: `Transactions that wrote in ${DUPLICATES} duplicates: ${writes.join(", ")}.`,
    }),
    tableOf({
      id: "sqlite-pages",
      title: `${database}: pages of 50 links from a random place`,
      unit: "µs",
      reference: page(sizes[0]),
      figures: pageTimes,
    }),
    latencyTable({ id: "sqlite-latency", title: `${database}, with process()`, latencies }),
  ];
};

export const measure = ({ quick, folder }) =>
  measureSqlite({
    folder,
    sizes: quick ? [10_000] : [10_000, 1_000_000],
    rounds: quick ? 5 : 9,
    turns: quick ? 8 : 30,
  });

// SQLite: commits that reach the disk, at two sizes of the ledger, beside what the disk can do.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqlite } from "../../packages/ledger/src/index.ts";
import { compare, openSyncs, printFigures, printRatios, takeTimes, takeTurns } from "./figures.mjs";
import { measureLatency, printLatency } from "./latency.mjs";
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

const build = async (file, count) => {
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

/** Whether duplicates leave the file as it is, as another connection sees it. */
const writesOfDuplicates = async ({ file, ledger, arrivals }) => {
  const [webhook] = arrivals(1);
  await deliver(ledger, [webhook], { atOnce: 1 });
  const other = new DatabaseSync(file);
  const version = () => other.prepare("PRAGMA data_version").get().data_version;
  const before = version();
  await deliver(ledger, Array(1000).fill(webhook), { atOnce: 8, state: "duplicate" });
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

export const measureSqlite = async ({ folder, sizes, rounds, turns }) => {
  const shops = [];
  for (const count of sizes) shops.push(await build(join(folder, `links-${count}.db`), count));
  const syncs = openSyncs(join(folder, "sync.bin"));
  const variants = { "fdatasync of 4 KiB": () => () => syncs.run(ONE_BY_ONE) };
  const pages = {};
  for (const { count, ledger, arrivals } of shops) {
    const [duplicate] = arrivals(1);
    await deliver(ledger, [duplicate], { atOnce: 1 });
    const delivering = (size, options) => () => {
      const webhooks = arrivals(size);
      return () => deliver(ledger, webhooks, options);
    };
    variants[`${count} links, one delivery a commit`] = delivering(ONE_BY_ONE, { atOnce: 1 });
    variants[`${count} links, ${GROUP} deliveries at once`] = delivering(GROUP, { atOnce: GROUP });
    variants[`${count} links, duplicates`] = () => () =>
      deliver(ledger, Array(ONE_BY_ONE).fill(duplicate), { atOnce: 1, state: "duplicate" });
    pages[`page of 50 of ${count} links`] = () => readPage(ledger, count);
  }
  // Pages first, while each link still has one payment.
  const pageTimes = await takeTimes(pages, { rounds, turns: turns * 4 });
  const rates = await takeTurns(variants, { rounds, turns });
  syncs.end();
  const [small, large] = sizes;
  const one = (count) => `${count} links, one delivery a commit`;
  const lines = sizes.flatMap((count) => [
    compare(`SQLite, ${count} links: commits to fdatasync`, rates, one(count), "fdatasync of 4 KiB", {
      least: count === small ? 0.5 : 0.35,
    }),
    compare(
      `SQLite, ${count} links: ${GROUP} at once to one`,
      rates,
      `${count} links, ${GROUP} deliveries at once`,
      one(count),
      {
        least: count === small ? 2.4 : 1.8,
      },
    ),
  ]);
  if (large !== undefined) {
    const page = (count) => `page of 50 of ${count} links`;
    lines.push(
      compare(`SQLite: page at ${large} links to ${small}`, pageTimes, page(large), page(small), { most: 1.2 }),
    );
  }
  const latencies = {};
  for (const shop of shops) {
    const ratio = await writesOfDuplicates(shop);
    lines.push({
      what: `SQLite, ${shop.count} links: writes of 1000 duplicates`,
      ratio,
      low: ratio,
      high: ratio,
      most: 0,
    });
    latencies[`SQLite, ${shop.count} links, with process()`] = await measureWaiting(shop, turns);
    await shop.ledger.end();
  }
  console.log(`\nSQLite ${process.versions.sqlite}, WAL, synchronous = FULL, Node ${process.version}`);
  printFigures(rates, "a second");
  printFigures(pageTimes, "µs");
  for (const [name, latency] of Object.entries(latencies)) printLatency(name, latency);
  printRatios(lines);
};

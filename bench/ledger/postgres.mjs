// PostgreSQL: deliveries beside pgbench with the same statements, and beside the usual transaction.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgres } from "../../packages/ledger/dist/index.js";
import { tableOf, takeTurns } from "../statistics.mjs";
import { latencyTable, measureLatency } from "./latency.mjs";
import { openNaiveLedger } from "./naive.mjs";
import { fromLedger } from "./packages.mjs";
import { copies, createArrivals, deliver, openLedger, storeOriginal } from "./shop.mjs";
import { namesOf, pgbenchScript, recordingLedger, recordStatements, runWithClient, SAMPLE } from "./statements.mjs";

const WORDS = {
  numbers: (count) => `generate_series(1, ${count}) AS i`,
  time: `to_char(timestamp '2020-01-01' + i * interval '7 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  digest: "md5(i || 'a') || md5(i || 'b')",
  json: (column, changed) => `cast(${changed(`cast(o.${column} as text)`)} as jsonb)`,
};

const CONNECTIONS = 8;
const ONE_LABEL = "1 connection";
const CONNECTIONS_LABEL = `${CONNECTIONS} connections`;

/** Of the machine: the package of PostgreSQL for tests has none. */
const findPgbench = () => {
  const candidates = [
    process.env["PGBENCH"],
    ...globSync("/usr/lib/postgresql/*/bin/pgbench"),
    "/usr/local/bin/pgbench",
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
};

export const startServer = async (folder) => {
  const child = fork(new URL("./postgres-child.mjs", import.meta.url), [mkdtempSync(join(folder, "postgres-"))], {
    stdio: "ignore",
  });
  const [answer] = await once(child, "message");
  if (!answer.url) throw new Error(`no PostgreSQL runs here: ${answer.reason}`);
  return {
    url: answer.url,
    stop: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
};

/** Its connections are new in each turn: without this, they would plan the first five of each statement, and those of the ledger do not. */
const WARM = { PGOPTIONS: "-c plan_cache_mode=force_generic_plan" };

/** Runs both scripts by turns, each statement prepared once for each connection, as in the ledger. */
const runPgbench = (pgbench, { url, scripts, size, atOnce }) => {
  const { hostname, port, username, password } = new URL(url);
  const args = ["-h", hostname, "-p", port, "-U", username, "-n", "-M", "prepared", "-c", String(atOnce), "-j", "1"];
  args.push("-t", String(size / atOnce), ...scripts.flatMap((script) => ["-f", script]), "postgres");
  const output = execFileSync(pgbench, args, {
    encoding: "utf8",
    env: { ...process.env, ...WARM, PGPASSWORD: password },
  });
  const rate = Number(/tps = ([\d.]+)/.exec(output)?.[1]);
  if (!(rate > 0)) throw new Error(`pgbench reported no rate: ${output}`);
  return { count: size, ms: (size * 1000) / rate };
};

/** How many statements of a duplicate write. */
const writesOfDuplicate = async (pool, duplicate) => {
  const { ledger, recorded } = recordingLedger(pool);
  await deliver(ledger, [duplicate], { atOnce: 1, state: "duplicate" });
  const before = recorded.length;
  await deliver(ledger, [duplicate], { atOnce: 1, state: "duplicate" });
  return recorded.slice(before).filter(({ text }) => !/^select/i.test(text)).length;
};

const below = (limit) => Math.floor(Math.random() * limit);

const measurePostgres = async ({ folder, count, rounds, turns, oneByOne }) => {
  const { default: pg } = await fromLedger("pg");
  const server = await startServer(folder);
  const pools = [];
  const clients = [];
  const open = () => {
    const pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS });
    pool.on("error", () => {});
    pools.push(pool);
    return pool;
  };
  try {
    const start = performance.now();
    const own = open();
    const ledger = openLedger(postgres(open()));
    await storeOriginal(ledger);
    const columnsOf = async (table) =>
      (await own.query(`SELECT * FROM ${table} LIMIT 0`)).fields.map(({ name }) => name);
    for (const statement of await copies(count, { ...WORDS, columnsOf })) await own.query(statement);
    await own.query("VACUUM ANALYZE");
    process.stderr.write(`PostgreSQL: ${count} links in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
    const statements = await recordStatements(own);
    const naive = openNaiveLedger(open(), { preparedStatements: false });
    const prepared = openNaiveLedger(open());
    const pgbench = findPgbench();
    const scripts = Object.entries(statements).map(([state, list]) => {
      const file = join(folder, `${state}.sql`);
      writeFileSync(file, pgbenchScript(list, state, count));
      return file;
    });
    const arrivals = createArrivals(count, Date.now().toString(36), [SAMPLE]);
    const [duplicate] = arrivals(1);
    await deliver(ledger, [duplicate], { atOnce: 1 });
    const delivering = (each, size, atOnce) => () => {
      const webhooks = arrivals(size);
      return () => deliver(each, webhooks, { atOnce });
    };
    const floorPool = open();
    clients.push(...(await Promise.all(Array.from({ length: CONNECTIONS }, () => floorPool.connect()))));
    let serial = 0;
    const sending = (size, atOnce) => () => async () => {
      let sent = 0;
      const worker = async (client) => {
        while (sent < size) {
          sent += 1;
          serial += 1;
          const state = serial % 2 === 0 ? "paid" : "settled";
          await runWithClient(client, statements[state], namesOf(state, below(count) + 1, `c${serial}`));
        }
      };
      await Promise.all(clients.slice(0, atOnce).map(worker));
      return size;
    };
    const variants = {};
    for (const [label, size, atOnce] of [
      [ONE_LABEL, oneByOne, 1],
      [CONNECTIONS_LABEL, oneByOne * CONNECTIONS, CONNECTIONS],
    ]) {
      variants[`ledger, ${label}`] = delivering(ledger, size, atOnce);
      variants[`usual transaction, ${label}`] = delivering(naive, size, atOnce);
      variants[`usual transaction, prepared, ${label}`] = delivering(prepared, size, atOnce);
      variants[`the same statements by pg, ${label}`] = sending(size, atOnce);
      if (pgbench)
        variants[`pgbench, ${label}`] = () => () => runPgbench(pgbench, { url: server.url, scripts, size, atOnce });
    }
    variants["duplicates, 1 connection"] = () => () =>
      deliver(ledger, Array(oneByOne).fill(duplicate), { atOnce: 1, state: "duplicate" });
    // Before the floors settle payments of which webhooks would report: those would then have no event.
    const latency = await measureLatency(ledger, arrivals(oneByOne * 5), (done) => async () => done());
    const rates = await takeTurns(variants, { rounds, turns });
    const floor = pgbench ? "pgbench" : "the same statements by pg";
    const comparisons = {};
    for (const label of [CONNECTIONS_LABEL, ONE_LABEL]) {
      const ours = `ledger, ${label}`;
      comparisons[`ledger to its statements, ${label}`] = [ours, `${floor}, ${label}`];
      comparisons[`ledger to usual transaction, ${label}`] = [ours, `usual transaction, ${label}`];
      comparisons[`ledger to usual transaction, prepared, ${label}`] = [ours, `usual transaction, prepared, ${label}`];
    }
    const { rows } = await own.query("SHOW server_version");
    const version = pgbench
      ? execFileSync(pgbench, ["--version"], { encoding: "utf8" }).trim()
      : "pg with the same statements, because there is no pgbench here";
    const database = `PostgreSQL ${rows[0].server_version}, fsync on`;
    return [
      tableOf({
        id: "postgres",
        title: `${database}, ${count} links: deliveries`,
        unit: "a second",
        reference: `${floor}, ${ONE_LABEL}`,
        figures: rates,
        comparisons,
        note: `The floor is ${version}. Statements of a duplicate that write: ${await writesOfDuplicate(own, duplicate)}.`,
      }),
      latencyTable({
        id: "postgres-latency",
        title: `${database}, with process()`,
        latencies: { [`${count} links`]: latency },
      }),
    ];
  } finally {
    // A pool ends only when it has all its connections back.
    for (const client of clients) client.release();
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  }
};

export const measure = ({ quick, folder }) =>
  measurePostgres({
    folder,
    count: quick ? 10_000 : 100_000,
    rounds: quick ? 5 : 9,
    turns: quick ? 1 : 3,
    oneByOne: quick ? 24 : 100,
  });

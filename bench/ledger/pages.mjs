// The pages that the commit of one delivery writes on SQLite, by table and index: `node bench/ledger/pages.mjs [links]`. They are read from the
// log, and do not depend on the machine.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deliver } from "./shop.mjs";
import { buildSqlite } from "./sqlite.mjs";

/** Deliveries of each kind. So few that the log does not begin anew. */
const EACH = 70;
/** Groups of deliveries before, so that open events and lanes are as many as in the benchmark. */
const GROUPS_BEFORE = 20;

/** The pages of each commit of a log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const commitsOf = (log) => {
  const frame = 24 + log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const commits = [[]];
  for (let at = 32; at + frame <= log.length; at += frame) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    commits.at(-1).push(log.readUInt32BE(at));
    // The size of the database, in the last frame of a commit.
    if (log.readUInt32BE(at + 4) !== 0) commits.push([]);
  }
  return commits.slice(0, -1);
};

const nameOf = ({ name, pagetype }) => (pagetype === "leaf" ? name : `${name}, ${pagetype}`);

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "tautan-pages-"));
const { file, ledger, arrivals } = await buildSqlite(join(folder, "shop.db"), count);
for (let group = 0; group < GROUPS_BEFORE; group += 1) await deliver(ledger, arrivals(64), { atOnce: 64 });
const own = new DatabaseSync(file);
own.exec("PRAGMA wal_checkpoint(TRUNCATE)");
await deliver(ledger, arrivals(2 * EACH), { atOnce: 1 });
const commits = commitsOf(readFileSync(`${file}-wal`));
if (commits.length !== 2 * EACH) throw new Error(`expected ${2 * EACH} commits, got ${commits.length}`);
const names = new Map(
  own
    .prepare("SELECT pageno, name, pagetype FROM dbstat")
    .all()
    .map((row) => [row.pageno, nameOf(row)]),
);
const pages = {};
for (const [index, commit] of commits.entries()) {
  for (const page of commit) {
    const row = (pages[names.get(page) ?? "free"] ??= { "a new payment": 0, "its settlement": 0 });
    row[index % 2 === 0 ? "a new payment" : "its settlement"] += 1 / EACH;
  }
}
const rows = Object.entries(pages).toSorted(([one], [other]) => (one < other ? -1 : 1));
const sumOf = (kind) => rows.reduce((sum, [, row]) => sum + row[kind], 0);
rows.push(["all", { "a new payment": sumOf("a new payment"), "its settlement": sumOf("its settlement") }]);
for (const [name, row] of rows) {
  console.log(name.padEnd(52), ...Object.values(row).map((value) => value.toFixed(2).padStart(8)));
}
own.close();
await ledger.end();
rmSync(folder, { recursive: true });

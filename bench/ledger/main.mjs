// The ledger beside the limits of its databases. Usage: node main.mjs [--quick] [--only sqlite|postgres] [--rounds 9] [--folder path]
// The databases are in a temporary folder: --folder puts them on another disk. Prints figures and whether each ratio meets its target; a timing never decides a test, so the exit code is 0 either way.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import "../from-sources.mjs";

const { measurePostgres } = await import("./postgres.mjs");
const { measureSqlite } = await import("./sqlite.mjs");

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    folder: { type: "string", default: tmpdir() },
  },
});
if (values.only !== undefined && values.only !== "sqlite" && values.only !== "postgres") {
  throw new TypeError(`--only: expected sqlite or postgres, got ${values.only}`);
}
const rounds = Number(values.rounds ?? (values.quick ? 5 : 9));
if (!Number.isInteger(rounds) || rounds < 1)
  throw new TypeError(`--rounds: expected a whole number, got ${values.rounds}`);

const folder = mkdtempSync(join(values.folder, "tautan-bench-"));
// PostgreSQL runs as another user if this is root.
chmodSync(folder, 0o755);
try {
  console.log(`${new Date().toISOString()}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}`);
  if (values.only !== "postgres") {
    const sizes = values.quick ? [10_000] : [10_000, 1_000_000];
    await measureSqlite({ folder, sizes, rounds, turns: values.quick ? 15 : 30 });
  }
  if (values.only !== "sqlite") {
    await measurePostgres({
      folder,
      count: values.quick ? 10_000 : 100_000,
      rounds,
      turns: 3,
      oneByOne: values.quick ? 40 : 100,
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

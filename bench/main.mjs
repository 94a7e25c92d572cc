// Tautan beside its peers, in one run. Usage, from the root:
//   npm run bench -- [--quick] [--only webhooks,calls] [--check] [--write] [--json file]
// Prints tables of ratios and writes the result as JSON. With --check, the exit code is 1 if a ratio is over its budget. With --write, the
// result becomes that of docs/performance.md.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkBudgets, printBudgets } from "./budgets.mjs";
import { describeRun } from "./machine.mjs";
import { printTable } from "./statistics.mjs";

/** By name, in the order in which they run: the module that measures it. */
const SECTIONS = {
  webhooks: "./webhooks.mjs",
  stages: "./stage-table.mjs",
  signatures: "./signatures.mjs",
  calls: "./calls.mjs",
  starts: "./starts.mjs",
  growth: "./growth.mjs",
  sqlite: "./ledger/sqlite.mjs",
  postgres: "./ledger/postgres.mjs",
  handler: "./handler/load.mjs",
};

const names = Object.keys(SECTIONS);

const readArguments = () => {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        check: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        json: { type: "string", default: join(import.meta.dirname, "result.json") },
        folder: { type: "string", default: tmpdir() },
      },
    });
    const only = values.only?.split(",") ?? names;
    const unknown = only.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new TypeError(`--only: expected some of ${names.join(", ")}, got ${unknown}`);
    if (values.write && values.only !== undefined) throw new TypeError("--write needs all sections, without --only");
    return { ...values, only };
  } catch (error) {
    console.error(error.message);
    return process.exit(2);
  }
};

const { quick, only, check, write, json, folder: parent } = readArguments();

const run = describeRun();
const { cpu, cores } = run.machine;
console.log(`${run.date}, ${cores} × ${cpu}, load ${run.loadAtStart}, Node ${run.node}, commit ${run.commit}`);

// For databases: --folder puts them on another disk. PostgreSQL runs as another user if this is root.
const folder = mkdtempSync(join(parent, "tautan-bench-"));
chmodSync(folder, 0o755);
const tables = [];
try {
  for (const name of names.filter((each) => only.includes(each))) {
    const startMs = performance.now();
    const { measure } = await import(SECTIONS[name]);
    for (const table of await measure({ quick, folder })) {
      tables.push({ section: name, ...table });
      printTable(table);
    }
    console.log(`(${name}: ${((performance.now() - startMs) / 1000).toFixed(0)} s)`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Four digits are more than any figure is known by. */
const short = (_, value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
const result = { ...run, quick, tables };
const text = `${JSON.stringify(result, short, 1)}\n`;
writeFileSync(resolve(json), text);
if (write) {
  writeFileSync(join(import.meta.dirname, "measured.json"), text);
  execFileSync(process.execPath, [join(import.meta.dirname, "../docs/performance.mjs")], { stdio: "inherit" });
}

const verdicts = checkBudgets(result);
printBudgets(verdicts);
if (check && verdicts.some(({ isMet }) => !isMet)) process.exitCode = 1;
// Clients of peers keep sockets and timers.
process.exit();

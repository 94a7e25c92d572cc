// Writes the figures of bench/measured.json, which `npm run bench -- --write` measured, into performance.md and performance.svg.
// Usage: node docs/performance.mjs [--check]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkBudgets } from "../bench/budgets.mjs";
import { cellsOf, shown, shownSpread } from "../bench/statistics.mjs";
import { ROOT, row, writePages } from "./pages.mjs";
import { plot } from "./plot.mjs";

const measured = JSON.parse(readFileSync(join(ROOT, "bench/measured.json"), "utf8"));
const { tables } = measured;
const tableOf = (id) => {
  const found = tables.find((each) => each.id === id);
  if (found === undefined) throw new Error(`bench/measured.json has no table ${id}. Run: npm run bench -- --write`);
  return found;
};

const markdown = ([head, ...lines]) =>
  [row(head), row(head.map((_, column) => (column === 0 ? "---" : "--:"))), ...lines.map(row)].join("\n");
const ours = (name) => (name.startsWith("tautan ") ? `**${name}**` : name);

/** A whole table, with the name of each of our rows in bold. */
const whole = (id) => {
  const table = tableOf(id);
  const [head, ...lines] = cellsOf(table);
  const further = Object.entries(table.comparisons ?? {}).map(([name, ratio]) => `- ${name}: ${shownSpread(ratio)}`);
  return [
    `${table.title}${table.rounds > 1 ? `, ${table.rounds} rounds` : ""}:`,
    markdown([head, ...lines.map(([name, ...cells]) => [ours(name), ...cells])]),
    ...(further.length > 0 ? [further.join("\n")] : []),
    ...(table.note ? [table.note] : []),
  ].join("\n\n");
};

/** The ratios of several tables with the same rows, a column each. */
const together = (columns) => {
  const all = Object.entries(columns).map(([title, id]) => [title, tableOf(id)]);
  const names = [...new Set(all.flatMap(([, { rows }]) => Object.keys(rows)))];
  return markdown([
    ["", ...all.map(([title]) => title)],
    ...names.map((name) => [
      ours(name),
      ...all.map(([, { rows }]) => (rows[name] === undefined ? "–" : shownSpread(rows[name].ratio))),
    ]),
  ]);
};

const budgets = () => {
  const lines = checkBudgets(measured).map(({ table, row: name, ratio, target, tolerance, isMet }) => [
    `${table}: ${name}`,
    target,
    isMet ? shownSpread(ratio) : `**${shownSpread(ratio)}, missed**`,
    `${tolerance * 100} %`,
  ]);
  return markdown([["", "Target", "Measured", "Tolerance"], ...lines]);
};

const describeRun = () => {
  const { date, commit, node, machine, versions, loadAtStart, isChanged } = measured;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${date.slice(0, 10)} with commit \`${commit}\`${isChanged ? ", with changes" : ""}, Node ${node.slice(1)}, on ${machine.cores} cores (${machine.cpu}), ${machine.memoryGib} GiB, ${machine.system}, with a load of ${shown(loadAtStart)} at the start${measured.quick ? ", in a quick run" : ""}.`,
    `Peers: ${peers.join(", ")}.`,
  ].join(" ");
};

const kindOf = (name) => (/tautan |core/.test(name) ? "ours" : /floor|undici|node:/.test(name) ? "floor" : "peer");

const barsOf = (id, isShown, nameOf = (name) => name) =>
  Object.entries(tableOf(id).rows)
    .filter(([name]) => isShown(name))
    .map(([name, { ratio }]) => ({ name: nameOf(name), ratio, kind: kindOf(name) }))
    .toSorted((one, other) => one.ratio.median - other.ratio.median);

const panels = () => [
  {
    title: "A webhook of 1 KB, CPU time to stripe's constructEvent (which validates nothing)",
    bars: barsOf(
      "webhooks",
      (name) => !/Buffer|Request|awaited/.test(name),
      (name) => name.replace(", text", ""),
    ),
  },
  { title: "A create, one at once, CPU time to stripe", bars: barsOf("create-1", () => true) },
  { title: "A create, 64 at once, CPU time to stripe", bars: barsOf("create-64", () => true) },
  { title: "A get, 64 at once, CPU time to stripe", bars: barsOf("get-64", () => true) },
  {
    title: "An import in a fresh process, CPU time to xendit-node",
    bars: barsOf(
      "starts",
      (name) => name.startsWith("import ") && !/driver-memory|core, (webhooks|ledger)/.test(name),
      (name) => name.replace("import ", ""),
    ),
  },
];

const PAGE = "docs/performance.md";

writePages([
  [PAGE, "run", describeRun()],
  [PAGE, "budgets", budgets()],
  [PAGE, "webhooks", whole("webhooks")],
  [PAGE, "stages", whole("stages")],
  [PAGE, "signatures", whole("signatures")],
  [
    PAGE,
    "calls",
    together({
      "create, 1 at once": "create-1",
      "create, 64 at once": "create-64",
      "get, 1 at once": "get-1",
      "get, 64 at once": "get-64",
    }),
  ],
  [PAGE, "starts", [whole("starts"), whole("commands")].join("\n\n")],
  [
    PAGE,
    "growth",
    together({
      "merge a report into so many attempts": "growth-attempts",
      "read so many stored attempts": "growth-stored",
      "merge so many histories": "growth-histories",
      "list so many links": "growth-pages",
      "memory of so many histories": "growth-history-bytes",
      "memory of so many links": "growth-link-bytes",
    }),
  ],
  [
    PAGE,
    "ledger",
    ["sqlite", "sqlite-pages", "sqlite-latency", "postgres", "postgres-latency"].map(whole).join("\n\n"),
  ],
  [PAGE, "handler", whole("handler")],
]);

const picture = join(ROOT, "docs/performance.svg");
const drawn = plot(panels(), "Ratios of Tautan and its peers, as in the tables of this page");
if (!existsSync(picture) || readFileSync(picture, "utf8") !== drawn) {
  if (process.argv.includes("--check")) {
    console.error("docs/performance.svg does not match bench/measured.json. Run: node docs/performance.mjs");
    process.exitCode = 1;
  } else writeFileSync(picture, drawn);
}

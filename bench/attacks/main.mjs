// Attacks the library from outside and compares what happens with the truth. Usage, from the root:
//   npm run attack -- [--seed N] [--only splits,notices] [--short] [--write]
// Exit code 1 where a figure is beyond what must hold.
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { circumstances, tableOf, writePart } from "../../.ci/figures/reliability-page.ts";

/** By name: into how many processes its cases are divided. The longest first, so that two cores are done at the same time. */
const ATTACKS = { creates: 2, servers: 1, notices: 2, bodies: 1, splits: 1 };

const names = Object.keys(ATTACKS);
const usage = `expected --seed <text>, --only <${names.join(" | ")}, several by commas>, --short, or --write without these two`;

const readArguments = () => {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string" },
        only: { type: "string" },
        short: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
    if (values.write && (values.short || values.only !== undefined))
      throw new TypeError("--write: expected all attacks, in their long form");
    const only = values.only?.split(",") ?? names;
    if (only.some((name) => !names.includes(name))) throw new TypeError(`there is no such attack: ${values.only}`);
    return { ...values, only, seed: values.seed ?? String(Math.floor(Math.random() * 2 ** 31)) };
  } catch (thrown) {
    console.error(`${thrown.message}\n${usage}`);
    return process.exit(2);
  }
};

const { seed, only, short, write } = readArguments();

/** Runs one share of an attack in a process of its own, so that none disturbs another. */
const runShare = ({ name, share, shares }) =>
  new Promise((resolve) => {
    const options = JSON.stringify({ name, share, shares, seed, short });
    const child = fork(new URL("share.mjs", import.meta.url), [options], { stdio: "inherit" });
    let result;
    child.on("message", (message) => {
      result = message;
    });
    child.on("exit", (code) => {
      const broken = {
        rows: [row(name, "the attack itself ends", 1, 0, 1, false)],
        failures: [{ kind: "the attack itself", text: `ended with exit code ${code}` }],
      };
      resolve({ name, seconds: 0, ...(result ?? broken) });
    });
  });

const row = (attack, figure, cases, expected, found, holds) => ({ attack, figure, cases, expected, found, holds });

/** Adds the shares of an attack up: a figure that is a ratio counts by its highest. */
const merged = (results) => {
  const rows = new Map();
  for (const each of results.flatMap((result) => result.rows)) {
    const before = rows.get(each.figure);
    const sum = before && {
      ...before,
      cases: before.cases + each.cases,
      found: each.isHighest ? Math.max(before.found, each.found) : before.found + each.found,
      expected: typeof each.expected === "number" && each.isTotal ? before.expected + each.expected : each.expected,
      holds: before.holds && each.holds,
    };
    rows.set(each.figure, sum ?? each);
  }
  return [...rows.values()];
};

const shares = only
  .toSorted((left, right) => names.indexOf(left) - names.indexOf(right))
  .flatMap((name) =>
    Array.from({ length: short ? 1 : ATTACKS[name] }, (_, share) => ({
      name,
      share,
      shares: short ? 1 : ATTACKS[name],
    })),
  );

console.log(`seed ${seed}${short ? ", short form" : ""}`);
const startedAt = performance.now();
const waiting = shares.values();
const results = [];
const lane = async () => {
  for (const each of waiting) results.push(await runShare(each));
};
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));

const MAX_SHOWN = 15;
const table = names.filter((name) => only.includes(name)).flatMap((name) => merged(of(name)));
function of(name) {
  return results.filter((result) => result.name === name);
}
const show = (attack, figure, cases, expected, found, verdict) =>
  console.log(
    `${attack.padEnd(9)} ${figure.padEnd(62)} ${String(cases).padStart(8)} ${String(expected).padStart(9)} ${String(found).padStart(9)}  ${verdict}`,
  );
show("attack", "figure", "cases", "expected", "found", "verdict");
for (const { attack, figure, cases, expected, found, holds } of table) {
  show(attack, figure, cases, expected, found, holds === undefined ? "-" : holds ? "holds" : "BROKEN");
}
/** The first of each kind, with how many more there are: the others are mostly the same. */
for (const name of only) {
  const kinds = Map.groupBy(
    of(name).flatMap(({ failures }) => failures),
    ({ kind }) => kind,
  );
  if (kinds.size > 0) console.log(`\nnpm run attack -- --only ${name} --seed ${seed}${short ? " --short" : ""}`);
  for (const [kind, failures] of [...kinds].slice(0, MAX_SHOWN)) {
    console.log(`  ${kind} (${failures.length})\n    ${failures[0].text}`);
  }
  if (kinds.size > MAX_SHOWN) console.log(`  and ${kinds.size - MAX_SHOWN} more kinds`);
}
const seconds = (performance.now() - startedAt) / 1000;
console.log(`\n${seconds.toFixed(0)} s, seed ${seed}`);
if (write) {
  const rows = table.map(({ attack, figure, cases, expected, found, holds }) => [
    attack,
    figure,
    cases,
    String(expected),
    String(found),
    holds === undefined ? "–" : holds ? "yes" : "no",
  ]);
  writePart(
    "attacks",
    [
      `Seed ${seed}, ${circumstances(seconds)}.`,
      tableOf(["Attack", "Figure", "Cases", "Expected", "Found", "Holds"], rows).replace(
        "| --- | ---: |",
        "| --- | --- |",
      ),
    ].join("\n\n"),
  );
}
process.exitCode = table.every(({ holds }) => holds !== false) ? 0 : 1;

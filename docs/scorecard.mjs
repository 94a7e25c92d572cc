// Runs the conformance suite for every driver and writes what came of it into docs/conformance.md.
// Usage, after a build: node docs/scorecard.mjs [--check]
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, row, writePages } from "./pages.mjs";

const load = (path) => import(join(ROOT, path));
const { checkConformance, groupNames } = await load("packages/conformance/dist/index.js");
const { memorySubject } = await load("packages/conformance/test/support/memory-subject.ts");
const { midtransSubject } = await load("examples/conformance/src/midtrans.ts");
const { xfersSubject } = await load("examples/conformance/src/xfers.ts");
const { singapaySubject } = await load("examples/conformance/src/singapay.ts");

const DRIVERS = [
  { title: "Memory", subject: memorySubject, against: "itself: faults are played at its calls" },
  { title: "Midtrans", subject: midtransSubject, against: "the sandbox, over HTTP" },
  { title: "Xfers", subject: xfersSubject, against: "the sandbox, over HTTP" },
  { title: "SingaPay", subject: singapaySubject, against: "the sandbox, over HTTP" },
];

/** A driver whose create is written must be in the suite, or it would pass by not being looked at. */
const unlisted = globSync("packages/driver-*/src/capabilities.ts", { cwd: ROOT }).filter((path) => {
  const name = path.split("/")[1].replace("driver-", "");
  const isWritten = /\bcreate: true\b/.test(readFileSync(join(ROOT, path), "utf8"));
  return isWritten && !DRIVERS.some(({ subject }) => subject.name === name);
});
if (unlisted.length > 0) {
  throw new Error(
    `No conformance subject for ${unlisted.join(", ")}: add one in examples/conformance and name it here.`,
  );
}

const runs = [];
for (const driver of DRIVERS) runs.push({ ...driver, results: await checkConformance(driver.subject) });

const failed = runs.flatMap(({ results }) => results.filter((each) => each.outcome === "failed"));
for (const { driver, group, test, reason } of failed) console.error(`${driver} fails: ${group}: ${test}: ${reason}`);

const count = (results, outcome) => results.filter((each) => each.outcome === outcome).length;

/** `12`, or `11 of 12` where something did not run. */
const cell = (results) => {
  const [passed, skipped] = [count(results, "passed"), count(results, "skipped")];
  return skipped === 0 ? `${passed}` : `${passed} of ${passed + skipped}`;
};

const titles = runs.map(({ title }) => title);
const scorecard = [
  row(["", ...titles]),
  row(["---", ...titles.map(() => "---:")]),
  ...groupNames.map((name) =>
    row([name, ...runs.map(({ results }) => cell(results.filter((each) => each.group === name)))]),
  ),
  row(["**all**", ...runs.map(({ results }) => `**${cell(results)}**`)]),
].join("\n");

/** A table of what did not run for one reason or the other; a text where there is nothing. */
const unrun = (outcome) => {
  const lines = runs.flatMap(({ title, results }) =>
    results
      .filter((each) => each.outcome === outcome)
      .map(({ group, test, reason }) => row([title, group, test, reason])),
  );
  return lines.length === 0
    ? "Nothing."
    : [row(["Driver", "Group", "Test", "Why"]), row(["---", "---", "---", "---"]), ...lines].join("\n");
};

/** How many facts a driver's UNVERIFIED.md has. Each is one line that says what, why, and from where. */
const unverified = (name) => {
  const page = `packages/driver-${name}/UNVERIFIED.md`;
  const [, , ...facts] = readFileSync(join(ROOT, page), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  for (const fact of facts) {
    const cells = fact.split("|").slice(1, -1);
    if (cells.length !== 3 || cells.some((each) => each.trim() === "")) {
      throw new Error(`${page}: expected what, why and source, got ${fact}`);
    }
  }
  if (facts.length === 0) throw new Error(`${page}: expected a table of facts`);
  return `[${facts.length} choices](../${page})`;
};

const sources = [
  row(["", ...titles]),
  row(["---", ...titles.map(() => "---")]),
  row(["Run against", ...runs.map(({ against }) => against)]),
  row(["Seen live", ...runs.map(({ subject }) => (subject.wire === "calls" ? "there is nothing else" : "nothing"))]),
  row([
    "Confirmed by no document",
    ...runs.map(({ subject }) => (subject.wire === "calls" ? "–" : unverified(subject.name))),
  ]),
].join("\n");

if (failed.length > 0) process.exitCode = 1;
else {
  writePages([
    ["docs/conformance.md", "scorecard", scorecard],
    ["docs/conformance.md", "sources", sources],
    ["docs/conformance.md", "skipped", unrun("skipped")],
    ["docs/conformance.md", "absent", unrun("absent")],
  ]);
}

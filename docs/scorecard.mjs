// Runs the conformance suite for every driver and writes the results into docs/conformance.md.
// Usage, after a build: node docs/scorecard.mjs [--check]
import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { titleOf } from "../.ci/checks/gateway-lists.mjs";
import { readLists, STRENGTHS } from "../.ci/checks/unverified.mjs";
import { ROOT, row, writePages } from "./pages.mjs";

const load = (path) => import(join(ROOT, path));
const { checkConformance, groupNames } = await load("packages/conformance/dist/index.js");
const { memorySubject } = await load("packages/conformance/test/support/memory-subject.ts");
const { loadSubjects } = await load("examples/conformance/src/subjects.ts");

/** A driver is in the suite by its `test/subject.ts`, and in the tables once it creates links. */
const isWritten = ({ capabilities }) => capabilities.operations.create === true;
const subjects = (await loadSubjects()).filter(isWritten);

/** The driver of the suite itself, whose subject the suite's own tests use. */
const OWN = "memory";
const folders = globSync("packages/driver-*", { cwd: ROOT }).map((path) => basename(path).replace("driver-", ""));
const unlisted = folders.filter(
  (name) => !["kit", OWN].includes(name) && !existsSync(join(ROOT, `packages/driver-${name}/test/subject.ts`)),
);
if (unlisted.length > 0) {
  const files = unlisted.map((name) => `packages/driver-${name}/test/subject.ts`);
  throw new Error(`expected the conformance subject ${files.join(", ")}: an unlisted driver would never be tested`);
}

const AGAINST = { calls: "the driver itself, with faults injected into its calls", http: "the sandbox, over HTTP" };
const DRIVERS = [memorySubject, ...subjects].map((subject) => ({
  title: titleOf(ROOT, subject.name),
  subject,
  against: AGAINST[subject.traffic],
}));

const runs = [];
for (const driver of DRIVERS) runs.push({ ...driver, results: await checkConformance(driver.subject) });

const failed = runs.flatMap(({ results }) => results.filter((each) => each.outcome === "failed"));
for (const { driver, group, test, reason } of failed) console.error(`${driver} fails: ${group}: ${test}: ${reason}`);

const count = (results, outcome) => results.filter((each) => each.outcome === outcome).length;

/** `12`, or `11 of 12` if something did not run. */
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

/** A table of the tests with this outcome; a text if there are none. */
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

const { facts, problems } = readLists(ROOT);
if (problems.length > 0) throw new Error(`The lists of unverified facts have problems:\n${problems.join("\n")}`);

/** Every list, in the order of the drivers above; the sandbox's comes last. */
const lists = [
  ...runs
    .filter(({ subject }) => subject.traffic !== "calls")
    .map(({ title, subject }) => ({ title, page: `packages/driver-${subject.name}/UNVERIFIED.md` })),
  { title: "Sandbox", page: "packages/sandbox/UNVERIFIED.md" },
].map((list) => ({ ...list, facts: facts.filter(({ path }) => path === list.page) }));

const link = (page, text) => `[${text}](../${page})`;
const ofStrength = (some, strength) => some.filter((fact) => fact.strength === strength);

/** A fact in two lists counts in both, and once in the last column. */
const once = [...new Map(facts.map((fact) => [fact.id, fact])).values()];

const strengths = [
  row(["Best evidence", ...lists.map(({ title, page }) => link(page, title)), "Distinct facts"]),
  row(["---", ...lists.map(() => "---:"), "---:"]),
  ...STRENGTHS.map((strength) =>
    row([strength, ...lists.map((list) => ofStrength(list.facts, strength).length), ofStrength(once, strength).length]),
  ),
  row(["**all**", ...lists.map((list) => `**${list.facts.length}**`), `**${once.length}**`]),
].join("\n");

const sources = [
  row(["", ...titles]),
  row(["---", ...titles.map(() => "---")]),
  row(["Run against", ...runs.map(({ against }) => against)]),
  row(["Verified live", ...runs.map(({ subject }) => (subject.traffic === "calls" ? "not applicable" : "nothing"))]),
].join("\n");

if (failed.length > 0) process.exitCode = 1;
else {
  writePages([
    ["docs/conformance.md", "scorecard", scorecard],
    ["docs/conformance.md", "sources", sources],
    ["docs/conformance.md", "strengths", strengths],
    ["docs/conformance.md", "skipped", unrun("skipped")],
    ["docs/conformance.md", "absent", unrun("absent")],
  ]);
}

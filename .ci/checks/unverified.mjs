// Reads the lists of what was not verified, and finds lines that cannot be read or that contradict another list.
// Usage: node .ci/checks/unverified.mjs
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** From the best evidence to none. */
export const STRENGTHS = ["live", "production", "document", "code", "none"];

const COLUMNS = ["Id", "Strength", "Date", "Value"];
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[a-z0-9]+(-[a-z0-9]+)+$/;

const cellsOf = (line) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

const isRule = (line) => /^\|[-|: ]+\|$/.test(line);

/** Every line of one list, with its place, and what could not be read as one. */
export const readList = (path, text) => {
  const facts = [];
  const problems = [];
  let columns;
  let isKnownForm = false;
  for (const [index, line] of text.split("\n").entries()) {
    const place = `${path}:${index + 1}`;
    if (/^\s*[-*+] /.test(line)) problems.push(`${place}: expected a row with an id, got a list item: ${line.trim()}`);
    if (!line.startsWith("|")) {
      columns = undefined;
      continue;
    }
    const cells = cellsOf(line);
    if (columns === undefined) {
      columns = cells;
      isKnownForm = COLUMNS.every((name, at) => cells[at] === name);
      if (!isKnownForm) {
        problems.push(`${place}: expected a table that begins with ${COLUMNS.join(", ")}, got ${cells.join(", ")}`);
      }
    } else if (isKnownForm && !isRule(line)) {
      const [id = "", strength = "", date = "", value = "", ...texts] = cells;
      facts.push({ place, path, id, strength, date, value, texts });
      if (cells.length !== columns.length || texts.includes("")) {
        problems.push(`${place}: expected ${columns.length} cells, of which the value alone may be empty, got ${line}`);
      }
    }
  }
  if (facts.length === 0 && problems.length === 0) problems.push(`${path}: expected a table of facts`);
  return { facts, problems };
};

/** `2026-02-30` has the form of a date and is none. */
const isDate = (text) =>
  DATE.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

const prefixesOf = (path, drivers) => {
  const own = /packages\/driver-([a-z0-9-]+)\//.exec(path)?.[1];
  return own === undefined ? [...drivers, "sandbox"] : [own];
};

const problemsOfFact = ({ place, path, id, strength, date, texts }, { drivers, today }) => {
  const problems = [];
  const prefixes = prefixesOf(path, drivers);
  if (!ID.test(id)) problems.push(`${place}: expected an id such as ${prefixes[0]}-retries, got "${id}"`);
  else if (!prefixes.some((prefix) => id.startsWith(`${prefix}-`))) {
    problems.push(`${place}: expected an id that begins with ${prefixes.join("- or ")}-, got "${id}"`);
  }
  if (!STRENGTHS.includes(strength)) {
    problems.push(`${place}: expected a strength of ${STRENGTHS.join(", ")}, got "${strength}"`);
  }
  if (!isDate(date)) problems.push(`${place}: expected a date such as 2026-11-30, got "${date}"`);
  else if (date > today) problems.push(`${place}: expected a date that is not after today, ${today}, got ${date}`);
  if (strength !== "none" && STRENGTHS.includes(strength) && texts.at(-1)?.toLowerCase() === "none found") {
    problems.push(`${place}: expected the source of what is "${strength}", got "none found"`);
  }
  return problems;
};

const COMPARED = ["value", "strength", "date"];

const problemsOfPair = (first, other) => {
  if (first.path === other.path) return [`${other.place}: the id ${other.id} is already in ${first.place}`];
  const differing = COMPARED.filter((name) => first[name] !== other[name]).map(
    (name) => `${other.place}: ${other.id} has the ${name} "${other[name]}", and "${first[name]}" in ${first.place}`,
  );
  return first.value === "" && other.value === ""
    ? [`${other.place}: ${other.id} is also in ${first.place}; expected its value in both`, ...differing]
    : differing;
};

/** All lists under a root: their facts, and what is wrong with them. */
export const readLists = (root, today = new Date().toISOString().slice(0, 10)) => {
  const published = globSync("packages/*/package.json", { cwd: root }).filter((path) =>
    JSON.parse(readFileSync(join(root, path), "utf8")).files?.includes("UNVERIFIED.md"),
  );
  const paths = published.map((path) => path.replace("package.json", "UNVERIFIED.md")).sort();
  const drivers = globSync("packages/driver-*", { cwd: root }).map((path) => path.replace("packages/driver-", ""));
  const lists = paths.map((path) => readList(path, readFileSync(join(root, path), "utf8")));
  const facts = lists.flatMap((list) => list.facts);
  const problems = lists.flatMap((list) => list.problems);
  const seen = new Map();
  for (const fact of facts) {
    problems.push(...problemsOfFact(fact, { drivers, today }));
    const first = seen.get(fact.id);
    if (first === undefined) seen.set(fact.id, fact);
    else problems.push(...problemsOfPair(first, fact));
  }
  if (paths.length === 0) problems.push(`${root}: no package has a list; expected UNVERIFIED.md in "files"`);
  return { facts, problems };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { facts, problems } = readLists(process.cwd());
  for (const problem of problems) console.error(problem);
  console.log(`${facts.length} facts, ${problems.length} complaints`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

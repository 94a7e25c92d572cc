import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { readLists, STRENGTHS } from "../checks/unverified.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const TODAY = "2026-11-30";
const DRIVER = "packages/driver-xfers/UNVERIFIED.md";
const SANDBOX = "packages/sandbox/UNVERIFIED.md";
const DRIVER_HEAD = "| Id | Strength | Date | Value | What we do | Why | Source |\n|---|---|---|---|---|---|---|";
const SANDBOX_HEAD = "| Id | Strength | Date | Value | What the sandbox does, and why |\n|---|---|---|---|---|";
const RETRIES = "| xfers-retries | document | 2026-11-30 | 20 deliveries |";
const OVO = "| xfers-ovo | none | 2026-11-21 | | Take `OVO` | A page names it | none found |";

let root = "";

afterEach(() => {
  if (root !== "") rmSync(root, { recursive: true, force: true });
  root = "";
});

const problemsIn = (lists: Readonly<Record<string, string>>): readonly string[] => {
  root = mkdtempSync(join(tmpdir(), "tautan-unverified-"));
  for (const [path, text] of Object.entries(lists)) {
    const folder = join(root, path, "..");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ files: ["dist", "UNVERIFIED.md"] }));
    writeFileSync(join(root, path), text);
  }
  return readLists(root, TODAY).problems;
};

const ofDriver = (...rows: readonly string[]): Record<string, string> => ({
  [DRIVER]: ["# What was not verified", "", DRIVER_HEAD, ...rows, ""].join("\n"),
});

const ofSandbox = (...rows: readonly string[]): Record<string, string> => ({
  [SANDBOX]: ["# What the documents leave open", "", SANDBOX_HEAD, ...rows, ""].join("\n"),
});

describe("the lists of what was not verified", () => {
  test("hold in this repository, and every strength is in use", () => {
    const { facts, problems } = readLists(ROOT);
    expect(problems).toEqual([]);
    expect(new Set(facts.map((fact) => fact.strength))).toEqual(new Set(STRENGTHS));
    expect(new Set(facts.map((fact) => fact.path)).size).toBeGreaterThan(3);
  });

  test("good lines pass, with a fact that two lists have", () => {
    expect(
      problemsIn({
        ...ofDriver(`${RETRIES} Ask for retries | Documented | docs.xfers.com |`, OVO),
        ...ofSandbox(
          `${RETRIES} Sends a callback again. |`,
          "| sandbox-clock | none | 2026-11-30 | | `a \\| b` is one cell. |",
        ),
      }),
    ).toEqual([]);
  });
});

const BREACHES: Record<string, [Record<string, string>, string]> = {
  "no id": [ofDriver(OVO.replace("xfers-ovo", "")), 'expected an id such as xfers-retries, got ""'],
  "an id that is no id": [ofDriver(OVO.replace("xfers-ovo", "Xfers OVO")), 'got "Xfers OVO"'],
  "another provider's id": [
    ofDriver(OVO.replace("xfers-ovo", "midtrans-ovo")),
    'expected an id that begins with xfers-, got "midtrans-ovo"',
  ],
  "an id of nobody's in the sandbox's list": [
    { ...ofDriver(OVO), ...ofSandbox("| other-ovo | none | 2026-11-21 | | Text. |") },
    'expected an id that begins with xfers- or sandbox-, got "other-ovo"',
  ],
  "an id twice": [ofDriver(OVO, OVO), `the id xfers-ovo is already in ${DRIVER}:5`],
  "an unknown strength": [
    ofDriver(OVO.replace("none |", "rumour |")),
    'expected a strength of live, production, document, code, none, got "rumour"',
  ],
  "no date": [ofDriver(OVO.replace("2026-11-21", "")), 'expected a date such as 2026-11-30, got ""'],
  "a day that is none": [ofDriver(OVO.replace("2026-11-21", "2026-02-30")), 'got "2026-02-30"'],
  "a month that is none": [ofDriver(OVO.replace("2026-11-21", "2026-13-01")), 'got "2026-13-01"'],
  "a day to come": [ofDriver(OVO.replace("2026-11-21", "2026-12-01")), "expected a date that is not after today"],
  "evidence without a source": [
    ofDriver(OVO.replace("none |", "code |")),
    'expected the source of what is "code", got "none found"',
  ],
  "an empty cell": [ofDriver(OVO.replace("A page names it", "")), "expected 7 cells"],
  "a cell too many": [ofDriver(`${OVO} more |`), "expected 7 cells"],
  "an item beside the table": [ofDriver(OVO, "", "- Take `OVO`"), "expected a row with an id, got a list item"],
  "a table of another form": [
    { [DRIVER]: "| What we do | Why |\n|---|---|\n| a | b |\n" },
    "expected a table that begins with Id, Strength, Date, Value, got What we do, Why",
  ],
  "a list without a fact": [{ [DRIVER]: "# Nothing\n" }, `${DRIVER}: expected a table of facts`],
  "a package without its list": [{}, 'expected UNVERIFIED.md in "files"'],
};

const shared = (from: string, to: string): Record<string, string> => ({
  ...ofDriver(`${RETRIES} Ask for retries | Documented | docs.xfers.com |`),
  ...ofSandbox(`${RETRIES} Sends again. |`.replace(from, to)),
});

const DISAGREEMENTS: Record<string, [Record<string, string>, string]> = {
  value: [shared("20 deliveries", "five deliveries"), 'has the value "five deliveries", and "20 deliveries" in'],
  strength: [shared("document", "none"), 'has the strength "none", and "document" in'],
  date: [shared("2026-11-30", "2026-11-29"), 'has the date "2026-11-29", and "2026-11-30" in'],
  "one value missing": [shared(" 20 deliveries ", " "), 'has the value "", and "20 deliveries" in'],
  "both values missing": [
    { ...ofDriver(OVO), ...ofSandbox("| xfers-ovo | none | 2026-11-21 | | Text. |") },
    `xfers-ovo is also in ${DRIVER}:5; expected its value in both`,
  ],
};

describe("a breach is seen, and nothing else", () => {
  test.each(Object.entries({ ...BREACHES, ...DISAGREEMENTS }))("%s", (_, [lists, problem]) => {
    const problems = problemsIn(lists);
    expect(problems.join("\n")).toContain(problem);
    expect(problems).toHaveLength(1);
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLists } from "../checks/unverified.mjs";
import { scaffold } from "../new-driver/scaffold.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const COPIED = [
  "LICENSE",
  "package.json",
  "tsconfig.json",
  "tsconfig.base.json",
  "tsconfig.test.json",
  "biome.json",
  ".oxlintrc.json",
  ".gitignore",
];
const CONFIG = join(ROOT, "vitest.config.ts");
let copy = "";

const referencesIn = (root: string): readonly string[] => {
  const { references } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    readonly references: readonly { readonly path: string }[];
  };
  return references.map(({ path }) => path);
};

/** The workspace without its packages: those come through node_modules, so that nothing is installed. */
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "tautan-new-driver-"));
  for (const file of COPIED) cpSync(join(ROOT, file), join(copy, file));
  // Tools read the settings of all that is referenced.
  for (const path of referencesIn(ROOT)) {
    const settings = path.endsWith(".json") ? path : `${path}/tsconfig.json`;
    cpSync(join(ROOT, settings), join(copy, settings));
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** The files of a driver that come with its first operations. */
const WITH_OPERATIONS = ["create-body.ts", "link.ts", "money.ts", "times.ts"];

/** A driver in the copy, with the dependencies that every driver has. */
const driverCalled = (name: string): string => {
  scaffold(copy, name);
  const folder = join(copy, "packages", `driver-${name}`);
  symlinkSync(join(ROOT, "examples/custom-driver/node_modules"), join(folder, "node_modules"));
  return folder;
};

/** What a tool has to say against the copy; nothing where all is well. */
const complaintsOf = (command: string, ...parameters: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin", command), parameters, {
    cwd: copy,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${command}: ${stdout}${stderr}`;
};

describe("a new driver", () => {
  test.each(["acme", "zen-pay-2"])("%s compiles, lints and passes its tests as it is", { timeout: 120_000 }, (name) => {
    driverCalled(name);
    expect(complaintsOf("biome", "check", "--write", "packages")).toBe("");
    expect(complaintsOf("tsc", "-p", "tsconfig.test.json", "--isolatedDeclarations", "--declaration")).toBe("");
    expect(complaintsOf("oxlint", "--type-aware", "--deny-warnings", "packages")).toBe("");
    expect(complaintsOf("vitest", "run", "--root", copy, "--config", CONFIG, "--project", "unit")).toBe("");
  });

  test("has the files of every driver", () => {
    const folder = driverCalled("acme");
    const written = readdirSync(join(folder, "src"));
    expect([...written, ...WITH_OPERATIONS].toSorted()).toEqual(
      readdirSync(join(ROOT, "examples/custom-driver/src")).toSorted(),
    );
    for (const file of ["LICENSE", "README.md", "UNVERIFIED.md", "package.json", "tsconfig.json"]) {
      expect(existsSync(join(folder, file))).toBe(true);
    }
    expect(existsSync(join(copy, "docs/gateways/acme.md"))).toBe(true);
    expect(readFileSync(join(copy, ".changeset/driver-acme.md"), "utf8")).toContain('"@tautan/driver-acme": minor');
  });

  test("has a list of what was not verified that the check can read", () => {
    driverCalled("acme");
    const { facts, problems } = readLists(copy);
    expect(problems).toEqual([]);
    expect(facts.map((fact) => fact.id)).toEqual(["acme-authorization", "acme-addresses"]);
  });

  test("is built with the others, in alphabetical order", () => {
    driverCalled("nusa");
    const drivers = referencesIn(copy).filter((path) => path.startsWith("packages/driver-"));
    expect(drivers).toContain("packages/driver-nusa");
    expect(drivers).toEqual(drivers.toSorted());
  });

  test("leaves no word of the templates behind", () => {
    const folder = driverCalled("acme-pay");
    // Links between packages go round.
    const files = globSync("**/*.{ts,json,md}", { cwd: folder, exclude: (name) => name === "node_modules" });
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) expect(readFileSync(join(folder, file), "utf8"), file).not.toMatch(/__\w+__/);
  });
});

describe("refused, and nothing is written", () => {
  test.each([undefined, "", "Acme", "acme_pay", "2c2p", "-acme", "acme-", "acme--pay", "../acme", "a".repeat(33)])(
    "the name %j",
    (name) => {
      expect(() => scaffold(copy, name as string)).toThrow("expected the provider's name");
      expect(existsSync(join(copy, "docs"))).toBe(false);
    },
  );

  test("a word of JavaScript", () => {
    expect(() => scaffold(copy, "new")).toThrow('"new" is a word of JavaScript. Try new-pay');
    expect(existsSync(join(copy, "docs"))).toBe(false);
  });

  test("a driver that is there", () => {
    const readme = join(driverCalled("acme"), "README.md");
    const before = readFileSync(readme, "utf8");
    expect(() => scaffold(copy, "acme")).toThrow("packages/driver-acme is there already");
    expect(readFileSync(readme, "utf8")).toBe(before);
  });

  test("a gateway that has a page, or a driver that waits for its release", () => {
    driverCalled("acme");
    rmSync(join(copy, "packages/driver-acme"), { recursive: true });
    expect(() => scaffold(copy, "acme")).toThrow("docs/gateways/acme.md is there already");
    rmSync(join(copy, "docs"), { recursive: true });
    expect(() => scaffold(copy, "acme")).toThrow(".changeset/driver-acme.md is there already");
  });
});

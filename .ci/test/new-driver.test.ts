import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { foreignChanges } from "../checks/new-driver.mjs";
import { readLists } from "../checks/unverified.mjs";
import { removeReference, scaffold } from "../new-driver/scaffold.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
let copy = "";

const referencesIn = (root: string): readonly string[] => {
  const { references } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    readonly references: readonly { readonly path: string }[];
  };
  return references.map(({ path }) => path);
};

/** What the scaffold reads. That what it writes builds and passes its tests is shown by ../checks/new-driver.mjs. */
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "tautan-new-driver-"));
  for (const file of ["LICENSE", "tsconfig.json"]) cpSync(join(ROOT, file), join(copy, file));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** The files of a driver that come with its first operations. */
const WITH_OPERATIONS = ["create-body.ts", "link.ts", "money.ts", "times.ts"];

/** A driver in the copy. */
const driverCalled = (name: string): string => {
  scaffold(copy, name);
  return join(copy, "packages", `driver-${name}`);
};

describe("a new driver", () => {
  test("has the files of every driver", () => {
    const folder = driverCalled("acme");
    const written = readdirSync(join(folder, "src"));
    // Readers are generated in this repository only.
    expect([...written, ...WITH_OPERATIONS].toSorted()).toEqual(
      [...readdirSync(join(ROOT, "examples/custom-driver/src")), "wire.generated.ts"].toSorted(),
    );
    for (const file of ["LICENSE", "README.md", "UNVERIFIED.md", "package.json", "tsconfig.json"]) {
      expect(existsSync(join(folder, file))).toBe(true);
    }
    for (const file of ["test/subject.ts", "test/conformance.test.ts"])
      expect(existsSync(join(folder, file))).toBe(true);
    expect(existsSync(join(copy, "packages/sandbox/src/acme/definition.ts"))).toBe(true);
    expect(existsSync(join(copy, "packages/sandbox/test/acme/simulator.test.ts"))).toBe(true);
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
    driverCalled("acme-pay");
    const files = globSync(["{packages,docs}/**/*.{ts,json,md}", ".changeset/*.md"], { cwd: copy });
    expect(files.length).toBeGreaterThan(25);
    for (const file of files) expect(readFileSync(join(copy, file), "utf8"), file).not.toMatch(/__\w+__/);
  });
});

test("a driver that is removed is taken off the build", () => {
  const before = readFileSync(join(copy, "tsconfig.json"), "utf8");
  driverCalled("nusa");
  removeReference(join(copy, "tsconfig.json"), "nusa");
  expect(readFileSync(join(copy, "tsconfig.json"), "utf8")).toBe(before);
});

test("the check knows what a new driver may change, and what it may not", () => {
  const own = ["packages/driver-acme/src/a.ts", "packages/sandbox/src/acme/a.ts", "docs/gateways/acme.md"];
  const written = ["tsconfig.json", "pnpm-lock.yaml", "README.md", "packages/sandbox/src/providers.ts"];
  const foreign = [
    ".size-limit.js",
    "docs/scorecard.mjs",
    "packages/cli/src/doctor/gateways.ts",
    "packages/driver-acme-two/src/a.ts",
    "packages/sandbox/src/run.ts",
    "examples/conformance/package.json",
  ];
  expect(foreignChanges([...own, ...written, ...foreign], "acme")).toEqual(foreign);
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

  test("a gateway that has a simulator or a page, or a driver that waits for its release", () => {
    driverCalled("acme");
    rmSync(join(copy, "packages/driver-acme"), { recursive: true });
    expect(() => scaffold(copy, "acme")).toThrow("packages/sandbox/src/acme is there already");
    rmSync(join(copy, "packages/sandbox"), { recursive: true });
    expect(() => scaffold(copy, "acme")).toThrow("docs/gateways/acme.md is there already");
    rmSync(join(copy, "docs"), { recursive: true });
    expect(() => scaffold(copy, "acme")).toThrow(".changeset/driver-acme.md is there already");
  });
});

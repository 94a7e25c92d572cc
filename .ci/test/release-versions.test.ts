// Changesets give every package its first version, and are refused if they could not.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { publishedPackages, ROOT } from "../release/packages.mjs";
import { changesetProblems, setVersions, versionProblems, withCopy } from "../release/versioned-copy.mjs";

const changeset = (bumps: Record<string, string>, text: string): string =>
  `---\n${Object.entries(bumps)
    .map(([name, bump]) => `"${name}": ${bump}\n`)
    .join("")}---\n\n${text}\n`;

const CHANGESETS = {
  "first.md": changeset({ "@tautan/core": "minor" }, "Payment links.\nOn every gateway."),
  "second.md": changeset({ "@tautan/ledger": "patch", tautan: "patch" }, "A ledger."),
};

/** A repository with three packages, whose changesets are those that pass, and these. */
const repositoryWith = (changesets: Record<string, string | undefined> = {}, version = "0.0.0"): string => {
  const root = mkdtempSync(join(tmpdir(), "tautan-changesets-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("package.json", '{ "name": "workspace", "private": true }');
  write("pnpm-workspace.yaml", "packages:\n  - packages/*\n");
  for (const path of [".changeset/config.json", ".ci/release/changelog.mjs"]) {
    write(path, readFileSync(join(ROOT, path), "utf8"));
  }
  for (const [folder, name] of [
    ["core", "@tautan/core"],
    ["ledger", "@tautan/ledger"],
    ["cli", "tautan"],
  ] as const) {
    const dependencies = folder === "core" ? {} : { "@tautan/core": "workspace:^" };
    write(`packages/${folder}/package.json`, JSON.stringify({ name, version, dependencies }));
  }
  write("packages/private/package.json", '{ "name": "@tautan/example-shop", "version": "0.0.0", "private": true }');
  for (const [path, text] of Object.entries({ ...CHANGESETS, ...changesets })) {
    if (text !== undefined) write(`.changeset/${path}`, text);
  }
  return root;
};

test("the first release is 0.1.0 of all packages, each with a CHANGELOG", async () => {
  const root = repositoryWith();
  expect(changesetProblems(root)).toEqual([]);
  await withCopy((copy) => {
    const before = publishedPackages(copy);
    setVersions(copy);
    expect(versionProblems(copy, before)).toEqual([]);
    expect(publishedPackages(copy).map(({ manifest }) => `${manifest.name}@${manifest.version}`)).toEqual([
      "tautan@0.1.0",
      "@tautan/core@0.1.0",
      "@tautan/ledger@0.1.0",
    ]);
    const changelog = readFileSync(join(copy, "packages/core/CHANGELOG.md"), "utf8");
    expect(changelog).toBe(
      "# @tautan/core\n\n## 0.1.0\n\n### Minor Changes\n\n- Payment links.\n  On every gateway.\n",
    );

    rmSync(join(copy, "packages/core/CHANGELOG.md"));
    writeFileSync(join(copy, "packages/ledger/CHANGELOG.md"), "# @tautan/ledger\n\n## 0.1.0\n");
    writeFileSync(join(copy, "packages/cli/package.json"), '{ "name": "tautan", "version": "0.0.1" }');
    expect(versionProblems(copy, before)).toEqual([
      expect.stringContaining("expected one version of all packages, got 0.0.1, 0.1.0"),
      "packages/cli: expected the first release to be 0.1.0, got 0.0.1",
      "packages/cli: expected a CHANGELOG.md whose first section is 0.0.1",
      "packages/core: expected a CHANGELOG.md whose first section is 0.1.0",
      "packages/ledger: expected entries in its CHANGELOG, got none",
    ]);
  }, root);
  expect(publishedPackages(root).map(({ manifest }) => manifest.version)).toEqual(["0.0.0", "0.0.0", "0.0.0"]);
});

test.each<[string, Record<string, string | undefined>, string]>([
  ["names no package of this repository", { "x.md": changeset({ "@tautan/cor": "patch" }, "A.") }, 'got "@tautan/cor"'],
  [
    "names a private package",
    { "x.md": changeset({ "@tautan/example-shop": "patch" }, "A.") },
    '"@tautan/example-shop"',
  ],
  ["would make a version 1.0.0", { "x.md": changeset({ tautan: "major" }, "A.") }, "got major for tautan"],
  ["has no text", { "x.md": changeset({ tautan: "patch" }, "") }, "expected a sentence for users, got no text"],
  ["names nothing", { "x.md": changeset({}, "A.") }, "expected a list of packages with their bumps, got none"],
  [
    "is missing for a new package",
    { "second.md": changeset({ tautan: "minor" }, "A.") },
    "@tautan/ledger: expected a changeset",
  ],
])("a changeset is refused that %s", (_, changesets, problem) => {
  expect(changesetProblems(repositoryWith(changesets))).toEqual([expect.stringContaining(problem)]);
});

test("a released package needs no changeset", () => {
  expect(changesetProblems(repositoryWith({ "second.md": undefined }, "0.1.0"))).toEqual([]);
});

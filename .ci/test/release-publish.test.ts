// Nothing is published from a repository that is not ready, and every reason is named at once.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { filesAt, readAddress } from "../release/address.mjs";
import { ROOT } from "../release/packages.mjs";
import { inOrderOfDependencies, releaseProblems } from "../release/publish.mjs";

const AT = "https://github.com/ada/tautan";
const READY = { changedFiles: [], npmVersion: "11.5.1" };

const repositoryWith = ({ version = "0.1.0", address = AT, files = {} as Record<string, string> } = {}): string => {
  const root = mkdtempSync(join(tmpdir(), "tautan-publish-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("package.json", '{ "private": true, "license": "MIT" }');
  write("SECURITY.md", "<!-- generated: report -->\n\n<!-- end -->\n");
  write("packages/core/package.json", JSON.stringify({ name: "@tautan/core", version, license: "MIT" }));
  write(".ci/release/address.json", JSON.stringify({ repository: address }));
  for (const [path, text] of filesAt(readAddress(root), root)) write(path, text);
  for (const [path, text] of Object.entries(files)) write(path, text);
  return root;
};

test("a clean repository with an address and a version may be published", () => {
  expect(releaseProblems(repositoryWith(), READY)).toEqual([]);
});

test.each<[string, Parameters<typeof repositoryWith>[0], Partial<typeof READY> | { changedFiles: string[] }, string]>([
  ["without an address", { address: "" }, {}, '"repository" is empty. Set it to https://github.com/owner/name'],
  ["at version 0.0.0", { version: "0.0.0" }, {}, "the version is 0.0.0"],
  ["with changes that are not committed", {}, { changedFiles: ["README.md"] }, "not clean: README.md"],
  [
    "with changesets",
    { files: { ".changeset/x.md": '---\n"@tautan/core": patch\n---\n\nA.\n' } },
    {},
    "1 changesets wait",
  ],
  [
    "with another address in a manifest",
    { files: { "packages/core/package.json": '{ "name": "@tautan/core", "version": "0.1.0", "license": "MIT" }' } },
    {},
    "packages/core/package.json: does not follow from .ci/release/address.json",
  ],
  [
    "with two versions",
    { files: { "packages/kit/package.json": `{ "name": "kit", "version": "0.2.0" }` } },
    {},
    "expected one version of all packages, got 0.1.0, 0.2.0",
  ],
  ["by an npm that needs a token", {}, { npmVersion: "11.5.0" }, "expected npm 11.5.1 or later, got 11.5.0"],
  ["by an older npm", {}, { npmVersion: "10.9.9" }, "expected npm 11.5.1 or later, got 10.9.9"],
])("nothing is published %s", (_, repository, machine, problem) => {
  expect(releaseProblems(repositoryWith(repository), { ...READY, ...machine })).toContainEqual(
    expect.stringContaining(problem),
  );
});

test("the command refuses before anything is built, with all reasons", async () => {
  const root = repositoryWith({ address: "", version: "0.0.0" });
  for (const part of [".ci/release", ".ci/build"]) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true, filter: (path) => !path.endsWith(".json") });
  }
  const run = promisify(execFile);
  await run("git", ["init", "--quiet"], { cwd: root });
  const refused = run(process.execPath, [join(root, ".ci/release/publish.mjs"), "--dry-run"], { cwd: root });
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^Not published:\n- .*"repository" is empty.*\n- the version is 0\.0\.0.*\n- the work tree is not clean: .*package\.json/,
    ),
  });
});

test("a package is published after those that it needs", () => {
  const packageThatNeeds = (name: string, ...needed: string[]) => ({
    manifest: { name, dependencies: Object.fromEntries(needed.map((each) => [each, "^0.1.0"])) },
  });
  const packed = [packageThatNeeds("a", "c", "zod"), packageThatNeeds("b"), packageThatNeeds("c", "b")];
  expect(inOrderOfDependencies(packed).map(({ manifest }) => manifest.name)).toEqual(["b", "c", "a"]);
});

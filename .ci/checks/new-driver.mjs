// Shows that a new gateway edits nothing elsewhere: adds a made-up driver by the scaffold to a copy of the repository, looks at what git
// reports, builds, checks and tests what was written, and removes it again.
// Usage, after a build: node .ci/checks/new-driver.mjs
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { foldersOf, pathsOf, removeReference } from "../new-driver/scaffold.mjs";
import { LIST_PATHS } from "./gateway-lists.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
/** With a hyphen: its name in code is another. */
const NAME = "kenanga-pay";

/** What may change besides: the build's and pnpm's own lists, and everything that a command writes from the folders. */
const WRITTEN = [
  /^tsconfig\.json$/,
  /^pnpm-lock\.yaml$/,
  /^README\.md$/,
  /^docs\/(conformance\.md|reference\/capabilities\.md|gateways\/[^/]+\.md)$/,
  /^packages\/(core|cli)\/config\.schema\.json$/,
  /^packages\/[^/]+\/etc\/api\.d\.ts\.txt$/,
];

/** The files of `git status` that a new driver must not touch. */
export const foreignChanges = (changed, name = NAME) =>
  changed.filter(
    (path) =>
      !pathsOf(name).some((own) => path === own || path.startsWith(`${own}/`)) &&
      !LIST_PATHS.includes(path) &&
      !WRITTEN.some((pattern) => pattern.test(path)),
  );

const run = (cwd, command, ...parameters) => {
  // The programs of the copy, as whoever works there has them.
  const env = { ...process.env, PATH: `${join(cwd, "node_modules/.bin")}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} fails:\n${stdout}${stderr}`);
  return stdout;
};

const changedIn = (copy) =>
  run(copy, "git", "status", "--porcelain", "--untracked-files=all", "-z")
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => line.slice(3));

/** The files that git has or would add, committed, installed, and with the build that is there. */
const copyRepository = () => {
  const copy = mkdtempSync(join(tmpdir(), "tautan-new-driver-"));
  const files = run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
  const builds = globSync("{packages,examples}/*/dist", { cwd: ROOT });
  for (const path of [...files.filter((each) => each !== ""), ...builds]) {
    if (!existsSync(join(ROOT, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
  run(copy, "git", "init", "--quiet");
  run(copy, "pnpm", "install", "--frozen-lockfile", "--prefer-offline", "--loglevel=error");
  writeLists(copy);
  run(copy, "git", "add", "--all");
  const author = ["-c", "user.name=check", "-c", "user.email=check@example.test"];
  run(copy, "git", ...author, "commit", "--quiet", "--no-verify", "--message", "before");
  return copy;
};

/** Everything that a command writes from the folders. */
const writeLists = (copy) => {
  run(copy, "node", "--conditions=@tautan/source", ".ci/checks/gateway-lists.mjs", "--update");
  run(copy, "node", ".ci/build.mjs");
  run(copy, "node", ".ci/checks/public-types.mjs", "--update");
  run(copy, "node", ".ci/checks/config-schema.mjs", "--update");
  run(copy, "node", "docs/generate.mjs");
};

const checkWritten = (copy) => {
  const folders = foldersOf(NAME);
  run(
    copy,
    "biome",
    "check",
    "--error-on-warnings",
    ...folders,
    "packages/sandbox/src",
    "packages/cli/src",
    "packages/create-tautan/src",
  );
  run(copy, "oxlint", "--type-aware", "--deny-warnings", ...folders);
  run(copy, "tsc", "-p", "tsconfig.test.json");
  run(copy, "node", "--conditions=@tautan/source", ".ci/generate/readers.mjs");
  for (const check of ["imports", "provider-names", "unverified"]) run(copy, "node", `.ci/checks/${check}.mjs`);
  // The driver's tests contain its run of the conformance suite.
  run(copy, "vitest", "run", "--project", "unit*", "--reporter=dot", ...folders);
};

const removeDriver = (copy) => {
  for (const path of pathsOf(NAME)) rmSync(join(copy, path), { recursive: true });
  removeReference(join(copy, "tsconfig.json"), NAME);
  run(copy, "pnpm", "install", "--prefer-offline", "--no-frozen-lockfile", "--loglevel=error");
  writeLists(copy);
};

const check = () => {
  const start = performance.now();
  const copy = copyRepository();
  try {
    run(copy, "node", ".ci/new-driver/new-driver.mjs", NAME);
    const added = changedIn(copy);
    const foreign = foreignChanges(added);
    if (foreign.length > 0) {
      console.error(`a new driver must edit nothing elsewhere, but changed:\n${foreign.join("\n")}`);
      return false;
    }
    checkWritten(copy);
    removeDriver(copy);
    const left = changedIn(copy);
    if (left.length > 0) {
      console.error(`a driver that is removed must leave nothing behind, but left:\n${left.join("\n")}`);
      return false;
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`a new driver is ${added.length} files, passes its tests, and leaves nothing behind (${seconds} s)`);
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = check() ? 0 : 1;

// A copy of the repository in which changesets have set the versions and written the CHANGELOGs, as before a release.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { publishedPackages, ROOT } from "./packages.mjs";

const PARTS = ["package.json", "pnpm-workspace.yaml", ".changeset", ".ci", "packages", "examples"];

/** Calls `use` with the folder of a copy and removes it afterwards. Outputs of a build are copied too. */
export const withCopy = async (use, root = ROOT) => {
  const copy = mkdtempSync(join(tmpdir(), "tautan-release-"));
  try {
    for (const part of PARTS.filter((each) => existsSync(join(root, each)))) {
      const filter = (path) => !["node_modules", "coverage"].includes(basename(path));
      cpSync(join(root, part), join(copy, part), { recursive: true, filter });
    }
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

/** The changesets that wait in `root`: for each the names of its packages and their bumps. */
export const pendingChangesets = (root) =>
  globSync(".changeset/*.md", { cwd: root, exclude: (name) => name === "README.md" })
    .sort()
    .map((path) => {
      const [, front = "", text = ""] = /^---\n(.*?)---\n(.*)$/s.exec(readFileSync(join(root, path), "utf8")) ?? [];
      const bumps = [...front.matchAll(/^["']?([^"'\n]+?)["']?: *(\w+)$/gm)].map(([, name, bump]) => ({ name, bump }));
      return { path, bumps, text: text.trim() };
    });

/** Turns the changesets of `copy` into versions and CHANGELOGs. */
export const setVersions = (copy) => {
  const command = join(ROOT, "node_modules/.bin/changeset");
  try {
    execFileSync(command, ["version"], { cwd: copy, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`changeset version failed:\n${error.stdout}${error.stderr}`, { cause: error });
  }
};

const FIRST_VERSION = "0.1.0";

const isUnreleased = ({ manifest }) => manifest.version === "0.0.0";

/** The complaints about the changesets that wait in `root`, before they set versions. */
export const changesetProblems = (root) => {
  const packages = publishedPackages(root);
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const pending = pendingChangesets(root);
  const named = new Set(pending.flatMap(({ bumps }) => bumps.map(({ name }) => name)));
  const ofOne = ({ path, bumps, text }) => [
    ...(bumps.length === 0 ? [`${path}: expected a list of packages with their bumps, got none`] : []),
    ...(text === "" ? [`${path}: expected a sentence for users, got no text`] : []),
    ...bumps
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `${path}: expected the name of a published package, got ${JSON.stringify(name)}`),
    ...bumps
      .filter(({ bump }) => !["minor", "patch"].includes(bump))
      .map(({ name, bump }) => `${path}: expected minor or patch before version 1.0.0, got ${bump} for ${name}`),
  ];
  const unnamed = packages
    .filter((each) => isUnreleased(each) && !named.has(each.manifest.name))
    .map(
      ({ manifest }) => `${manifest.name}: expected a changeset for its first release, got none. Run pnpm changeset`,
    );
  return [...pending.flatMap(ofOne), ...unnamed];
};

/** The complaints about `copy` after changesets have set its versions. `packagesBefore` are those before. */
export const versionProblems = (copy, packagesBefore) => {
  const packages = publishedPackages(copy);
  const isFirst = packagesBefore.every(isUnreleased);
  const versions = new Set(packages.map(({ manifest }) => manifest.version));
  const ofOne = ({ folder, manifest }) => {
    const path = join(copy, folder, "CHANGELOG.md");
    const [, section = ""] = existsSync(path) ? readFileSync(path, "utf8").split(/^## /m) : [];
    const isWritten = section.startsWith(`${manifest.version}\n`);
    return [
      ...(isFirst && manifest.version !== FIRST_VERSION
        ? [`${folder}: expected the first release to be ${FIRST_VERSION}, got ${manifest.version}`]
        : []),
      ...(isWritten ? [] : [`${folder}: expected a CHANGELOG.md whose first section is ${manifest.version}`]),
      ...(isFirst && isWritten && !/^- \S/m.test(section)
        ? [`${folder}: expected entries in its CHANGELOG, got none`]
        : []),
    ];
  };
  return [
    ...(versions.size > 1
      ? [`expected one version of all packages, got ${[...versions].join(", ")}. See "fixed" in .changeset/config.json`]
      : []),
    ...packages.flatMap(ofOne),
  ];
};

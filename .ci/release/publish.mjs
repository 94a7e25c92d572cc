// Publishes all packages whose version is not on npm yet. Refuses, with every reason, if something is not as a release needs it.
// Usage: node .ci/release/publish.mjs [--dry-run]   With --dry-run: checks and packs the same, and publishes nothing.
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { outdatedFiles, readAddress } from "./address.mjs";
import { contentsProblems } from "./contents.mjs";
import { packAll } from "./pack.mjs";
import { publishedPackages, ROOT } from "./packages.mjs";
import { pendingChangesets } from "./versioned-copy.mjs";

/** npm publishes without a token from this version on: https://docs.npmjs.com/trusted-publishers */
const LOWEST_NPM = [11, 5, 1];

const isBelow = (version, lowest) => {
  const [major, minor, patch] = version.split(".").map(Number);
  const difference = [major - lowest[0], minor - lowest[1], patch - lowest[2]].find((each) => each !== 0);
  return difference !== undefined && difference < 0;
};

const addressProblems = (root) => {
  const { repository } = readAddress(root);
  if (repository === "") {
    return [
      '.ci/release/address.json: "repository" is empty. Set it to https://github.com/owner/name, and run npm run address',
    ];
  }
  return outdatedFiles(root).map(
    ([path]) => `${path}: does not follow from .ci/release/address.json. Run npm run address`,
  );
};

/**
 * The reasons not to publish from `root`. `changedFiles` is what git reports as changed, `npmVersion` the npm that would publish.
 * Empty if nothing prevents it.
 */
export const releaseProblems = (root, { changedFiles, npmVersion }) => {
  const packages = publishedPackages(root);
  const versions = [...new Set(packages.map(({ manifest }) => manifest.version))];
  const pending = pendingChangesets(root);
  return [
    ...addressProblems(root),
    ...(versions.includes("0.0.0")
      ? [
          "the version is 0.0.0. Run pnpm changeset version and commit, or merge the pull request of the release workflow",
        ]
      : []),
    ...(versions.length > 1 ? [`expected one version of all packages, got ${versions.join(", ")}`] : []),
    ...(pending.length > 0
      ? [`${pending.length} changesets wait in .changeset. Run pnpm changeset version and commit`]
      : []),
    ...(changedFiles.length > 0 ? [`the work tree is not clean: ${changedFiles.join(", ")}. Commit the changes`] : []),
    ...(isBelow(npmVersion, LOWEST_NPM) ? [`expected npm ${LOWEST_NPM.join(".")} or later, got ${npmVersion}`] : []),
  ];
};

/** Packages after those that they depend on, so that no version on npm ever needs one that is not there. */
export const inOrderOfDependencies = (packed) => {
  const byName = new Map(packed.map((each) => [each.manifest.name, each]));
  const ordered = new Set();
  const add = (each) => {
    const { dependencies = {}, peerDependencies = {} } = each.manifest;
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      const other = byName.get(name);
      if (other !== undefined && !ordered.has(other)) add(other);
    }
    ordered.add(each);
  };
  for (const each of packed) add(each);
  return [...ordered];
};

const output = (command, parameters) => execFileSync(command, parameters, { cwd: ROOT, encoding: "utf8" }).trim();

const isOnNpm = ({ name, version }) => {
  try {
    return output("npm", ["view", `${name}@${version}`, "version", "--prefer-online"]) === version;
  } catch (error) {
    if (`${error.stdout}${error.stderr}`.includes("E404")) return false;
    throw error;
  }
};

const publish = (packed, { isDry }) => {
  for (const { manifest, archive } of inOrderOfDependencies(packed)) {
    const name = `${manifest.name}@${manifest.version}`;
    if (isDry) console.log(`would publish ${name}`);
    else if (isOnNpm(manifest)) console.log(`${name} is on npm already`);
    else {
      execFileSync("npm", ["publish", archive, "--access", "public", "--provenance", "--ignore-scripts"], {
        stdio: "inherit",
      });
      console.log(`published ${name}`);
    }
  }
};

const refuse = (problems) => {
  console.error(["Not published:", ...problems.map((problem) => `- ${problem}`)].join("\n"));
  process.exitCode = 1;
};

const main = () => {
  const changedFiles = output("git", ["status", "--porcelain"])
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^ *\S+ /, ""));
  const problems = releaseProblems(ROOT, { changedFiles, npmVersion: output("npm", ["--version"]) });
  if (problems.length > 0) return refuse(problems);
  // Output of deleted sources would be packed too.
  for (const folder of globSync("packages/*/dist", { cwd: ROOT })) rmSync(join(ROOT, folder), { recursive: true });
  execFileSync(process.execPath, [join(ROOT, ".ci/build.mjs")], { cwd: ROOT, stdio: "inherit" });
  const folder = mkdtempSync(join(tmpdir(), "tautan-publish-"));
  try {
    const packed = packAll(ROOT, folder);
    const complaints = contentsProblems(packed);
    return complaints.length > 0 ? refuse(complaints) : publish(packed, { isDry: process.argv.includes("--dry-run") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();

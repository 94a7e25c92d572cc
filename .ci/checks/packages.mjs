// Makes the next release in a copy: sets the versions, writes the CHANGELOGs and packs every package as it would be published. Checks the
// contents, and with publint and attw. Usage: node .ci/checks/packages.mjs
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { contentsProblems } from "../release/contents.mjs";
import { packAll } from "../release/pack.mjs";
import { publishedPackages, ROOT } from "../release/packages.mjs";
import {
  changesetProblems,
  pendingChangesets,
  setVersions,
  versionProblems,
  withCopy,
} from "../release/versioned-copy.mjs";

const run = promisify(execFile);

const looksAt = async ({ archive, manifest }) => {
  const looks = [
    ["publint", ["run", archive, "--strict"]],
    ["attw", [archive, "--profile", "esm-only", "--no-emoji", "--format", "ascii"]],
  ];
  const failures = [];
  for (const [command, parameters] of looks) {
    await run(join(ROOT, "node_modules/.bin", command), parameters).catch(({ stdout, stderr }) =>
      failures.push(`${manifest.name}: ${command}\n${stdout}${stderr}`),
    );
  }
  return failures;
};

const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const problems = await withCopy(async (copy) => {
  const before = publishedPackages(copy);
  const found = changesetProblems(copy);
  if (found.length > 0) return found;
  if (pendingChangesets(copy).length > 0) {
    setVersions(copy);
    found.push(...versionProblems(copy, before));
  }
  const packed = packAll(copy, join(copy, "archives"));
  found.push(...contentsProblems(packed));
  // Two at a time: both looks are bound by the processor.
  for (let at = 0; at < packed.length; at += 2) {
    found.push(...(await Promise.all(packed.slice(at, at + 2).map(looksAt))).flat());
  }
  for (const { manifest, files, packedBytes, unpackedBytes } of packed) {
    const name = `${manifest.name}@${manifest.version}`.padEnd(32);
    console.log(`${name}${inKilobytes(packedBytes)} packed${inKilobytes(unpackedBytes)} in ${files.length} files`);
  }
  return found;
});
for (const problem of problems) console.error(problem);
console.log(`${problems.length} complaints`);
process.exitCode = problems.length === 0 ? 0 : 1;

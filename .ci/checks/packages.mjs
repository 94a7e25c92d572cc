// Packs every package as it would be published, and checks it with publint and attw. Usage: node .ci/checks/packages.mjs
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tautan-pack-"));

const check = async (root) => {
  const name = root.replace("packages/", "");
  const tarball = join(folder, `${name}.tgz`);
  await run("pnpm", ["--dir", root, "pack", "--out", tarball]);
  const looks = [
    ["publint", ["run", tarball, "--strict"]],
    ["attw", [tarball, "--profile", "esm-only", "--no-emoji", "--format", "ascii"]],
  ];
  const failures = [];
  for (const [command, parameters] of looks) {
    await run(command, parameters).catch(({ stdout, stderr }) =>
      failures.push(`${name}: ${command}\n${stdout}${stderr}`),
    );
  }
  return failures;
};

try {
  const roots = globSync("packages/*").sort();
  const failures = [];
  // Two at a time: both looks are bound by the processor.
  for (let at = 0; at < roots.length; at += 2) {
    failures.push(...(await Promise.all(roots.slice(at, at + 2).map(check))).flat());
  }
  for (const failure of failures) console.error(failure);
  console.log(`${roots.length} packages packed, ${failures.length} complaints`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

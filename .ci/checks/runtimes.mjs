// Runs examples/runtimes on every runtime, also on the oldest Node that is allowed, which is installed into a temporary folder: it is
// too large for every clone. Usage: node .ci/checks/runtimes.mjs
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runIn } from "../installs/folders.mjs";
import { ROOT, readJson } from "../release/packages.mjs";

const version = `${readJson(ROOT, "package.json").engines.node.replace(">=", "")}.0`;
const folder = mkdtempSync(join(tmpdir(), "tautan-node-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const name = `node-${process.platform}-${process.arch}`;
writeFileSync(
  join(folder, "package.json"),
  JSON.stringify({ private: true, optionalDependencies: { "node-oldest": `npm:${name}@${version}` } }),
);
await runIn(folder, ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
const node = join(folder, "node_modules/node-oldest/bin/node");
if (!existsSync(node)) console.warn(`SKIPPED Node ${version}: npm has no binary for this system`);

const { status } = spawnSync("vitest", ["run", "--project", "unit*", "--reporter=verbose", "examples/runtimes"], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, ...(existsSync(node) && { NODE_22: node }) },
});
process.exitCode = status ?? 1;

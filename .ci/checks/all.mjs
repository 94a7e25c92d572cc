// The slower checks, one after the other. Continues after a failure, so that one run shows all failures.
import { spawnSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";

const steps = [
  ["formatting", ["biome", "check", "--error-on-warnings"]],
  ["lint with types", ["oxlint", "--type-aware", "--deny-warnings"]],
  ["imports", ["node", ".ci/checks/imports.mjs"]],
  ["names of providers in the sandbox", ["node", ".ci/checks/provider-names.mjs"]],
  ["words of texts", ["node", ".ci/checks/words.mjs"]],
  ["lists of what was not verified", ["node", ".ci/checks/unverified.mjs"]],
  ["unused code", ["knip"]],
  ["public types", ["node", ".ci/checks/public-types.mjs"]],
  ["packages and versions of the next release", ["node", ".ci/checks/packages.mjs"]],
  ["public address", ["node", ".ci/release/address.mjs", "--check"]],
  // Only a size over its limit fails: differences from the last release are for readers.
  ["cost of a change", ["node", ".ci/release/cost.mjs"], { isShown: true }],
  ["start of the program", ["node", ".ci/checks/startup.mjs"]],
  ["readers of replies and webhooks", ["node", "--conditions=@tautan/source", ".ci/generate/readers.mjs"]],
  ["lists of gateways", ["node", "--conditions=@tautan/source", ".ci/checks/gateway-lists.mjs"]],
  ["JSON Schema of configurations", ["node", ".ci/checks/config-schema.mjs"]],
  ["generated docs", ["node", "docs/generate.mjs", "--check"]],
  ["site", ["node", "docs/.vitepress/build.mjs"]],
  ["figures of docs/performance.md", ["node", "docs/performance.mjs", "--check"]],
  ["conformance scorecard", ["node", "docs/scorecard.mjs", "--check"]],
  // With a seed that stays, so that the same commit has the same verdict. npm run attack takes another each time.
  ["attacks, in short", ["node", "bench/attacks/main.mjs", "--short", "--seed", "1"]],
  // Things that are left behind are counted; no timing decides. npm run leaks takes a million deliveries.
  ["leaks, in short", ["node", "bench/leaks/main.mjs", "--short", "--prove"]],
  ["a new driver edits nothing elsewhere", ["node", ".ci/checks/new-driver.mjs"]],
  ["build with each driver removed", ["node", ".ci/checks/without-driver.mjs", "--short"]],
  ["changesets", ["changeset", "status"]],
];

// Output of deleted sources would be packed and checked too.
for (const folder of globSync("{packages,examples}/*/dist")) rmSync(folder, { recursive: true });

const run = (name, [command, ...parameters], { isShown = false } = {}) => {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (status !== 0) console.error(`${stdout}${stderr}`);
  else if (isShown) console.log(stdout.trimEnd());
  return status === 0;
};

const failures = [["build", ["node", ".ci/build.mjs"]], ...steps].filter((step) => !run(...step));
process.exitCode = failures.length === 0 ? 0 : 1;

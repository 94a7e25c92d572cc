// Shows that deleting a driver breaks nothing but what is about it: the rest builds and passes its tests.
// Usage: node .ci/checks/without-driver.mjs [--short] [name …], by default every driver, one at a time. With --short, the tests run only
// without the first of them.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const DRIVERS = globSync("packages/driver-*", { cwd: ROOT })
  .map((path) => basename(path).replace("driver-", ""))
  .filter((name) => name !== "kit")
  .sort();

/** All that goes with a driver: its page, examples on it, tests that need it. Nothing else may have to. */
const goesWith = (copy, name) => {
  const textOf = (path) => readFileSync(join(copy, path), "utf8");
  const usesIt = (path) => textOf(path).includes(`@tautan/driver-${name}"`);
  const examples = globSync("examples/*/package.json", { cwd: copy }).filter(usesIt);
  // Tests may use such an example instead of the driver.
  const names = examples.map((path) => JSON.parse(textOf(path)).name);
  const usesExample = (path) => names.some((each) => textOf(path).includes(`"${each}"`));
  return [
    `packages/driver-${name}`,
    `docs/gateways/${name}.md`,
    ...examples.map(dirname),
    ...globSync("packages/{cli,conformance,ledger,mcp,sandbox,webhooks}/package.json", { cwd: copy })
      .filter((path) => usesIt(path) || usesExample(path))
      .map((path) => join(dirname(path), "test")),
  ];
};

const isSource = (path) => !["node_modules", "dist", "coverage", ".git"].includes(basename(path));

/** A copy of the repository. Installed packages are links, and links between packages stay inside the copy. */
const copyRepository = () => {
  const copy = mkdtempSync(join(tmpdir(), "tautan-without-"));
  cpSync(ROOT, copy, { recursive: true, filter: isSource });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  for (const links of globSync("{packages,examples}/*/node_modules", { cwd: ROOT })) {
    cpSync(join(ROOT, links), join(copy, links), { recursive: true, verbatimSymlinks: true });
  }
  return copy;
};

/** Deletes a driver and what goes with it, and takes their folders off the list of what is built. */
const deleteDriver = (copy, name) => {
  const gone = goesWith(copy, name);
  for (const path of gone) rmSync(join(copy, path), { recursive: true });
  const settings = join(copy, "tsconfig.json");
  const lines = readFileSync(settings, "utf8").split("\n");
  const kept = lines.filter((line) => !gone.some((path) => line.includes(`{ "path": "${path}" }`)));
  // The last of a list has no comma behind it.
  writeFileSync(settings, kept.join("\n").replace(/,(\s*\])/g, "$1"));
  return gone;
};

const BUILD = [
  ["node", ".ci/build.mjs"],
  ["tsc", "-p", "tsconfig.test.json"],
];
const TESTS = [
  // Core imports no driver, which the import rules hold; fuzz tests of one driver prove nothing about another.
  ["vitest", "run", "--project", "unit*", "--exclude", "**/fuzz.test.ts", "packages/driver-"],
];

const check = (name, hasTests) => {
  const start = performance.now();
  const copy = copyRepository();
  try {
    const gone = deleteDriver(copy, name);
    for (const [command, ...parameters] of hasTests ? [...BUILD, ...TESTS] : BUILD) {
      const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: copy, encoding: "utf8" });
      if (status === 0) continue;
      console.error(`without ${name}, ${command} ${parameters.join(" ")} fails:\n${stdout}${stderr}`);
      return false;
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const result = hasTests ? "builds and passes its tests" : "builds";
    console.log(`without ${name} the rest ${result} (${seconds} s); deleted: ${gone.join(", ")}`);
    return true;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

if (DRIVERS.length === 0) throw new Error("without-driver: expected drivers in packages/, found none");
const isShort = process.argv[2] === "--short";
const names = process.argv.slice(isShort ? 3 : 2);
const wanted = names.length > 0 ? names : DRIVERS;
const unknown = wanted.find((name) => !DRIVERS.includes(name));
if (unknown !== undefined) {
  console.error(`without-driver: expected some of ${DRIVERS.join(", ")}, got ${JSON.stringify(unknown)}`);
  process.exitCode = 1;
} else if (wanted.filter((name, index) => !check(name, !isShort || index === 0)).length > 0) process.exitCode = 1;

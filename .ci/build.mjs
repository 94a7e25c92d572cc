// Builds everything: the compiler checks it and writes declarations, the bundler writes the JavaScript. Usage: node .ci/build.mjs
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { alone } from "./build/alone.mjs";
import { bundleAll } from "./build/bundle.mjs";

const ROOT = join(import.meta.dirname, "..");
const COMPILER = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

const build = async () => {
  const { status } = spawnSync(process.execPath, [COMPILER, "-b"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) return false;
  await bundleAll(ROOT);
  return true;
};

if (!(await alone(join(ROOT, "node_modules/.build-lock"), build))) process.exitCode = 1;

// Sets the versions, writes the CHANGELOGs, and makes the figures of this release those that later changes are compared with.
// Usage: node .ci/release/version.mjs
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./packages.mjs";

const run = (command, ...parameters) => execFileSync(command, parameters, { cwd: ROOT, stdio: "inherit" });

run(join(ROOT, "node_modules/.bin/changeset"), "version");
run(process.execPath, ".ci/build.mjs");
run(process.execPath, ".ci/release/cost.mjs", "--update");

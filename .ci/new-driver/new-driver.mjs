// Makes a package for a new driver that builds, lints and passes its tests at once. Usage: npm run new-driver -- acme-pay
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { foldersOf, scaffold } from "./scaffold.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const [name, ...others] = process.argv.slice(2);

const run = (command, ...parameters) => {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} failed:\n${stdout}${stderr}`);
};

try {
  if (others.length > 0) throw new TypeError(`expected one name, got ${others.length + 1}`);
  const written = scaffold(ROOT, name);
  const folder = `packages/driver-${name}`;
  const folders = foldersOf(name);
  // The order of imports depends on the alphabet.
  run("biome", "check", "--write", ...folders);
  run("pnpm", "install", "--prefer-offline", "--no-frozen-lockfile");
  run("node", "--conditions=@tautan/source", ".ci/checks/gateway-lists.mjs", "--update");
  run("node", ".ci/build.mjs");
  run("node", ".ci/checks/public-types.mjs", "--update");
  run("node", ".ci/checks/config-schema.mjs", "--update");
  run("node", "docs/generate.mjs");
  console.log(`${[...written, `${folder}/etc/api.d.ts.txt`].join("\n")}

Next: npm test -- ${folders.join(" ")}, then docs/write-a-driver.md. Nothing in it talks to the provider yet.`);
} catch (error) {
  console.error(`new-driver: ${error.message}`);
  process.exitCode = 1;
}

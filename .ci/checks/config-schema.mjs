// The JSON Schemas of configuration files: of gateways, published with core, and of the whole, published with the program. Both are
// from the schemas of core and of every driver here.
// Usage, after a build: node .ci/checks/config-schema.mjs [--update]
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

const built = (path) => import(join(ROOT, path, "dist/index.js"));
const isDefinition = (each) => typeof each === "object" && typeof each?.loadParser === "function";
const folders = globSync("packages/driver-*", { cwd: ROOT, exclude: ["packages/driver-kit"] }).sort();
const drivers = (await Promise.all(folders.map(built))).flatMap((each) => Object.values(each).filter(isDefinition));
const { configJsonSchema } = await import(join(ROOT, "packages/core/dist/config.js"));
const { wholeJsonSchema } = await import(join(ROOT, "packages/cli/src/config/schema.ts"));
const core = await configJsonSchema(drivers);

for (const [name, schema] of [
  ["packages/core/config.schema.json", core],
  ["packages/cli/config.schema.json", wholeJsonSchema(core)],
]) {
  const file = join(ROOT, name);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (process.argv.includes("--update")) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${name} does not match the schemas. Run: npm run docs`);
    process.exitCode = 1;
  }
}

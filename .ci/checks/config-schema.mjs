// The JSON Schema of configuration files, published with core: from the schemas of core and of every driver here.
// Usage, after a build: node .ci/checks/config-schema.mjs [--update]
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const FILE = join(ROOT, "packages/core/config.schema.json");

const built = (path) => import(join(ROOT, path, "dist/index.js"));
const isDefinition = (each) => typeof each === "object" && typeof each?.loadParser === "function";
const folders = globSync("packages/driver-*", { cwd: ROOT, exclude: ["packages/driver-kit"] }).sort();
const drivers = (await Promise.all(folders.map(built))).flatMap((each) => Object.values(each).filter(isDefinition));
const { configJsonSchema } = await import(join(ROOT, "packages/core/dist/config.js"));
const schema = `${JSON.stringify(await configJsonSchema(drivers), null, 2)}\n`;

if (process.argv.includes("--update")) writeFileSync(FILE, schema);
else if (readFileSync(FILE, "utf8") !== schema) {
  console.error("packages/core/config.schema.json does not match the schemas. Run: npm run docs");
  process.exitCode = 1;
}

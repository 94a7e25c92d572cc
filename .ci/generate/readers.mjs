// Writes a driver's `src/wire.generated.ts` from the zod schemas in its `src/wire.ts`: plain functions that return what the schemas return,
// so that a reply or a delivery of the documented form needs no zod. Drivers are found by their folders.
// Usage, with the sources: node --conditions=@tautan/source .ci/generate/readers.mjs [--update]
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readerSource } from "./reader-source.mjs";

const SCHEMAS = "packages/driver-*/src/wire.ts";

/** The plain functions that a file exports. */
const functionsIn = async (file) =>
  existsSync(file)
    ? Object.entries(await import(pathToFileURL(file).href)).filter(([, each]) => typeof each === "function")
    : [];

const isSchema = (value) => typeof value?.safeParse === "function";

/** The text of the readers for one `wire.ts`. */
const readersOf = async (root, path) => {
  const folder = dirname(join(root, path));
  const schemas = Object.entries(await import(pathToFileURL(join(root, path)).href)).filter(([, each]) =>
    isSchema(each),
  );
  const kit = await functionsIn(join(root, "packages/driver-kit/src/http.ts"));
  const own = await functionsIn(join(folder, "wire-values.ts"));
  return readerSource({ path, schemas, kit, own });
};

const formatted = (root, path, text) => {
  const biome = join(resolve(import.meta.dirname, "../.."), "node_modules/.bin/biome");
  const { status, stdout, stderr } = spawnSync(biome, ["check", "--write", `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${path} cannot be formatted: ${stderr}`);
  return stdout;
};

/** Writes the readers that do not match their schemas, or returns their paths. */
export const outdatedReaders = async (root, { update = false } = {}) => {
  const outdated = [];
  for (const schemas of globSync(SCHEMAS, { cwd: root }).sort()) {
    const path = schemas.replace(/wire\.ts$/, "wire.generated.ts");
    const expected = formatted(root, path, await readersOf(root, schemas));
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === expected) continue;
    outdated.push(path);
    if (update) writeFileSync(file, expected);
  }
  return outdated;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const update = process.argv.includes("--update");
  const outdated = await outdatedReaders(resolve(import.meta.dirname, "../.."), { update });
  for (const path of outdated) {
    if (update) console.log(path);
    else console.error(`${path} does not match the schemas beside it. Run: npm run generate`);
  }
  if (!update && outdated.length > 0) process.exitCode = 1;
}

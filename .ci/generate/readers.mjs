// Writes a driver's `src/wire.generated.ts` from the zod schemas in its `src/wire.ts`: plain functions that return what the schemas return,
// so that a reply or a delivery of the documented form needs no zod. Drivers are found by their folders.
// Usage, with the sources: node --conditions=@tautan/source .ci/generate/readers.mjs [--update]
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readerSource } from "./reader-source.mjs";
import { outdatedFiles, runAsProgram } from "./written-files.mjs";

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

/** Writes the readers that do not match their schemas, or returns their paths. */
const outdatedReaders = async (root, options) => {
  const texts = [];
  for (const schemas of globSync(SCHEMAS, { cwd: root }).sort()) {
    texts.push([schemas.replace(/wire\.ts$/, "wire.generated.ts"), await readersOf(root, schemas)]);
  }
  return outdatedFiles(root, texts, options);
};

await runAsProgram(import.meta.url, outdatedReaders, "does not match the schemas beside it. Run: npm run generate");

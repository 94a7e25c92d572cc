// Bundles packages: a file for each entry point, and chunks for what entry points share or load later. The number of files costs time at
// the start of a process, their size hardly any: nothing is minified, and stack traces stay readable.
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { rolldown } from "rolldown";
import { entryNamesOf, sourcesOf } from "./entry-points.mjs";
import { lazyFunctions } from "./lazy-functions.mjs";
import { sharedModules } from "./shared-chunk.mjs";

/** Whether an import stays: of a package that the manifest names, of Node, or of the manifest's own `imports`. */
const isExternalIn = ({ dependencies, peerDependencies, name: own }) => {
  const names = [own, ...Object.keys({ ...dependencies, ...peerDependencies })];
  return (id) => /^(node:|#)/.test(id) || names.some((name) => id === name || id.startsWith(`${name}/`));
};

const fail = (level, log) => {
  if (level === "warn") throw new Error(log.message);
};

/** The bundle of a package that nothing declares is none of ours, and its licence neither. */
const refuseForeign = (folder, output) => {
  const own = (id) => id.startsWith(join(folder, "src")) || id.startsWith("\0");
  const foreign = output.flatMap(({ moduleIds = [] }) => moduleIds).find((id) => !own(id));
  if (foreign !== undefined) throw new Error(`${folder}: imports ${foreign}, which is not in its package.json`);
};

const JOINED = "\0joined:";

/** The module of an entry point: its source, or one that exports what all sources export for which there is one output. */
const entryOf = (folder, manifest, name) => {
  const sources = sourcesOf(manifest, name).map((path) => join(folder, path));
  return sources.length === 1 ? sources[0] : JOINED + sources.join(",");
};
const joinedEntries = {
  name: "joined-entries",
  resolveId: (id) => (id.startsWith(JOINED) ? id : undefined),
  load: (id) => {
    if (!id.startsWith(JOINED)) return undefined;
    const sources = id.slice(JOINED.length).split(",");
    return sources.map((path) => `export * from ${JSON.stringify(path)};`).join("\n");
  },
};

/** The files that belong in `dist`, entry points last: until they are replaced, they import the chunks that they always have. */
const bundle = async (folder, manifest, names) => {
  const entries = new Map(names.map((name) => [name, entryOf(folder, manifest, name)]));
  const ids = [...entries.values()];
  let shared;
  const chunkOf = (id, graph) => {
    shared ??= sharedModules(graph, ids, entries.get("index"));
    return shared.has(id) ? "shared" : null;
  };
  const build = await rolldown({
    cwd: folder,
    input: Object.fromEntries(entries),
    platform: "node",
    // Chunks may import from an entry point what it exports to no other under its name.
    preserveEntrySignatures: "allow-extension",
    external: isExternalIn(manifest),
    plugins: [joinedEntries, lazyFunctions],
    onLog: fail,
  });
  try {
    const { output } = await build.generate({
      dir: join(folder, "dist"),
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      codeSplitting: { groups: [{ name: chunkOf, debugName: "shared" }] },
      sourcemap: true,
      // They are published beside it.
      sourcemapExcludeSources: true,
    });
    refuseForeign(folder, output);
    const isEntry = new Set(output.flatMap((each) => (each.isEntry ? [each.fileName, `${each.fileName}.map`] : [])));
    return output
      .map((each) => ({ path: each.fileName, text: each.code ?? each.source }))
      .toSorted((one, other) => isEntry.has(one.path) - isEntry.has(other.path));
  } finally {
    await build.close();
  }
};

const textAt = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** Whole or not at all, also if the process is killed, and untouched if it is right. */
const write = (file, text) => {
  if (textAt(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
};

/** The compiler and the bundler leave the outputs of deleted sources. */
const removeStale = (folder, files) => {
  const declarations = globSync("**/*.ts", { cwd: join(folder, "src") })
    .map((path) => path.replace(/\.ts$/, ".d.ts"))
    .flatMap((path) => [path, `${path}.map`]);
  const known = new Set([...declarations, ...files.map(({ path }) => normalize(path))]);
  for (const path of globSync("**/*.{js,ts,map,tmp}", { cwd: join(folder, "dist") })) {
    if (!known.has(path)) rmSync(join(folder, "dist", path));
  }
};

/** Writes the outputs of every package and example whose manifest names some in `dist`. */
export const bundleAll = async (root) => {
  const folders = globSync("{packages,examples}/*/package.json", { cwd: root }).map((path) => join(root, path, ".."));
  await Promise.all(
    folders.map(async (folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const names = entryNamesOf(manifest);
      if (names.length === 0) return;
      const files = await bundle(folder, manifest, names);
      for (const { path, text } of files) write(join(folder, "dist", path), text);
      removeStale(folder, files);
    }),
  );
};

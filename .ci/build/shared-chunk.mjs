// Which modules of a package are in one chunk: each chunk more costs time at the start of a process.
import { isAbsolute } from "node:path";

/** What costs nothing more: core is loaded with every package of ours. */
const isFree = (id) => /^(node:|\0|@tautan\/core(\/driver)?$)/.test(id);

/** What only tests load is not for a program. */
const isForTests = (entryPoint) => /\/testing(?:\.[a-z]+$|\/)/.test(entryPoint);

const importsOf = (graph, id) => graph.getModuleInfo(id)?.importedIds ?? [];
const laterImportsOf = (graph, id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? [];

/** The modules that a module loads, itself included. */
const loadedBy = (graph, root) => {
  const loaded = new Set([root]);
  for (const id of loaded) for (const each of importsOf(graph, id)) loaded.add(each);
  return loaded;
};

/** The roots of chunks: entry points, and what any of their modules loads later. */
const rootsOf = (graph, entryPoints) => {
  const roots = new Set(entryPoints);
  for (const root of roots) {
    for (const id of loadedBy(graph, root)) for (const each of laterImportsOf(graph, id)) roots.add(each);
  }
  return roots;
};

/**
 * The modules, entry points among them, that an entry point shares with others, or with what is loaded later; and with them the main entry
 * point, so that its import loads one file. A module that imports a package which the main entry point does without stays out, so that none
 * loads more packages than it needs.
 */
export const sharedModules = (graph, entryPoints, main) => {
  const roots = rootsOf(graph, entryPoints);
  const loaded = new Map([...roots].map((root) => [root, loadedBy(graph, root)]));
  const packagesIn = (ids) => [...ids].filter((id) => !isAbsolute(id) && !isFree(id));
  const packagesOfMain = packagesIn(loaded.get(main) ?? []);
  const isShared = (id) =>
    isAbsolute(id) &&
    (entryPoints.includes(id) || !roots.has(id)) &&
    [...loaded.values()].filter((each) => each.has(id)).length > 1 &&
    [...loaded].some(([root, each]) => !isForTests(root) && each.has(id)) &&
    packagesIn(loadedBy(graph, id)).every((each) => packagesOfMain.includes(each));
  const shared = entryPoints.flatMap((entry) => [...loaded.get(entry)].filter(isShared));
  return new Set(shared.length > 0 && entryPoints.includes(main) ? [main, ...shared] : shared);
};

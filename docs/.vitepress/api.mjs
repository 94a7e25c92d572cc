// The reference of every exported name, from the docstrings. TypeDoc needs TypeScript 6; the sources are those that TypeScript 7 builds.
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { Application, Converter, ReflectionKind } from "typedoc";
import { PAGES } from "./assemble.mjs";
import { ROOT } from "./published.mjs";

const SOURCE = "@tautan/source";
const OUT = join(PAGES, "reference/api");

/** The entry points of the published packages by the path of their source: `@tautan/core/config`, as their manifests export them. */
const entryPoints = () =>
  new Map(
    globSync("packages/*/package.json", { cwd: ROOT })
      .sort()
      .flatMap((path) => {
        const manifest = JSON.parse(readFileSync(join(ROOT, path), "utf8"));
        return Object.entries(manifest.exports ?? {}).flatMap(([subpath, conditions]) => {
          const source = conditions?.[SOURCE] ?? Object.values(conditions).find((each) => each?.[SOURCE])?.[SOURCE];
          const isCode = typeof source === "string" && source.endsWith(".ts");
          return isCode ? [[join(ROOT, path, "..", source), posix.join(manifest.name, subpath)]] : [];
        });
      }),
  );

/** Names each module as it is imported. */
const nameModules = (app, names) => {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kind !== ReflectionKind.Module) return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
    reflection.name = names.get(file) ?? reflection.name;
  });
};

/** Writes reference/api into the pages. @returns the list of its pages in Markdown */
export const writeApi = async () => {
  const names = entryPoints();
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...names.keys()],
    tsconfig: join(import.meta.dirname, "tsconfig.api.json"),
    plugin: ["typedoc-plugin-markdown"],
    // TypeDoc empties this folder, and the folder docs if none is named.
    outputs: [{ name: "markdown", path: OUT }],
    // The build checks types already, with the compiler that the packages are built with.
    skipErrorChecking: true,
    readme: "none",
    name: "API",
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    entryFileName: "index",
    outputFileStrategy: "modules",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
    logLevel: "Error",
    validation: false,
  });
  nameModules(app, names);
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the packages");
  await app.outputs.writeOutput({ name: "markdown", path: OUT }, project);
  return readFileSync(join(OUT, "index.md"), "utf8").replace(/^.*?(?=^## )/ms, "");
};

// Packages as if npm had installed them, without a registry: those of this repository unpacked, those of others as the workspace has them.
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT, readJson } from "../release/packages.mjs";

const WORKSPACES = [ROOT, join(ROOT, "packages/create-tautan")];

const link = (source, name, folder) => {
  const at = join(folder, "node_modules", name);
  if (existsSync(at)) return;
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(realpathSync(source), at);
};

const needs = ({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) => [
  ...Object.keys(dependencies),
  ...Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true),
];

/** Installs the packages that package.json of the folder lists, and those that they need. */
export const installUnpacked = (folder, packed) => {
  const install = (name, workspaces) => {
    const own = packed.find(({ manifest }) => manifest.name === name);
    if (!own) {
      const found = workspaces
        .map((workspace) => join(workspace, "node_modules", name))
        .find((path) => existsSync(path));
      if (found === undefined) throw new Error(`${name}: expected it in ${workspaces.join(" or ")}, found none`);
      link(found, name, folder);
      return;
    }
    const at = join(folder, "node_modules", name);
    if (existsSync(at)) return;
    cpSync(own.contents, at, { recursive: true });
    for (const each of needs(own.manifest)) install(each, [join(ROOT, own.folder)]);
  };
  const { dependencies = {}, devDependencies = {} } = readJson(folder, "package.json");
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) install(name, WORKSPACES);
  const programs = join(folder, "node_modules/.bin");
  mkdirSync(programs, { recursive: true });
  for (const name of ["vitest", "typescript", "next"]) {
    if (!existsSync(join(folder, "node_modules", name))) continue;
    const { bin } = readJson(folder, "node_modules", name, "package.json");
    for (const [program, path] of Object.entries(bin)) {
      symlinkSync(relative(programs, join(folder, "node_modules", name, path)), join(programs, program));
    }
  }
};

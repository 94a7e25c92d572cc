import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { err, ok, type Result } from "neverthrow";
import { configError, type Failure } from "../failure.ts";
import { foldersUpwards } from "./find.ts";
import { importModule } from "./import-module.ts";

/** Imports a package of the user's project, as if the configuration had imported it, with the conditions of an import. */
export const importFromProject = async (specifier: string, configFile: string): Promise<Result<object, Failure>> => {
  const parentURL = pathToFileURL(configFile).href;
  const hooks = registerHooks({
    resolve: (each, context, next) => next(each, each === specifier ? { ...context, parentURL } : context),
  });
  try {
    return ok(await importModule(specifier));
  } catch (thrown) {
    const missing = missingPackage(thrown);
    if (missing === undefined) {
      return err(
        configError(
          `the package ${specifier} cannot be loaded (${thrown instanceof Error ? thrown.name : "an exception"})`,
          `Check it with: node --eval 'import("${specifier}")' in ${dirname(configFile)}`,
        ),
      );
    }
    return err(
      configError(
        `expected the package ${missing} in ${dirname(configFile)}, found none`,
        `Install it: ${installCommand(missing, dirname(configFile))}`,
      ),
    );
  } finally {
    hooks.deregister();
  }
};

/** The package or file that an import did not find. */
export const missingPackage = (thrown: unknown): string | undefined => {
  const { code, message = "" } = thrown as Partial<NodeJS.ErrnoException>;
  return code === "ERR_MODULE_NOT_FOUND" ? /'([^']+)'/.exec(message)?.[1] : undefined;
};

const LOCKFILES: Readonly<Record<string, string>> = {
  "pnpm-lock.yaml": "pnpm add",
  "yarn.lock": "yarn add",
  "bun.lock": "bun add",
  "package-lock.json": "npm install",
};

interface InstallOptions {
  readonly isForDevelopment?: boolean;
}

/** The command that installs a package, for the package manager of the project. */
export const installCommand = (
  name: string,
  folder: string,
  { isForDevelopment = false }: InstallOptions = {},
): string => {
  const words = isForDevelopment ? `-D ${name}` : name;
  for (const each of foldersUpwards(folder)) {
    const found = Object.keys(LOCKFILES).find((lockfile) => existsSync(join(each, lockfile)));
    if (found !== undefined) return `${LOCKFILES[found]} ${words}`;
  }
  return `npm install ${words}`;
};

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { err, ok, type Result } from "neverthrow";
import { configError, type Failure } from "../failure.ts";

/** The names of a configuration, in the order in which they are searched. */
export const CONFIG_FILES = [
  "tautan.config.ts",
  "tautan.config.js",
  "tautan.config.mjs",
  "tautan.config.json",
] as const;

/** The folders from here to the root of the disk. */
export const foldersUpwards = (folder: string): readonly string[] => {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpwards(above)];
};

/** Whether there is a configuration in this folder or above it. */
export const hasConfig = (folder: string): boolean =>
  foldersUpwards(folder).some((each) => CONFIG_FILES.some((name) => existsSync(join(each, name))));

/** The path of the configuration: the one named, or the first found upwards. */
export const findConfig = (folder: string, named: string | undefined): Result<string, Failure> => {
  if (named !== undefined) {
    const file = resolve(folder, named);
    if (existsSync(file)) return ok(file);
    return err(
      configError(`--config: there is no file ${file}`, "Name an existing file, or run tautan init to make one."),
    );
  }
  for (const each of foldersUpwards(folder)) {
    const found = CONFIG_FILES.filter((name) => existsSync(join(each, name)));
    if (found.length > 1) {
      return err(
        configError(`expected one configuration in ${each}, found ${found.join(" and ")}`, "Delete one of them."),
      );
    }
    if (found[0] !== undefined) return ok(join(each, found[0]));
  }
  return err(
    configError(
      `expected a configuration (${CONFIG_FILES.join(", ")}) in ${folder} or above it, found none`,
      "Run tautan init to make one, or name one with --config.",
    ),
  );
};

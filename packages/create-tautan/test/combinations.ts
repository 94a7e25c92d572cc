// All projects that can be made.
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Choices, DATABASES, FRAMEWORKS, GATEWAYS, type Gateway } from "../src/choices.ts";

const PACKAGE = resolve(import.meta.dirname, "..");

const subsets = (gateways: readonly Gateway[]): readonly (readonly Gateway[])[] =>
  gateways.reduce<readonly (readonly Gateway[])[]>(
    (found, gateway) => [...found, ...found.map((each) => [...each, gateway])],
    [[]],
  );

export const COMBINATIONS: readonly Choices[] = FRAMEWORKS.flatMap((framework) =>
  DATABASES.flatMap((database) =>
    subsets(GATEWAYS)
      .filter((gateways) => gateways.length > 0)
      .map((gateways) => ({ name: [framework, database, ...gateways].join("-"), framework, database, gateways })),
  ),
);

export const writeFiles = (folder: string, files: ReadonlyMap<string, string>): void => {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** The packages of this workspace, and those of others, as if they were installed in the folder. */
export const linkPackages = (folder: string): void => {
  const sources = [join(PACKAGE, "node_modules"), resolve(PACKAGE, "../../node_modules")];
  for (const source of sources) {
    for (const entry of readdirSync(source).filter((each) => !each.startsWith("."))) {
      const names = entry.startsWith("@")
        ? readdirSync(join(source, entry)).map((each) => `${entry}/${each}`)
        : [entry];
      for (const name of names) {
        const at = join(folder, "node_modules", name);
        mkdirSync(dirname(at), { recursive: true });
        try {
          symlinkSync(realpathSync(join(source, name)), at);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
      }
    }
  }
};

// All projects that can be made.
import { globSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Choices, DATABASES, FRAMEWORKS, GATEWAYS, type Gateway } from "../src/choices.ts";

const PACKAGE = resolve(import.meta.dirname, "..");

/** Each alone, and all together: a gateway adds the same lines whatever others there are. */
const SELECTIONS: readonly (readonly Gateway[])[] = [...GATEWAYS.map((gateway) => [gateway]), GATEWAYS];

export const COMBINATIONS: readonly Choices[] = FRAMEWORKS.flatMap((framework) =>
  DATABASES.flatMap((database) =>
    SELECTIONS.map((gateways) => ({
      name: [framework, database, ...gateways].join("-"),
      framework,
      database,
      gateways,
    })),
  ),
);

export const writeFiles = (folder: string, files: ReadonlyMap<string, string>): void => {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** What is linked there already stays. */
const link = (target: string, at: string): void => {
  mkdirSync(dirname(at), { recursive: true });
  try {
    symlinkSync(realpathSync(target), at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
};

/** The packages of this workspace, and those of others, as if they were installed in the folder. */
export const linkPackages = (folder: string): void => {
  for (const manifest of globSync(resolve(PACKAGE, "../*/package.json"))) {
    const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly name: string };
    link(dirname(manifest), join(folder, "node_modules", name));
  }
  const sources = [join(PACKAGE, "node_modules"), resolve(PACKAGE, "../../node_modules")];
  for (const source of sources) {
    for (const entry of readdirSync(source).filter((each) => !each.startsWith("."))) {
      const names = entry.startsWith("@")
        ? readdirSync(join(source, entry)).map((each) => `${entry}/${each}`)
        : [entry];
      for (const name of names) {
        link(join(source, name), join(folder, "node_modules", name));
      }
    }
  }
};

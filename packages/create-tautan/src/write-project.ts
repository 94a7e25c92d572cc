import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** May be there: they are not of a project. */
const IGNORED = new Set([".git", ".DS_Store"]);

/** Why a folder cannot be used, or undefined. */
export const problemOfFolder = (folder: string): string | undefined => {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isDirectory()) return `${folder} is a file. Name a folder that does not exist yet, or an empty one.`;
  const names = readdirSync(folder).filter((name) => !IGNORED.has(name));
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  return (
    `${folder}: expected an empty folder, found ${shown}. Name another folder: npm create tautan my-shop. ` +
    "For an existing project: npx tautan init."
  );
};

/**
 * Writes the files into an empty or a new folder. If one cannot be written, none is left. It is synchronous, so that a signal finds all
 * files or none.
 */
export const writeProject = (folder: string, files: ReadonlyMap<string, string>): void => {
  const made: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      const firstFolder = mkdirSync(dirname(file), { recursive: true });
      if (firstFolder !== undefined) made.push(firstFolder);
      // An existing file is not overwritten.
      writeFileSync(file, text, { flag: "wx" });
      made.push(resolve(file));
    }
  } catch (error) {
    for (const path of made.toReversed()) rmSync(path, { recursive: true, force: true });
    throw error;
  }
};

// Files that programs write and nobody edits: they match what they follow from, or are written again with `--update`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const REPOSITORY = resolve(import.meta.dirname, "../..");

const formatted = (root, path, text) => {
  const biome = join(REPOSITORY, "node_modules/.bin/biome");
  const { status, stdout, stderr } = spawnSync(biome, ["check", "--write", `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${path} cannot be formatted: ${stderr}`);
  return stdout;
};

/** Returns the paths of the files that do not match their texts, and writes these with `update`. `texts` are pairs of path and text. */
export const outdatedFiles = (root, texts, { update = false } = {}) =>
  [...texts].flatMap(([path, text]) => {
    const expected = formatted(root, path, text);
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === expected) return [];
    if (update) writeFileSync(file, expected);
    return [path];
  });

/** Runs a module as a program if it is one: prints the outdated files, and fails unless `--update` has written them. */
export const runAsProgram = async (url, outdatedIn, advice) => {
  if (url !== pathToFileURL(process.argv[1] ?? "").href) return;
  const update = process.argv.includes("--update");
  const outdated = await outdatedIn(REPOSITORY, { update });
  for (const path of outdated) {
    if (update) console.log(path);
    else console.error(`${path} ${advice}`);
  }
  if (!update && outdated.length > 0) process.exitCode = 1;
};

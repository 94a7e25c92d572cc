// The packages that this repository publishes, and pnpm in the version that it builds with.
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export const readJson = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

/** Every folder in packages/ that is not private, as `{ folder, manifest }` with `folder` such as `packages/core`. */
export const publishedPackages = (root = ROOT) =>
  globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((path) => ({ folder: path.replace("/package.json", ""), manifest: readJson(root, path) }))
    .filter(({ manifest }) => manifest.private !== true);

/** Throws with the output if pnpm fails. */
export const pnpm = (parameters, { cwd = ROOT } = {}) => {
  const { packageManager } = readJson(ROOT, "package.json");
  const before = ["--yes", "--prefer-offline", `--package=${packageManager}`, "--", "pnpm"];
  try {
    return execFileSync("npx", [...before, ...parameters], { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const output = `${error.stdout ?? ""}${error.stderr ?? error.message}`;
    throw new Error(`pnpm ${parameters.join(" ")} failed:\n${output}`, { cause: error });
  }
};

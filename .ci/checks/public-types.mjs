// Keeps each package's public types in a file under review. Usage: node .ci/checks/public-types.mjs [--update]
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const update = process.argv.includes("--update");
/** Entries that only this repository uses: they may change at any time. */
const INTERNAL = new Set(["./simulator-kit"]);
let changed = 0;

/** The declaration files of a package's entry points, in a stable order. */
const reachable = (root) => {
  const { publishConfig } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entryPoints = Object.entries(publishConfig.exports).flatMap(([name, entry]) =>
    typeof entry === "object" && !INTERNAL.has(name) ? [entry.types] : [],
  );
  const files = new Set();
  const visit = (file) => {
    if (files.has(file)) return;
    if (!existsSync(file)) throw new Error(`${file} is missing: build first (npm run build)`);
    files.add(file);
    for (const [, target] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      visit(resolve(dirname(file), target.replace(/\.ts$/, ".d.ts")));
    }
  };
  for (const path of entryPoints) visit(resolve(root, path));
  return [...files].sort();
};

for (const root of globSync("packages/*").sort()) {
  const text = reachable(root)
    .map((file) => {
      const body = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL.*\n?/m, "");
      return `// ${relative(root, file)}\n${body.trimEnd()}\n`;
    })
    .join("\n");
  const snapshot = join(root, "etc/api.d.ts.txt");
  if (update) {
    mkdirSync(dirname(snapshot), { recursive: true });
    writeFileSync(snapshot, text);
  } else if (!existsSync(snapshot) || readFileSync(snapshot, "utf8") !== text) {
    console.error(`The public types of ${root} changed. Review them, add a changeset, then run: npm run types:update`);
    changed += 1;
  }
}
process.exitCode = changed === 0 ? 0 : 1;

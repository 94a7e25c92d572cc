// Packs all packages into a folder, to try them before they are on npm. Usage, after a build: node .ci/release/archives.mjs <folder>
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { packAll } from "./pack.mjs";
import { ROOT } from "./packages.mjs";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("expected the folder for the archives, such as: npm run archives -- ../shop/tautan");
  process.exit(1);
}
const destination = resolve(process.env["INIT_CWD"] ?? ".", folder);
const packing = mkdtempSync(join(tmpdir(), "tautan-archives-"));
try {
  const packed = packAll(ROOT, packing);
  mkdirSync(destination, { recursive: true });
  for (const { archive } of packed) copyFileSync(archive, join(destination, basename(archive)));
  console.log(`${packed.length} packages packed. Install those that you use, with what they need, such as:`);
  console.log(`npm install ${join(destination, "*.tgz")} neverthrow`);
} finally {
  rmSync(packing, { recursive: true, force: true });
}

// Packs packages as they would be published, and reads the archives.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pnpm, publishedPackages, readJson } from "./packages.mjs";

const archiveOf = ({ name, version }) => `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;

/** The paths inside the folder, those with a leading dot too. */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();

/**
 * Packs every package of `root` into `destination`, or those that are named. Needs the outputs of a build.
 * @returns for each package its `folder` in the repository, the `archive`, the `contents` unpacked, the names of its
 *   `files`, the `manifest` as published and its sizes in bytes
 */
export const packAll = (root, destination, names) => {
  const packages = publishedPackages(root).filter(
    ({ manifest }) => names === undefined || names.includes(manifest.name),
  );
  mkdirSync(destination, { recursive: true });
  const filters = packages.flatMap(({ manifest }) => ["--filter", manifest.name]);
  pnpm([...filters, "pack", "--pack-destination", destination], { cwd: root });
  return packages.map(({ folder, manifest }) => {
    const archive = join(destination, archiveOf(manifest));
    const contents = archive.replace(/\.tgz$/, "");
    mkdirSync(contents);
    execFileSync("tar", ["xzf", archive, "--strip-components=1", "-C", contents]);
    const files = filesIn(contents);
    return {
      folder,
      archive,
      contents,
      files,
      manifest: readJson(contents, "package.json"),
      packedBytes: statSync(archive).size,
      unpackedBytes: files.reduce((sum, file) => sum + readFileSync(join(contents, file)).length, 0),
    };
  });
};

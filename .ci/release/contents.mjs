// Compares archives with what they may contain.
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { entryNamesOf } from "../build/entry-points.mjs";
import { ROOT } from "./packages.mjs";

const REQUIRED = ["LICENSE", "README.md", "package.json"];
/** Also a guide beside the code that it is about. */
const OPTIONAL = /^(CHANGELOG|UNVERIFIED)\.md$|^src\/.*\/README\.md$/;
const DECLARATIONS = [".d.ts", ".d.ts.map"];
/** What a bundle refers to: chunks and its source map. */
const REFERENCE = /(?:\bfrom|\bimport\(?) ?"(\.\.?\/[^"]+\.js)"|^\/\/# sourceMappingURL=(.+)$/gm;
const DEPENDENCIES = ["dependencies", "peerDependencies", "optionalDependencies"];

/** Never published, whatever a package lists in `files`. */
const FORBIDDEN = [
  [/\.tsbuildinfo$/, "a state of the compiler"],
  [/\.(db|sqlite3?)(-\w+)?$/, "a database"],
  [/\.(tgz|log|pem|key)$/, "not for publication"],
  [/(^|\/)(\.env(?!\.example$)[^/]*|\.npmrc|\.DS_Store|node_modules)(\/|$)/, "not for publication"],
];
/** Of a package's own code. Templates have tests on purpose. */
const TESTS = /^(test|tests|fixtures)\/|^(src|dist)\/(.*\/)?((__tests__|fixtures)\/|[^/]*\.test(-d)?\.)/;

const isDeclaration = (path) => path.startsWith("dist/") && DECLARATIONS.some((end) => path.endsWith(end));
const isCode = (path) => /^dist\/.*\.js(\.map)?$/.test(path);
const sourceOf = (declaration) => declaration.replace("dist/", "src/").replace(/\.d\.ts(\.map)?$/, ".ts");
const declarationsOf = (source) => DECLARATIONS.map((end) => source.replace(/^src\//, "dist/").replace(/\.ts$/, end));
const isSource = (path) => path.startsWith("src/") && path.endsWith(".ts") && !path.endsWith(".d.ts");

/** The code that entry points load and its source maps, whether they are there or not. */
const loadedBy = (entryPoints, contents) => {
  const loaded = new Set();
  const visit = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    if (!existsSync(join(contents, path))) return;
    for (const [, chunk, map] of readFileSync(join(contents, path), "utf8").matchAll(REFERENCE)) {
      visit(posix.join(dirname(path), chunk ?? map));
    }
  };
  for (const path of entryPoints) visit(path);
  return loaded;
};

/** Files and folders that a package's own manifest names, besides code. */
const isNamed = (path, names) => names.some((name) => path === name || path.startsWith(`${name}/`));

const fileProblems = ({ files, contents, manifest }) => {
  const present = new Set(files);
  const loaded = loadedBy(
    entryNamesOf(manifest).map((name) => `dist/${name}.js`),
    contents,
  );
  const names = (manifest.files ?? []).filter((name) => !name.startsWith("!") && !["dist", "src"].includes(name));
  const problems = [...REQUIRED, ...loaded]
    .filter((file) => !present.has(file))
    .map((file) => `${file}: expected, and missing`);
  const isMissing = (name) => !files.some((file) => isNamed(file, [name]));
  for (const name of names.filter(isMissing)) problems.push(`${name}: named in "files" of package.json, and missing`);
  for (const file of files) {
    const [, reason] = FORBIDDEN.find(([pattern]) => pattern.test(file)) ?? [];
    if (reason !== undefined) problems.push(`${file}: ${reason}`);
    else if (TESTS.test(file)) problems.push(`${file}: a test`);
    else if (isDeclaration(file)) {
      if (!present.has(sourceOf(file))) problems.push(`${file}: the output of a source that is not there. Build anew`);
    } else if (isCode(file)) {
      if (!loaded.has(file)) problems.push(`${file}: no entry point loads it. Build anew`);
    } else if (isSource(file)) {
      const missing = declarationsOf(file).filter((output) => !present.has(output));
      for (const output of missing) problems.push(`${output}: missing beside ${file}. Run npm run build`);
    } else if (!REQUIRED.includes(file) && !OPTIONAL.test(file) && !isNamed(file, names)) {
      problems.push(`${file}: neither code, nor named in "files" of package.json`);
    }
  }
  return problems;
};

const versionsByName = (packages) => new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));

const rangeProblems = ({ manifest }, versions) =>
  DEPENDENCIES.flatMap((field) =>
    Object.entries(manifest[field] ?? {}).flatMap(([name, range]) => {
      const at = `package.json: ${field}.${name}`;
      if (/^(workspace|catalog|link|file|portal|git|https?):/.test(range)) {
        return [`${at}: expected a range of versions, got ${range}`];
      }
      const version = versions.get(name);
      if (version !== undefined) return range === `^${version}` ? [] : [`${at}: expected ^${version}, got ${range}`];
      if (name.startsWith("@tautan/")) return [`${at}: expected a published package, got one that is not`];
      return field === "dependencies" && /^\d/.test(range)
        ? [`${at}: expected a range that takes repairs, such as ^${range}, got ${range}`]
        : [];
    }),
  );

const conditionsIn = (value) =>
  value === null || typeof value !== "object"
    ? []
    : Object.entries(value).flatMap(([key, at]) => [key, ...conditionsIn(at)]);

const manifestProblems = ({ manifest }) => {
  const problems = [];
  const expect = (field, expected, received) => {
    if (received !== expected) problems.push(`package.json: ${field}: expected ${expected}, got ${received}`);
  };
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect("license", "MIT", manifest.license);
  expect("type", "module", manifest.type);
  expect("engines.node", engines.node, manifest.engines?.node);
  expect("publishConfig.access", "public", manifest.publishConfig?.access);
  for (const field of ["description", "keywords"]) {
    if ((manifest[field] ?? "").length === 0) problems.push(`package.json: ${field}: expected, and missing`);
  }
  if (conditionsIn(manifest.exports).includes("@tautan/source")) {
    problems.push("package.json: exports: publishConfig was not applied: the condition @tautan/source is left");
  }
  for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
    if (manifest.scripts?.[script] !== undefined)
      problems.push(`package.json: scripts.${script}: runs on installation`);
  }
  return problems;
};

/** Folders of the machine that builds, but not the end of another path; and those of other machines, in texts that were copied. */
const MACHINE_PATHS = [ROOT, homedir(), tmpdir()]
  .filter((path) => path.length > 4)
  .map((path) => new RegExp(`(?<![\\w.-])${path.replace(/[^\w/]/g, "\\$&")}(?![\\w-])`));
const ANY_HOME = /(?<![\w.])\/(home|Users|root)\/[\w.-]+\//;

const textProblems = ({ files, contents }) =>
  files
    .filter((file) => /\.(js|map|ts|json|md|mjs|html|css|txt|ya?ml|tmpl)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(contents, file), "utf8");
      const path = [...MACHINE_PATHS, ANY_HOME].map((each) => each.exec(text)?.[0]).find((each) => each !== undefined);
      const problems = path === undefined ? [] : [`${file}: contains a path of a machine: ${path}`];
      if (!file.endsWith(".map")) return problems;
      const { sources = [] } = JSON.parse(text);
      const isMissing = (source) => !existsSync(join(contents, dirname(file), source));
      return [...problems, ...sources.filter(isMissing).map((source) => `${file}: its source ${source} is missing`)];
    });

/** The complaints about packages from `packAll`, each with the name of its package. Empty if all may be published. */
export const contentsProblems = (packages) => {
  const versions = versionsByName(packages);
  return packages.flatMap((each) =>
    [...fileProblems(each), ...rangeProblems(each, versions), ...manifestProblems(each), ...textProblems(each)].map(
      (problem) => `${each.manifest.name}: ${problem}`,
    ),
  );
};

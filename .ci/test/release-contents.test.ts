// Archives are refused for each thing that must not be published.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contentsProblems } from "../release/contents.mjs";

const MANIFEST = {
  name: "@tautan/shop",
  version: "0.1.0",
  description: "A shop.",
  license: "MIT",
  keywords: ["payments"],
  type: "module",
  engines: { node: ">=22.20" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  files: ["dist", "!dist/.tsbuildinfo", "src", "shop.schema.json", "templates"],
  publishConfig: { access: "public" },
  dependencies: { "@tautan/shelf": "^0.1.0", zod: "^4.6.7" },
};

const FILES = {
  LICENSE: "MIT",
  "README.md": "# Shop",
  "package.json": "{}",
  "dist/index.js": 'import { o } from "./open-Ab1_-2.js";\nexport { o as open };\n',
  "dist/open-Ab1_-2.js": 'export const o = () => import("./late-x.js");\n\n//# sourceMappingURL=open-Ab1_-2.js.map',
  "dist/open-Ab1_-2.js.map": '{"sources":["../src/index.ts"]}',
  "dist/late-x.js": "export const late = true;",
  "dist/index.d.ts": "export declare const open: boolean;",
  "dist/index.d.ts.map": '{"sources":["../src/index.ts"]}',
  "src/index.ts": "export const open: boolean = true;",
  "shop.schema.json": "{}",
  "templates/hono/test/shop.test.ts": "// A template has a test on purpose.",
};

/** An archive that is right, apart from these files and fields. `undefined` removes a file. */
const archiveWith = (files: Record<string, string | undefined> = {}, fields: Record<string, unknown> = {}) => {
  const contents = mkdtempSync(join(tmpdir(), "tautan-contents-"));
  onTestFinished(() => rmSync(contents, { recursive: true, force: true }));
  const present = Object.entries({ ...FILES, ...files }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  );
  for (const [path, text] of present) {
    mkdirSync(dirname(join(contents, path)), { recursive: true });
    writeFileSync(join(contents, path), text);
  }
  return { contents, files: present.map(([path]) => path), manifest: { ...MANIFEST, ...fields } };
};

const shelf = () => archiveWith({}, { name: "@tautan/shelf", dependencies: {} });

const problemsWith = (files?: Record<string, string | undefined>, fields?: Record<string, unknown>): string[] =>
  contentsProblems([archiveWith(files, fields), shelf()]);

test("an archive with code, its sources and what its manifest names is accepted", () => {
  expect(problemsWith()).toEqual([]);
});

test("a folder of the package may have the name of one of the machine", () => {
  expect(problemsWith({ "README.md": `src/commands${homedir()}/list.ts and .${tmpdir()}/x` })).toEqual([]);
});

test.each<[string, Record<string, string | undefined>, string]>([
  ["a state of the compiler", { "dist/.node.tsbuildinfo": "{}" }, "dist/.node.tsbuildinfo: a state of the compiler"],
  ["a test of its own", { "src/open.test.ts": "" }, "src/open.test.ts: a test"],
  ["a folder of tests", { "test/open.ts": "" }, "test/open.ts: a test"],
  ["secrets", { "templates/hono/.env": "KEY=1" }, "templates/hono/.env: not for publication"],
  ["a database", { "templates/shop.db": "" }, "templates/shop.db: a database"],
  ["a chunk that nothing loads", { "dist/old-Ab1.js": "" }, "dist/old-Ab1.js: no entry point loads it"],
  ["a map of nothing", { "dist/old.js.map": "{}" }, "dist/old.js.map: no entry point loads it"],
  ["no chunk that is loaded", { "dist/late-x.js": undefined }, "dist/late-x.js: expected, and missing"],
  ["no source map", { "dist/open-Ab1_-2.js.map": undefined }, "dist/open-Ab1_-2.js.map: expected, and missing"],
  ["types without their source", { "dist/old.d.ts": "" }, "dist/old.d.ts: the output of a source that is not there"],
  ["a source without its types", { "dist/index.d.ts": undefined }, "dist/index.d.ts: missing beside src/index.ts"],
  ["a file that nothing names", { "notes.md": "" }, 'notes.md: neither code, nor named in "files"'],
  [
    "nothing of what the manifest names",
    { "shop.schema.json": undefined },
    'shop.schema.json: named in "files" of package.json, and missing',
  ],
  ["no licence", { LICENSE: undefined }, "LICENSE: expected, and missing"],
  ["a path of this machine", { "README.md": `cd ${homedir()}/shop` }, "README.md: contains a path of a machine"],
  [
    "a path of another",
    { "src/index.ts": "// /Users/ada/shop/" },
    "src/index.ts: contains a path of a machine: /Users/ada/",
  ],
  [
    "a map to nowhere",
    { "dist/open-Ab1_-2.js.map": '{"sources":["../src/a.ts"]}' },
    "its source ../src/a.ts is missing",
  ],
])("refuses %s", (_, files, problem) => {
  expect(problemsWith(files)).toEqual([expect.stringContaining(problem)]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "a range of the workspace",
    { dependencies: { zod: "workspace:^" } },
    "expected a range of versions, got workspace:^",
  ],
  ["a range of the catalog", { peerDependencies: { pg: "catalog:" } }, "expected a range of versions, got catalog:"],
  ["another version of a sibling", { dependencies: { "@tautan/shelf": "^0.0.0" } }, "expected ^0.1.0, got ^0.0.0"],
  ["a private sibling", { dependencies: { "@tautan/attic": "^0.1.0" } }, "expected a published package"],
  ["a dependency that takes no repairs", { dependencies: { zod: "4.6.7" } }, "such as ^4.6.7, got 4.6.7"],
  [
    "the condition for sources",
    { exports: { ".": { "@tautan/source": "./src/index.ts", default: "./dist/index.js" } } },
    "publishConfig was not applied",
  ],
  ["restricted access", { publishConfig: {} }, "publishConfig.access: expected public, got undefined"],
  ["other versions of Node", { engines: { node: ">=18" } }, "engines.node: expected >=22.20, got >=18"],
  ["no description", { description: undefined }, "description: expected, and missing"],
  ["a command that is missing", { bin: { shop: "./dist/bin.js" } }, "dist/bin.js: expected, and missing"],
  [
    "an entry point that is missing",
    { exports: { ".": "./dist/index.js", "./pay": "./dist/pay.js" } },
    "dist/pay.js: expected, and missing",
  ],
  [
    "code that runs on installation",
    { scripts: { postinstall: "node x" } },
    "scripts.postinstall: runs on installation",
  ],
])("refuses %s", (_, fields, problem) => {
  expect(problemsWith({}, fields)).toEqual([expect.stringContaining(problem)]);
});

// Packages are bundled: a file for each entry point of the manifest, whose chunks are shared, and nothing that was there before.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { alone } from "../build/alone.mjs";
import { bundleAll } from "../build/bundle.mjs";

const SHOP = {
  "package.json": JSON.stringify({
    name: "shop",
    type: "module",
    bin: "./dist/bin.js",
    exports: {
      ".": { "@tautan/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./till/open": { default: "./dist/till/open.js" },
      "./package.json": "./package.json",
    },
    dependencies: { neverthrow: "^8.0.0" },
  }),
  "src/index.ts": 'export { count } from "./counter.ts";\nexport const later = () => import("./later.ts");\n',
  "src/counter.ts":
    "let sold = 0;\n\n/** One more. */\nexport const count = (): number => {\n  sold += 1;\n  return sold;\n};\n",
  "src/later.ts": 'export const closed = "today";\n',
  "src/fail.ts": "export const fail = (text: string): never => {\n  throw new Error(text);\n};\n",
  "src/till/open.ts": 'export { count } from "../counter.ts";\nexport type { Result } from "neverthrow";\n',
  "src/bin.ts": '#!/usr/bin/env node\nimport { fail } from "./fail.ts";\n\nfail("sold out");\n',
};

/** A workspace with one package, and what its bundle consists of. */
const workspaceWith = (files: Readonly<Record<string, string>> = {}) => {
  const root = mkdtempSync(join(tmpdir(), "tautan-build-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "packages/shop");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries({ ...SHOP, ...files })) write(path, text);
  const outputs = (): readonly string[] =>
    globSync("dist/**/*.*", { cwd: folder })
      .map((path) => path.replace(/-[\w-]{8}\./, "-HASH."))
      .toSorted();
  return { root, folder, write, outputs };
};

test("each entry point is a file, the main one has what they share, and what is loaded later is another", async () => {
  const { root, folder, outputs } = workspaceWith();
  await bundleAll(root);
  expect(outputs()).toEqual([
    "dist/bin.js",
    "dist/bin.js.map",
    "dist/index.js",
    "dist/index.js.map",
    "dist/later-HASH.js",
    "dist/later-HASH.js.map",
    "dist/till/open.js",
  ]);
  expect(Object.keys(await import(join(folder, "dist/till/open.js")))).toEqual(["count"]);
  const { count } = await import(join(folder, "dist/index.js"));
  const { count: countAtTill } = await import(join(folder, "dist/till/open.js"));
  expect([count(), countAtTill(), count()]).toEqual([1, 2, 3]);
});

test("what several share is one chunk, but for a module with a package that the main entry point does without", async () => {
  const { root, folder, outputs } = workspaceWith({
    "src/index.ts":
      'export { count } from "./counter.ts";\nexport { name } from "./name.ts";\nexport const later = () => import("./later.ts");\n',
    "src/name.ts": 'export const name = "shop";\n',
    "src/result.ts":
      'import { ok } from "neverthrow";\nimport { name } from "./name.ts";\n\nexport const named = ok(name);\n',
    "src/later.ts": 'export { named } from "./result.ts";\n',
    "src/till/open.ts": 'export { count } from "../counter.ts";\nexport { named } from "../result.ts";\n',
  });
  await bundleAll(root);
  expect(outputs().filter((path) => path.includes("HASH.js") && !path.endsWith(".map"))).toEqual([
    "dist/later-HASH.js",
    "dist/result-HASH.js",
  ]);
  expect(readFileSync(join(folder, "dist/index.js"), "utf8")).not.toContain("neverthrow");
});

const FUNCTIONS = `// é, 𝕏: characters of two and four bytes
export const block = (a = () => "=>") => {
  return [a(), block.name];
};
export const value = (a: number) => a + 1;
export const record = ({ a }: { a: number }, ...rest: number[]) => ({ a, rest });
export const later = async (a: number) => await value(a);
export const lines = () => /* on
two lines */ 7;
export const curried = (a: number) => (b: number) => a - b;
export const table = { double: (a: number) => a * 2, "a key": () => table["a key"].name, own: function () { return () => this; } };
export const list = [1, 2].map((each) => each + 1);
export const now = (() => "at once")();
export class Till {
  open = () => this;
  static shut = () => this;
}
export const loose = { self: () => typeof this };
export const boom = (text: string): never => {
  throw new Error(text);
};
`;

test("functions at the top level are parsed when they are called, and do what they did", async () => {
  const { root, folder } = workspaceWith({
    "src/index.ts": FUNCTIONS,
    "src/bin.ts": 'import { boom } from "./index.ts";\n\nboom("sold out");\n',
  });
  await bundleAll(root);
  const text = readFileSync(join(folder, "dist/index.js"), "utf8");
  // Arrow functions that are left: of a default, in another function, and of a class.
  const arrows = text.split("\n").filter((line) => line.includes("=>"));
  expect(arrows.map((line) => line.trim())).toEqual([
    'const block = function(a = () => "=>") {',
    "return ((b) => a - b);",
    "return () => this;",
    "open = () => this;",
    "static shut = () => this;",
  ]);
  const built = await import(join(folder, "dist/index.js"));
  expect(built.block()).toEqual(["=>", "block"]);
  expect(built.value(1)).toBe(2);
  expect(built.record({ a: 1 }, 2, 3)).toEqual({ a: 1, rest: [2, 3] });
  await expect(built.later(1)).resolves.toBe(2);
  expect(built.lines()).toBe(7);
  expect(built.curried(3)(1)).toBe(2);
  expect([built.table.double(2), built.table["a key"](), built.table.own()()]).toEqual([4, "a key", built.table]);
  expect([built.list, built.now, built.loose.self()]).toEqual([[2, 3], "at once", "undefined"]);
  expect([new built.Till().open(), built.Till.shut()]).toEqual([expect.any(built.Till), built.Till]);
  const run = (): unknown =>
    execFileSync(process.execPath, ["--enable-source-maps", join(folder, "dist/bin.js")], { stdio: "pipe" });
  expect(run).toThrow(`${join(folder, "src/index.ts")}:20:9`);
  expect(run).toThrow(`${join(folder, "src/bin.ts")}:3:1`);
});

test("subpaths with one output for several sources", async () => {
  const subpath = (name: string) => ({ "@tautan/source": `./src/${name}.ts`, default: "./dist/index.js" });
  const { root, folder, outputs } = workspaceWith({
    "package.json": JSON.stringify({
      name: "shop",
      type: "module",
      exports: { ".": subpath("index"), "./till": subpath("till/open") },
      dependencies: { neverthrow: "^8.0.0" },
    }),
    "src/till/open.ts":
      'import { count } from "../counter.ts";\n\nexport { count };\nexport const open = (): number => count();\n',
  });
  await bundleAll(root);
  expect(outputs().filter((path) => path.endsWith(".js"))).toEqual(["dist/index.js", "dist/later-HASH.js"]);
  const built = await import(join(folder, "dist/index.js"));
  expect(Object.keys(built)).toEqual(["count", "later", "open"]);
  expect([built.count(), built.open(), built.count()]).toEqual([1, 2, 3]);
});

test("a program keeps its first line, and its stack trace leads to the sources", async () => {
  const { root, folder } = workspaceWith();
  await bundleAll(root);
  const bin = join(folder, "dist/bin.js");
  expect(readFileSync(bin, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  const run = (): unknown => execFileSync(process.execPath, ["--enable-source-maps", bin], { stdio: "pipe" });
  expect(run).toThrow(`${join(folder, "src/fail.ts")}:2:9`);
});

test("outputs of sources that are gone are removed, and of a build that was killed", async () => {
  const { root, folder, write, outputs } = workspaceWith();
  await bundleAll(root);
  const before = outputs();
  write("src/index.ts", 'export { count } from "./counter.ts";\n');
  write("src/bin.ts", "process.exitCode = 1;\n");
  write("dist/old.d.ts", "");
  write("dist/index.d.ts", "");
  write("dist/index.js.tmp", "export const ha");
  write("dist/.tsbuildinfo", "{}");
  await bundleAll(root);
  expect(outputs()).toEqual([...before.filter((path) => !path.includes("later")), "dist/index.d.ts"].toSorted());
  expect(existsSync(join(folder, "dist/.tsbuildinfo"))).toBe(true);
});

test.each([
  ["a package that the manifest does not name", 'export * from "vitest";\n', "vitest"],
  ["a file that is not there", 'export * from "./gone.ts";\n', "./gone.ts"],
  ["what a file does not export", 'export { gone } from "./counter.ts";\n', "gone"],
])("an import of %s is refused, and dist stays as it is", async (_, source, name) => {
  const { root, folder, write, outputs } = workspaceWith();
  await bundleAll(root);
  const before = outputs();
  const text = readFileSync(join(folder, "dist/index.js"), "utf8");
  write("src/index.ts", source);
  await expect(bundleAll(root)).rejects.toThrow(name);
  expect(outputs()).toEqual(before);
  expect(readFileSync(join(folder, "dist/index.js"), "utf8")).toBe(text);
});

test("one build at a time, and one that was killed holds up no other", async () => {
  const { root } = workspaceWith({
    "hold.mjs": `import { alone } from ${JSON.stringify(join(import.meta.dirname, "../build/alone.mjs"))};
await alone(process.argv[2], () => new Promise(() => {
  process.send("holds");
  setInterval(() => {}, 1000);
}));`,
  });
  const lock = join(root, "lock");
  const holder = fork(join(root, "packages/shop/hold.mjs"), [lock]);
  await once(holder, "message");
  let isKilled = false;
  const next = alone(lock, async () => isKilled);
  isKilled = holder.kill("SIGKILL");
  expect(await next).toBe(true);
  expect(existsSync(lock)).toBe(false);
});

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parseSync } from "vite";
import { expect, onTestFinished, test } from "vitest";
import { addedFiles, type Choices, GATEWAYS, projectFiles } from "../src/index.ts";
import { VERSIONS } from "../src/versions.ts";
import { COMBINATIONS, linkPackages, writeFiles } from "./combinations.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);
const DEFAULT: Choices = { name: "shop", framework: "hono", database: "sqlite", gateways: ["midtrans"] };

const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-create-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test("there are projects for each framework, each database, each gateway alone and all together", () => {
  expect(COMBINATIONS).toHaveLength(5 * 2 * (GATEWAYS.length + 1));
});

test.each(COMBINATIONS)("$name: every file can be read, and nothing is left to fill in", (choices) => {
  const files = projectFiles(choices);
  for (const [path, text] of files) {
    expect(text, path).not.toMatch(/\{\{\s*\w+\s*\}\}|__[a-z]+__|\[object/);
    expect(text, path).toMatch(/[^\n]\n$/);
    if (/\.tsx?$/.test(path)) expect(parseSync(path, text).errors, path).toEqual([]);
    if (path.endsWith(".json")) expect(() => JSON.parse(text), path).not.toThrow();
    expect(Math.max(...text.split("\n").map((line) => line.length)), path).toBeLessThanOrEqual(170);
  }
  const all = [...files.values()].join("\n");
  const named = new Set([...all.matchAll(/@tautan\/driver-(\w+)/g)].map(([, name]) => name));
  expect(named).toEqual(new Set(choices.gateways));
});

test.each(COMBINATIONS)("$name: package.json has every package that is imported, and no other", (choices) => {
  const files = projectFiles(choices);
  const { dependencies, devDependencies } = JSON.parse(files.get("package.json") ?? "") as Record<string, object>;
  const isCode = ([path]: readonly [string, string]): boolean => /\.tsx?$/.test(path);
  const imported = [...files]
    .filter(isCode)
    .flatMap(([, text]) => [...text.matchAll(/from "((?:@[^/"]+\/)?[^./"][^/"]*)[^"]*"/g)].map(([, name = ""]) => name))
    .filter((name) => !name.startsWith("node:"));
  // Peers, the compiler and types are not imported.
  const implied = new Set([
    "neverthrow",
    "typescript",
    "react-dom",
    "react",
    "@types/node",
    "@types/react",
    "@types/pg",
    "@types/express",
  ]);
  const listed = Object.keys({ ...dependencies, ...devDependencies });
  expect(imported.filter((name) => !listed.includes(name))).toEqual([]);
  expect(listed.filter((name) => !imported.includes(name) && !implied.has(name))).toEqual([]);
});

// Types depend on whether there is one gateway or several, and not on which.
const TYPED = COMBINATIONS.filter(
  ({ framework, database, gateways }) =>
    gateways.length === 3 || (gateways.length === 1 && database === "sqlite" && /^(hono|next)$/.test(framework)),
);

test("every project type-checks", async () => {
  const folder = temporaryFolder();
  linkPackages(folder);
  for (const choices of TYPED) {
    writeFiles(join(folder, choices.name), projectFiles(choices));
    const { name, framework } = choices;
    writeFiles(join(folder, `${name}-added`), new Map([["package.json", '{ "type": "module" }']]));
    writeFiles(join(folder, `${name}-added`), addedFiles({ ...choices, hasAppInSrc: framework === "next" }));
  }
  const configurations = new Map(
    ["hono", "next"].map((framework) => {
      const chosen = { ...DEFAULT, framework: framework as Choices["framework"] };
      return [framework, JSON.parse(projectFiles(chosen).get("tsconfig.json") ?? "") as { compilerOptions: object }];
    }),
  );
  const failures: string[] = [];
  // One program for each tsconfig.json: that of Next differs.
  for (const [framework, { compilerOptions }] of configurations) {
    const names = TYPED.filter((each) => (each.framework === "next") === (framework === "next")).map(
      ({ name }) => name,
    );
    const file = join(folder, `tsconfig.${framework}.json`);
    writeFileSync(
      file,
      JSON.stringify({ compilerOptions, include: names.flatMap((name) => [`${name}/**/*`, `${name}-added/**/*`]) }),
    );
    await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", file], { cwd: folder }).catch(
      ({ stdout }: { stdout: string }) => failures.push(stdout),
    );
  }
  expect(failures.join("\n")).toBe("");
});

test("the versions of other packages are those that the tests run with", () => {
  const folder = temporaryFolder();
  linkPackages(folder);
  const installed = Object.keys(VERSIONS).map((name) => {
    const manifest = readFileSync(join(folder, "node_modules", name, "package.json"), "utf8");
    return [name, (JSON.parse(manifest) as { version: string }).version];
  });
  expect(Object.fromEntries(installed)).toEqual(VERSIONS);
});

test("choices that are not offered are refused", () => {
  const refused: readonly [object, string][] = [
    [{ framework: "rails" }, 'framework: expected hono, express, fastify, next, node, got "rails"'],
    [{ database: "mysql" }, 'database: expected sqlite, postgres, got "mysql"'],
    [{ gateways: [] }, `gateways: expected one or several of ${GATEWAYS.join(", ")}, got []`],
    [{ gateways: ["midtrans", "midtrans"] }, "gateways: expected one or several of"],
    [{ gateways: ["nobody"] }, 'got ["nobody"]'],
  ];
  for (const [wrong, message] of refused) expect(() => projectFiles({ ...DEFAULT, ...wrong })).toThrow(message);
});

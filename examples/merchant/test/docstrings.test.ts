// The examples in the docstrings of the published packages, and on the pages of the ledger, type-checked as a user's code would be.
import { spawnSync } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

interface Example {
  /** `packages/core/src/money.ts:64` */
  readonly place: string;
  readonly code: string;
}

const EXAMPLE = / \* @example\n +\* ```ts\n(.+?)\n +\* ```\n/gs;

const BLOCK = /^```ts\n(.+?)^```$/gms;

const blocksIn = (path: string): readonly Example[] => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(BLOCK)].map(({ 1: code = "", index }) => ({
    place: `${path}:${text.slice(0, index).split("\n").length}`,
    code,
  }));
};

const examplesIn = (path: string): readonly Example[] => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(EXAMPLE)].map(({ 1: lines = "", index }) => ({
    place: `${path}:${text.slice(0, index).split("\n").length}`,
    code: lines.replace(/^ +\* ?/gm, ""),
  }));
};

const EXAMPLES = globSync("packages/{core,driver-*,ledger,webhooks,sandbox,conformance}/src/**/*.ts", { cwd: ROOT })
  .sort()
  .flatMap(examplesIn);

/** The packages as this example has them, and those of ours that it does not need itself. */
const linkModules = (folder: string): void => {
  const modules = join(ROOT, "examples/merchant/node_modules");
  mkdirSync(join(folder, "node_modules/@tautan"), { recursive: true });
  const names = readdirSync(modules).filter((name) => !name.startsWith(".") && name !== "@tautan");
  for (const name of names) symlinkSync(join(modules, name), join(folder, "node_modules", name));
  // The frameworks of the webhooks, which the merchant does not use.
  const frameworks = join(ROOT, "packages/webhooks/node_modules");
  for (const name of ["@nestjs", "@types", "express", "fastify", "next"]) {
    symlinkSync(join(frameworks, name), join(folder, "node_modules", name));
  }
  for (const name of readdirSync(join(ROOT, "packages"))) {
    symlinkSync(join(ROOT, "packages", name), join(folder, "node_modules/@tautan", name));
  }
};

/** The compiler's messages, with the place of the example in front. */
const problemsOf = (examples: readonly Example[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-docstrings-"));
  try {
    return problemsIn(folder, examples);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const problemsIn = (folder: string, examples: readonly Example[]): readonly string[] => {
  linkModules(folder);
  mkdirSync(join(folder, "src"));
  for (const [index, { code }] of examples.entries()) {
    writeFileSync(join(folder, `src/${index}.ts`), `${code}\nexport {};\n`);
  }
  const compilerOptions = {
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    // As NestJS has it.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    typeRoots: [join(ROOT, "node_modules/@types")],
    customConditions: ["@tautan/source"],
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(ROOT, "tsconfig.base.json"), compilerOptions, include: ["src"] }),
  );
  const { stdout, error } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (error) throw error;
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^src\/(\d+)\.ts/, (_all, index: string) => examples[Number(index)]?.place ?? line));
};

const PAGES = [
  "docs/guides/usage-and-expiry.md",
  "docs/guides/webhooks.md",
  "docs/operate/reconcile.md",
  "packages/ledger/README.md",
  "packages/webhooks/README.md",
].map((page) => [page, blocksIn(page)] as const);
const WRONG = { place: "money.ts:1", code: 'import { idr } from "@tautan/core";\n\nidr("190.000");' };

/** One run of the compiler for all of them: it takes longest to read the packages. */
const PROBLEMS = problemsOf([...EXAMPLES, ...PAGES.flatMap(([, blocks]) => blocks), WRONG]);

const problemsAt = (examples: readonly Example[]): readonly string[] =>
  PROBLEMS.filter((problem) => examples.some(({ place }) => problem.startsWith(`${place}(`)));

test("an example that does not type-check is reported with its place", () => {
  expect(problemsAt([WRONG])).toEqual([expect.stringMatching(/^money\.ts:1\(3,5\): error TS2345/)]);
});

test("the examples in docstrings type-check", () => {
  expect(EXAMPLES.length).toBeGreaterThan(10);
  expect(problemsAt(EXAMPLES)).toEqual([]);
});

test.each(PAGES)("the examples of %s type-check", (_page, examples) => {
  expect(examples.length).toBeGreaterThan(0);
  expect(problemsAt(examples)).toEqual([]);
});

test("the compiler reports nothing else", () => expect(PROBLEMS).toEqual(problemsAt([WRONG])));

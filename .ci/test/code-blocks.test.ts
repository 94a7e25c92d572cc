// Every code block of the published Markdown, and every example in a docstring of the published packages: TypeScript is type-checked as a
// user's code would be, JSON is parsed, configurations are validated, and commands exist. docs/.vitepress/blocks.mjs has the conventions.
import { spawnSync } from "node:child_process";
import {
  existsSync,
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
import { dirname, join, resolve } from "node:path";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";
import { blocksIn, filesOf, isGenerated, isUnchecked, textOf } from "../../docs/.vitepress/blocks.mjs";
import { problemsOfCommands } from "../../docs/.vitepress/commands.mjs";
import { configProblems } from "../../docs/.vitepress/configs.mjs";
import { publishedPages } from "../../docs/.vitepress/published.mjs";

const ROOT = resolve(import.meta.dirname, "../..");

const LANGUAGES = new Set(["ts", "js", "json", "sh", "text"]);
/** Blocks that say that they are not checked, with the reason in their first line. One more must be wanted. */
const UNCHECKED = 0;

interface Block {
  readonly page: string;
  readonly line: number;
  readonly info: string;
  readonly language: string | undefined;
  readonly how: string | undefined;
  readonly name: string | undefined;
  readonly before: string;
  readonly code: string;
}

const EXAMPLE = / \* @example\n +\* ```ts\n(.+?)\n +\* ```\n/gs;
const examplesIn = (path: string): readonly Block[] => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(EXAMPLE)].map(({ 1: lines = "", index }) => ({
    page: path,
    line: text.slice(0, index).split("\n").length + 2,
    info: "ts",
    language: "ts",
    how: undefined,
    name: undefined,
    before: "",
    code: `${lines.replace(/^ +\* ?/gm, "")}\n`,
  }));
};

const EXAMPLES = globSync("packages/!(cli)/src/**/*.ts", { cwd: ROOT }).sort().flatMap(examplesIn);
const BLOCKS: readonly Block[] = publishedPages().flatMap((page: string) =>
  blocksIn(page, readFileSync(join(ROOT, page), "utf8")),
);
const blocksOf = (language: string): readonly Block[] =>
  BLOCKS.filter((block) => block.language === language && !isUnchecked(block) && !isGenerated(block));

/** A block of a page that nobody has. */
const block = (code: string, more: Partial<Block> = {}): Block => ({
  page: "wrong.md",
  line: 3,
  info: "ts",
  language: "ts",
  how: undefined,
  name: undefined,
  before: "",
  code,
  ...more,
});

const isFolder = (path: string): boolean => existsSync(path) && readdirSync(path).length > 0;

/** Everything that a package or an example of this repository depends on, and all published packages. */
const linkModules = (folder: string): void => {
  const modules = join(folder, "node_modules");
  const link = (target: string, name: string): void => {
    if (existsSync(join(modules, name))) return;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(target, join(modules, name));
  };
  for (const path of globSync("{packages,examples}/*/package.json", { cwd: ROOT })) {
    const { name } = JSON.parse(readFileSync(join(ROOT, path), "utf8")) as { name: string };
    link(join(ROOT, dirname(path)), name);
  }
  for (const installed of globSync("{packages,examples}/*/node_modules", { cwd: ROOT }).sort()) {
    for (const name of readdirSync(join(ROOT, installed)).filter((each) => !each.startsWith("."))) {
      const path = join(ROOT, installed, name);
      if (!name.startsWith("@")) link(path, name);
      else for (const inner of isFolder(path) ? readdirSync(path) : []) link(join(path, inner), `${name}/${inner}`);
    }
  }
};

const compilerOptions = {
  noEmit: true,
  composite: false,
  emitDeclarationOnly: false,
  declaration: false,
  declarationMap: false,
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  // As NestJS has it.
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  rewriteRelativeImportExtensions: false,
  allowImportingTsExtensions: true,
  lib: ["es2024", "dom", "dom.iterable"],
  typeRoots: [join(ROOT, "node_modules/@types")],
  customConditions: ["@tautan/source"],
};

/** The compiler's messages, with the place on the page in front. */
const problemsIn = (folder: string, files: readonly { path: string; parts: readonly Block[] }[]): readonly string[] => {
  linkModules(folder);
  const places = new Map<string, readonly (string | undefined)[]>();
  for (const file of files) {
    const { text, places: ofFile } = textOf(file);
    mkdirSync(dirname(join(folder, "src", file.path)), { recursive: true });
    writeFileSync(join(folder, "src", file.path), text);
    places.set(file.path, ofFile);
  }
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
    .map((line) =>
      line.replace(
        /^src\/(.+?)\((\d+),\d+\)/,
        (all, path: string, at: string) => places.get(path)?.[Number(at) - 1] ?? all,
      ),
    );
};

/** JavaScript is only parsed: the packages that it configures have no types here. */
const syntaxProblems = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap(({ page, line, code }) =>
    parseSync("block.js", code).errors.map(({ message }) => `${page}:${line}: ${message}`),
  );

const typeProblems = (blocks: readonly Block[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-blocks-"));
  try {
    const typescript = filesOf(
      ROOT,
      blocks.filter(({ language }) => language === "ts"),
      "ts",
    );
    return [...typescript.problems, ...problemsIn(folder, typescript.files)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const WRONG = [
  block('import { idr } from "@tautan/core";\n\nidr("190.000");\n'),
  block('idr("190.000");\n', { line: 9, how: "continued" }),
  block("alone();\n", { page: "other.md", how: "continued" }),
  block("// src/money.ts\nexport const other = 1;\n", { page: "packages/core/wrong.md", name: "src/money.ts" }),
];
const NAMED = [
  block("// a.ts\nexport const a: number = 1;\n", { page: "named.md", name: "a.ts" }),
  block('import { a } from "./a.ts";\n\nexport const b: number = a;\n', { page: "named.md", line: 9 }),
  block("console.log(payment.id);\n", { page: "named.md", line: 19, before: "declare const payment: { id: string };" }),
];

/** One run of the compiler for all of them: it takes longest to read the packages. */
const PROBLEMS = typeProblems([...EXAMPLES, ...blocksOf("ts"), ...NAMED, ...WRONG]);

describe("a block with an error fails the check", () => {
  const problemsAt = (place: string): readonly string[] => PROBLEMS.filter((each) => each.startsWith(`${place}:`));

  test("a wrong type, at its line on the page, also in a block that continues another", () => {
    expect(problemsAt("wrong.md")).toEqual([
      expect.stringMatching(/^wrong\.md:5: error TS2345/),
      expect.stringMatching(/^wrong\.md:9: error TS2345/),
    ]);
  });

  test("JavaScript that cannot be parsed", () => {
    expect(syntaxProblems([block("const = 1;\n", { language: "js" })])).toEqual([
      expect.stringMatching(/^wrong\.md:3: Unexpected token/),
    ]);
  });

  test("a block that continues none, and one that differs from its file", () => {
    expect(problemsAt("other.md")).toEqual(["other.md:3: there is no block before it to continue"]);
    expect(problemsAt("packages/core/wrong.md")).toEqual([
      "packages/core/wrong.md:3: expected a part of packages/core/src/money.ts, got other code",
    ]);
  });

  test("blocks import each other by their names, and use what is declared before them", () => {
    expect(problemsAt("named.md")).toEqual([]);
  });

  test("a command, an option, a script or a package that does not exist", async () => {
    const code = [
      "npm run no-such-script",
      "npx tautan links make --reference A",
      'tautan links create --amout "190000" && npm install no-such-package',
      'TOKEN="$(openssl rand -hex 32)" PORT=1 node .ci/gone.mjs',
      "frobnicate --now",
      "npm create tautan shop -- --no-such-option",
    ];
    expect(await problemsOfCommands([block(`${code.join("\n")}\n`, { language: "sh" })])).toEqual([
      "wrong.md:3: npm run no-such-script: package.json has no such script",
      "wrong.md:4: tautan has no command links make",
      "wrong.md:5: tautan links create has no option --amout",
      "wrong.md:5: no-such-package is neither ours nor installed here",
      "wrong.md:6: .ci/gone.mjs: there is no such file",
      "wrong.md:7: frobnicate: expected one of the known commands",
      "wrong.md:8: create-tautan has no option --no-such-option",
    ]);
  });

  test("JSON that cannot be parsed, and a configuration that is not valid", async () => {
    const json = (code: string): Block => block(code, { language: "json" });
    expect(await configProblems([json("{ a: 1 }")])).toEqual([expect.stringMatching(/^wrong\.md:3: .*JSON/)]);
    const entry = { driver: "midtrans", environment: "sandbox", serverKey: 1 };
    expect(await configProblems([json(JSON.stringify({ default: "a", gateways: { a: entry } }))])).not.toEqual([]);
  });
});

test("JavaScript is valid", () => expect(syntaxProblems(blocksOf("js"))).toEqual([]));

test("TypeScript compiles", () => {
  expect(EXAMPLES.length).toBeGreaterThan(10);
  expect(blocksOf("ts").length).toBeGreaterThan(50);
  const pages = new Set(WRONG.map(({ page }) => page));
  expect(PROBLEMS.filter((problem) => !pages.has(problem.split(":")[0] ?? ""))).toEqual([]);
});

test("commands exist, with their options", async () => {
  expect(blocksOf("sh").length).toBeGreaterThan(20);
  expect(await problemsOfCommands(blocksOf("sh"))).toEqual([]);
});

test("JSON is valid, and configurations are accepted", async () => {
  expect(blocksOf("json").length).toBeGreaterThan(5);
  expect(await configProblems(blocksOf("json"))).toEqual([]);
});

test("every block has a language, and those that are not checked have a reason", () => {
  const unknown = BLOCKS.filter(({ language = "" }) => !LANGUAGES.has(language));
  expect(unknown.map(({ page, line, info }) => `${page}:${line}: "${info}"`)).toEqual([]);
  expect(BLOCKS.filter(isUnchecked)).toHaveLength(UNCHECKED);
});

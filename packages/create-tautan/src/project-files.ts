import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type Choices, DATABASES, FRAMEWORKS, GATEWAYS } from "./choices.ts";
import { manifestOf, tsconfigOf } from "./manifest.ts";
import {
  checkoutOf,
  configOf,
  environmentOf,
  gatewaysOf,
  linksOf,
  nextConfigOf,
  readmeOf,
  sandboxOf,
  testOf,
} from "./written.ts";

/** Beside `src` and `dist`. */
const TEMPLATES = resolve(import.meta.dirname, "../templates");

/** The version of this package, which all packages of Tautan share. */
const release = (): string => {
  const manifest = readFileSync(resolve(import.meta.dirname, "../package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
};

/** npm leaves files of this name out of packages. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

const templateFiles = (part: string): readonly (readonly [string, string])[] => {
  const root = join(TEMPLATES, part);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(root, file).split(sep).join("/");
      return [RENAMED[path] ?? path, readFileSync(file, "utf8")] as const;
    });
};

/** The build of Next too. */
const ignoredByNext = (): string => `${new Map(templateFiles("common")).get(".gitignore") ?? ""}.next\nnext-env.d.ts\n`;

const check = (choices: Choices): void => {
  const wrong = (name: string, expected: readonly string[], got: unknown): TypeError =>
    new TypeError(`projectFiles: ${name}: expected ${expected.join(", ")}, got ${JSON.stringify(got)}`);
  const { framework, database, gateways } = choices;
  if (!FRAMEWORKS.includes(framework)) throw wrong("framework", FRAMEWORKS, framework);
  if (!DATABASES.includes(database)) throw wrong("database", DATABASES, database);
  const isValid = gateways.length > 0 && new Set(gateways).size === gateways.length;
  if (!isValid || !gateways.every((each) => GATEWAYS.includes(each))) {
    throw wrong("gateways", [`one or several of ${GATEWAYS.join(", ")}`], gateways);
  }
};

/**
 * The files of a project, by path with `/`. It does no more than read the templates of this package.
 *
 * @throws `TypeError` if a choice is not one of those offered.
 *
 * @example
 * ```ts
 * import { projectFiles } from "create-tautan";
 *
 * const files = projectFiles({ name: "shop", framework: "hono", database: "sqlite", gateways: ["midtrans"] });
 * console.log(files.get("src/links.ts"));
 * ```
 */
export const projectFiles = (choices: Choices): ReadonlyMap<string, string> => {
  check(choices);
  const { framework, database } = choices;
  const parts = ["common", database, framework, ...(framework === "next" ? [] : ["server"])];
  const written: Readonly<Record<string, string>> = {
    "package.json": manifestOf(choices, release()),
    "tsconfig.json": tsconfigOf(choices),
    "tautan.config.ts": configOf(choices),
    "README.md": readmeOf(choices),
    ".env.example": environmentOf(choices),
    "scripts/sandbox.ts": sandboxOf(choices),
    "src/gateways.ts": gatewaysOf(choices),
    "src/links.ts": linksOf(choices),
    "test/shop.test.ts": testOf(choices),
    ...(framework === "next" && { "next.config.ts": nextConfigOf(choices), ".gitignore": ignoredByNext() }),
  };
  const filledIn = parts
    .flatMap(templateFiles)
    .map(([path, text]) => [path, path === "src/checkout.ts" ? checkoutOf(text, choices) : text] as const);
  const files = [...filledIn, ...Object.entries(written)];
  return new Map(files.toSorted(([one], [other]) => (one < other ? -1 : 1)));
};

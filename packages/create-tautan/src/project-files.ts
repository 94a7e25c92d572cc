import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, resolve, sep } from "node:path";
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

/** The files of templates and those that depend on the gateways, by path. */
const filesOf = (
  choices: Choices,
  parts: readonly string[],
  written: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> => {
  const filledIn = parts
    .flatMap(templateFiles)
    .map(([path, text]) => [path, path === "src/checkout.ts" ? checkoutOf(text, choices) : text] as const);
  const common: Readonly<Record<string, string>> = {
    "tautan.config.ts": configOf(choices),
    ".env.example": environmentOf(choices),
    "scripts/sandbox.ts": sandboxOf(choices),
    "src/gateways.ts": gatewaysOf(choices),
    "src/links.ts": linksOf(choices),
  };
  const files = [...filledIn, ...Object.entries({ ...common, ...written })];
  return new Map(files.toSorted(([one], [other]) => (one < other ? -1 : 1)));
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
  return filesOf(choices, ["common", database, framework, ...(framework === "next" ? [] : ["server"])], {
    "package.json": manifestOf(choices, release()),
    "tsconfig.json": tsconfigOf(choices),
    "README.md": readmeOf(choices),
    "test/shop.test.ts": testOf(framework === "next" ? "./start-shop.ts" : "../src/app.ts"),
    ...(framework === "next" && { "next.config.ts": nextConfigOf(choices), ".gitignore": ignoredByNext() }),
  });
};

/** The choices for a project that exists. */
export interface Addition extends Omit<Choices, "name"> {
  /** Whether the files of Next's router are in `src/app` instead of `app`. */
  readonly hasAppInSrc?: boolean;
}

/** Only in a project of its own. */
const LEFT_OUT = /^(\.gitignore|AGENTS\.md|scripts\/dev\.ts|app\/(layout|page)\.tsx|app\/orders\/.*)$/;

const placeOf = (path: string, hasAppInSrc: boolean): string => {
  if (path === "scripts/sandbox.ts") return "test/payments/sandbox.ts";
  if (path === "test/shop.test.ts") return "test/payments/payments.test.ts";
  if (hasAppInSrc && /^(app\/|instrumentation\.ts$)/.test(path)) return `src/${path}`;
  return path.replace(/^(src|test)\//, "$1/payments/");
};

/** The imports of a file, after all files have moved. */
const moved = (path: string, text: string, hasAppInSrc: boolean): string => {
  const from = posix.dirname(placeOf(path, hasAppInSrc));
  return text.replace(/"(\.\.?\/[^"]+)"/g, (_, target: string) => {
    const place = placeOf(posix.join(posix.dirname(path), target), hasAppInSrc);
    const relativePath = posix.relative(from, place);
    return `"${relativePath.startsWith(".") ? relativePath : `./${relativePath}`}"`;
  });
};

/**
 * The files that a project that exists needs, by path with `/`: the configuration, the ledger, the endpoint in its framework and a test,
 * in `src/payments` and `test/payments`.
 *
 * @throws `TypeError` if a choice is not one of those offered.
 */
export const addedFiles = ({ hasAppInSrc = false, ...choices }: Addition): ReadonlyMap<string, string> => {
  const named = { ...choices, name: "" };
  check(named);
  const { framework, database } = choices;
  const files = filesOf(named, ["common", database, framework === "next" ? "next" : `added-${framework}`], {
    "test/shop.test.ts": testOf("./start-shop.ts"),
  });
  return new Map(
    [...files]
      .filter(([path]) => !LEFT_OUT.test(path))
      .map(([path, text]) => [placeOf(path, hasAppInSrc), moved(path, text, hasAppInSrc)] as const),
  );
};

/** The version of Tautan's packages that the files are for. */
export const releaseOfFiles = (): string => release();

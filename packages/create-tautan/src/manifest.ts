import type { Choices, Framework } from "./choices.ts";
import { PACKAGES_OF_DATABASE, PACKAGES_OF_FRAMEWORK, VERSIONS } from "./versions.ts";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const sorted = (versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(versions).toSorted(([one], [other]) => (one < other ? -1 : 1)));

// Only the user's own files. Plain --watch watches each module that is loaded, and a package manager that links a file of node_modules into
// another project changes the file here too: the shop would restart for no reason, and refuse connections meanwhile.
const START_AND_WATCH = "node --watch-path=src --watch-path=tautan.config.ts src/server.ts";

const scriptsOf = (framework: Framework): Readonly<Record<string, string>> => {
  const isNext = framework === "next";
  return {
    dev: `node scripts/dev.ts ${isNext ? "next dev" : START_AND_WATCH}`,
    ...(isNext && { build: "next build" }),
    start: isNext ? "next start" : "node --env-file-if-exists=.env src/server.ts",
    test: "vitest run",
    typecheck: "tsc",
  };
};

/** The versions by which a project depends on the packages of Tautan, and on those of others. */
export const dependenciesOf = (
  { framework, database, gateways }: Omit<Choices, "name">,
  release: string,
): { readonly runtime: Readonly<Record<string, string>>; readonly development: Readonly<Record<string, string>> } => {
  const own = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, `^${release}`]));
  const others = (names: readonly (keyof typeof VERSIONS)[]) =>
    Object.fromEntries(names.map((name) => [name, `^${VERSIONS[name]}`]));
  const [ofFramework, ofDatabase] = [PACKAGES_OF_FRAMEWORK[framework], PACKAGES_OF_DATABASE[database]];
  return {
    runtime: sorted({
      ...own(["@tautan/core", "@tautan/ledger", "@tautan/webhooks", "tautan"]),
      ...own(gateways.map((gateway) => `@tautan/driver-${gateway}`)),
      ...others(["neverthrow", ...ofFramework.runtime, ...ofDatabase.runtime]),
    }),
    development: sorted({
      ...own(["@tautan/sandbox"]),
      ...others(["@types/node", "typescript", "vitest", ...ofFramework.development, ...ofDatabase.development]),
    }),
  };
};

/** package.json. `release` is the version of the packages of Tautan. */
export const manifestOf = (choices: Choices, release: string): string => {
  const { runtime, development } = dependenciesOf(choices, release);
  return json({
    name: choices.name,
    version: "0.0.0",
    private: true,
    type: "module",
    engines: { node: ">=22.20" },
    scripts: scriptsOf(choices.framework),
    dependencies: runtime,
    devDependencies: development,
  });
};

/** tsconfig.json. Node runs the files as they are, so only types that it can strip are allowed. */
export const tsconfigOf = ({ framework }: Pick<Choices, "framework">): string => {
  const ofNext = { lib: ["es2024", "dom"], module: "esnext", moduleResolution: "bundler", jsx: "react-jsx" };
  return json({
    compilerOptions: {
      strict: true,
      target: "es2024",
      ...(framework === "next" ? ofNext : { lib: ["es2024"], module: "nodenext" }),
      types: ["node"],
      noEmit: true,
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      skipLibCheck: true,
      ...(framework === "next" && { esModuleInterop: true, resolveJsonModule: true, plugins: [{ name: "next" }] }),
    },
    ...(framework === "next"
      ? { include: ["**/*.ts", "**/*.tsx", ".next/types/**/*.ts"], exclude: ["node_modules"] }
      : { include: ["*.ts", "scripts", "src", "test"] }),
  });
};

import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import { type Check, failing, good, warning } from "./check.ts";

/** SQLite libraries beside node:sqlite, with which the ledger opens a file. */
const OTHERS = new Set([
  "better-sqlite3",
  "better-sqlite3-multiple-ciphers",
  "sqlite3",
  "libsql",
  "@libsql/client",
  "sqlite",
]);
const SOURCE = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);
const NOT_SOURCE = new Set(["node_modules", "dist", "build", "coverage"]);
/** Bounds of the search in the project: it must end soon. */
const MAX_FILES = 2_000;
const MAX_BYTES = 256 * 1024;

/**
 * One file, opened by two SQLite libraries in one process, is damaged: locks are kept per process, and closing a file in one
 * library removes those of the other. Source: https://www.sqlite.org/howtocorrupt.html, 2.2 and 2.2.1.
 */
export const checkSqliteLibraries = async (
  { folder, ledger }: LoadedConfig,
  databaseFile: string,
): Promise<readonly Check[]> => {
  const installed = (await dependenciesOf(folder)).filter((each) => OTHERS.has(each));
  if (installed.length === 0) return [];
  const names = [basename(databaseFile), ...(typeof ledger?.database === "object" ? [ledger.database.env] : [])];
  const files = await sourcesAbout(folder, names);
  const other = files.find(({ text }) => installed.some((each) => importsOf(text).includes(each)));
  const own = files.find(({ text }) => importsOf(text).includes("node:sqlite") || opensByPath(text));
  const library = installed[0] ?? "";
  const advice = `Open it once, with ${library}, and give that connection to the ledger: sqlite(connection).`;
  if (other && own) {
    return [
      failing(
        "ledger",
        "second_sqlite_library",
        `${basename(databaseFile)} is opened by ${library} in ${other.name} and by node:sqlite in ${own.name}: together in one process they damage it`,
        advice,
      ),
    ];
  }
  if (other) return [good("ledger", "sqlite_library", `${library} opens the file, and the ledger gets its connection`)];
  return [
    warning(
      "ledger",
      "second_sqlite_library_possible",
      `the project has ${library}, and nothing was found that opens ${basename(databaseFile)} with it`,
      `Never open this file with it and by the ledger's path in one process. ${advice}`,
    ),
  ];
};

const dependenciesOf = async (folder: string): Promise<readonly string[]> => {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return [];
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(await readFile(file, "utf8")) as Record<
      string,
      object
    >;
    return Object.keys({ ...dependencies, ...devDependencies });
  } catch {
    return [];
  }
};

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"']+)["']/g)].map(([, name = ""]) => name);

/** `sqlite("shop.db")` and `sqlite(process.env.DATABASE)` of the ledger: a path, and not a connection. */
const opensByPath = (text: string): boolean =>
  importsOf(text).includes("@tautan/ledger") && /\bsqlite\(\s*(?:["'`]|process\.env|join\(|resolve\()/.test(text);

interface Source {
  readonly name: string;
  readonly text: string;
}

/** The source files that name the database. */
const sourcesAbout = async (root: string, names: readonly string[]): Promise<readonly Source[]> => {
  const found: Source[] = [];
  const folders = [root];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined && seen < MAX_FILES; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !NOT_SOURCE.has(entry.name) && !entry.name.startsWith(".")) folders.push(path);
      if (!entry.isFile() || !SOURCE.has(extname(entry.name)) || entry.name.startsWith("tautan.config.")) continue;
      seen += 1;
      if ((await stat(path)).size > MAX_BYTES) continue;
      const text = await readFile(path, "utf8");
      if (names.some((name) => text.includes(name))) found.push({ name: relative(root, path), text });
    }
  }
  return found;
};

// What a change costs those who use the packages, beside the last release: the gzipped size of each bundle of .size-limit.js, the files that
// an import loads, and the type instantiations of a program that uses an entry point. All are counts, so that each run has the same figures.
// Usage, after a build: node .ci/release/cost.mjs [--update]   A size over its limit sets the exit code; a difference is only printed.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { publishedPackages, ROOT, readJson } from "./packages.mjs";

const LAST_RELEASE = join(ROOT, ".ci/release/cost.json");
/** Programs at once. */
const AT_ONCE = 4;

const run = promisify(execFile);
const bin = (name) => join(ROOT, "node_modules/.bin", name);

/** Runs a function for each item, some at once, and returns the results by name. */
const byName = async (items, measure) => {
  const results = {};
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      results[item.name] = await measure(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return Object.fromEntries(items.map(({ name }) => [name, results[name]]));
};

/** All that can be imported from the published packages, such as `@tautan/core/driver`. */
const entryPoints = () =>
  publishedPackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, target]) => target.default?.endsWith(".js"))
      .map(([path, target]) => ({
        name: manifest.name + path.slice(1),
        folder: join(ROOT, folder),
        file: join(ROOT, folder, target.default),
      })),
  );

const measureSizes = async () => {
  // Its exit code reports sizes over a limit, which are in its output too.
  const { stdout } = await run(bin("size-limit"), ["--json"], { cwd: ROOT }).catch((error) => error);
  return JSON.parse(stdout);
};

const COUNT_FILES = `
  import { registerHooks } from "node:module";
  let files = 0;
  registerHooks({ load: (url, context, next) => ((files += url.startsWith("file:")), next(url, context)) });
  await import(process.argv[1]);
  process.stdout.write(String(files), () => process.exit());
`;

const filesOf = async ({ file }) => {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", COUNT_FILES, file]);
  return Number(stdout);
};

const TYPES =
  "--ignoreConfig --noEmit --extendedDiagnostics --checkers 1 --module nodenext --target es2024 --strict --types node";

const instantiationsOfProgram = async (folder, text) => {
  // In the package, so that its name is found.
  const temporary = mkdtempSync(join(folder, ".cost-"));
  try {
    const program = join(temporary, "program.ts");
    writeFileSync(program, text);
    const { stdout } = await run(bin("tsc"), [...TYPES.split(" "), program], { cwd: ROOT });
    return Number(/^Instantiations: +(\d+)$/m.exec(stdout)[1]);
  } catch (error) {
    throw new Error(`does not compile: ${text}\n${error.stdout ?? error.message}`, { cause: error });
  } finally {
    rmSync(temporary, { recursive: true });
  }
};

const EMPTY_PROGRAM = "export {};\n";

/**
 * Beyond those of a program that imports nothing. Declarations are checked too, because most types of a package are instantiated nowhere
 * else.
 */
const instantiationsOf =
  (ofNothing) =>
  async ({ name, folder }) =>
    (await instantiationsOfProgram(folder, `import * as used from "${name}";\nexport const all = { ...used };\n`)) -
    ofNothing;

const sizes = await measureSizes();
const ofNothing = await instantiationsOfProgram(join(ROOT, "packages/core"), EMPTY_PROGRAM);
const figures = {
  "gzipped bytes": Object.fromEntries(sizes.map(({ name, size }) => [name, size])),
  "files of an import": await byName(entryPoints(), filesOf),
  "type instantiations": await byName(entryPoints(), instantiationsOf(ofNothing)),
};

const asText = (number) => number.toLocaleString("en-US");

/** Lines such as `core: 38,467 (+120)`, the changed ones alone. */
const differences = (before, now) =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [old, current] = [before[name], now[name]];
    if (old === current) return [];
    if (old === undefined) return [`${name}: ${asText(current)}, new`];
    if (current === undefined) return [`${name}: removed, was ${asText(old)}`];
    const percent = ((current / old - 1) * 100).toFixed(1);
    return [`${name}: ${asText(current)}, was ${asText(old)} (${current > old ? "+" : ""}${percent} %)`];
  });

const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

const print = ({ release, figures: before }) => {
  console.log(`compared with ${release}:`);
  for (const [kind, counts] of Object.entries(figures)) {
    const lines = differences(before[kind] ?? {}, counts);
    console.log(`${kind}, together ${asText(total(counts))}: ${lines.length === 0 ? "no change" : ""}`);
    for (const line of lines) console.log(`  ${line}`);
  }
};

if (process.argv.includes("--update")) {
  const { version } = readJson(ROOT, "packages/core/package.json");
  const release = version === "0.0.0" ? "the figures before the first release" : `release ${version}`;
  writeFileSync(LAST_RELEASE, `${JSON.stringify({ release, figures }, null, 2)}\n`);
} else print(JSON.parse(readFileSync(LAST_RELEASE, "utf8")));

for (const { name, size, sizeLimit } of sizes.filter(({ passed }) => !passed)) {
  console.error(`${name}: ${asText(size)} bytes are over the limit of ${asText(sizeLimit)}`);
  process.exitCode = 1;
}

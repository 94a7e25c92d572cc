// npm start: the merchant's tour. npm run example -- name: the start script of examples/name, in its folder. Both install and build first.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { runInFront } from "./in-front.mjs";

const ROOT = resolve(import.meta.dirname ?? ".", "../..");
const PNPM = ["--yes", "--prefer-offline", "--package=pnpm@12.18.0", "--", "pnpm"];

const TOUR = { folder: ROOT, command: ["node", "examples/merchant/src/start.ts"] };

/** The examples with a start script, by name. It is one command without quotes: there is no shell between it and a signal. */
const EXAMPLES = Object.fromEntries(
  // The Node that starts it may be 20, which has no globSync.
  readdirSync(join(ROOT, "examples"))
    .map((example) => join(ROOT, "examples", example))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .sort()
    .map((folder) => [folder, JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).scripts?.start])
    .filter(([, start]) => start !== undefined)
    .map(([folder, start]) => [basename(folder), { folder, command: start.split(" ") }]),
);

const [option, ...rest] = process.argv.slice(2);
const isExample = option === "--example";
const [name, ...parameters] = isExample ? rest : [undefined, ...process.argv.slice(2)];
const started = isExample ? EXAMPLES[name] : TOUR;

if (started === undefined) {
  const names = Object.keys(EXAMPLES).join(", ");
  console.error(
    `Expected the name of an example, got ${name ?? "none"}. Usage: npm run example -- name\nExamples: ${names}`,
  );
  process.exit(2);
}

const { folder, command } = started;
// Node 24, the compiler and the programs of the example are there once everything is installed.
const binaries = [join(folder, "node_modules/.bin"), join(ROOT, "node_modules/.bin"), process.env.PATH];
const env = { ...process.env, PATH: binaries.join(delimiter) };

const STEPS = [
  ["npx", [...PNPM, "install", "--frozen-lockfile", "--loglevel=error"], { cwd: ROOT, group: true }],
  ["node", [".ci/build.mjs"], { cwd: ROOT, group: true }],
  [command[0], [...command.slice(1), ...parameters], { cwd: folder }],
];

if (!existsSync(join(ROOT, "node_modules")))
  console.error("First run: installs dependencies and builds. This can take a few minutes.");

for (const [program, args, options] of STEPS) {
  const { code, isStopped } = await runInFront(program, args, { env, ...options });
  process.exitCode = code;
  if (code !== 0 || isStopped) break;
}

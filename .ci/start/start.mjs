// npm start: installs and builds what is needed, then runs the merchant's tour.
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { runInFront } from "./in-front.mjs";

const ROOT = resolve(import.meta.dirname ?? ".", "../..");
const PNPM = ["--yes", "--prefer-offline", "--package=pnpm@12.18.0", "--", "pnpm"];
// Node 24 and the compiler are there once everything is installed.
const env = { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH}` };

const STEPS = [
  ["npx", [...PNPM, "install", "--frozen-lockfile", "--loglevel=error"], { group: true }],
  ["tsc", ["-b"], { group: true }],
  ["node", ["examples/merchant/dist/start.js", ...process.argv.slice(2)], {}],
];

if (!existsSync(join(ROOT, "node_modules")))
  console.error("First run: installs dependencies and builds. This can take a few minutes.");

for (const [command, parameters, options] of STEPS) {
  const { code, isStopped } = await runInFront(command, parameters, { cwd: ROOT, env, ...options });
  process.exitCode = code;
  if (code !== 0 || isStopped) break;
}

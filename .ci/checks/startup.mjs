// The start of the program must stay near that of Node, and an import of the library near nothing. The files that are loaded decide; the
// times of the program are printed beside them.
// Usage, after a build: node .ci/checks/startup.mjs
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const PACKAGES = resolve(import.meta.dirname, "../../packages");
const BIN = join(PACKAGES, "cli/dist/bin.js");
const ROUNDS = 15;
/** Most files that each may load. A file costs about as much as the code of several. */
const MOST_FILES = {
  "tautan --help": 6,
  // With neverthrow.
  "import core": 2,
  "import core and driver-midtrans": 4,
};

const run = (...words) => {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${words.join(" ")} failed: ${stderr}`);
  return { stderr, ms: performance.now() - start };
};

const COUNT = `
  import { registerHooks } from "node:module";
  const files = [];
  registerHooks({ load: (url, context, next) => (url.startsWith("file:") && files.push(url), next(url, context)) });
  process.on("exit", () => process.stderr.write(files.join("\\n")));
`;
const importOf = (...names) =>
  names.map((name) => `await import(${JSON.stringify(join(PACKAGES, name, "dist/index.js"))});`);
const evaluate = (...names) => ["--input-type=module", "--eval", importOf(...names).join(" ")];
const PROGRAMS = {
  "tautan --help": [BIN, "--help"],
  "import core": evaluate("core"),
  "import core and driver-midtrans": evaluate("core", "driver-midtrans"),
};
const filesOf = (words) =>
  run("--import", `data:text/javascript,${encodeURIComponent(COUNT)}`, ...words).stderr.split("\n");

const times = { node: [], help: [] };
// Interleaved, so that a busy machine slows both; of each the fastest, because all else is what other processes took.
for (let round = 0; round < ROUNDS; round += 1) {
  times.node.push(run("-e", "0").ms);
  times.help.push(run(BIN, "--help").ms);
}
const [node, help] = [Math.min(...times.node), Math.min(...times.help)];
console.log(`node ${node.toFixed(1)} ms, tautan --help ${help.toFixed(1)} ms: ${(help / node).toFixed(2)} times`);
for (const [name, words] of Object.entries(PROGRAMS)) {
  const files = filesOf(words);
  console.log(`${name} loads ${files.length} files`);
  if (files.length <= MOST_FILES[name]) continue;
  console.error(`${name}: expected at most ${MOST_FILES[name]} files, got:\n${files.join("\n")}`);
  process.exitCode = 1;
}

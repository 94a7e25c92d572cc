// The start of the program must stay near that of Node. The files that it loads decide; the times are printed beside them.
// Usage, after a build: node .ci/checks/startup.mjs
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const BIN = join(resolve(import.meta.dirname, "../.."), "packages/cli/dist/bin.js");
const ROUNDS = 15;
/** Most files that `tautan --help` may load. Each costs about as much as the code of several. */
const MOST_FILES = 8;

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
const files = run("--import", `data:text/javascript,${encodeURIComponent(COUNT)}`, BIN, "--help").stderr.split("\n");

const times = { node: [], help: [] };
// Interleaved, so that a busy machine slows both; of each the fastest, because all else is what other processes took.
for (let round = 0; round < ROUNDS; round += 1) {
  times.node.push(run("-e", "0").ms);
  times.help.push(run(BIN, "--help").ms);
}
const [node, help] = [Math.min(...times.node), Math.min(...times.help)];
console.log(`node ${node.toFixed(1)} ms, tautan --help ${help.toFixed(1)} ms: ${(help / node).toFixed(2)} times`);
console.log(`tautan --help loads ${files.length} files`);
if (files.length > MOST_FILES) {
  console.error(`expected at most ${MOST_FILES} files, got:\n${files.join("\n")}`);
  process.exitCode = 1;
}

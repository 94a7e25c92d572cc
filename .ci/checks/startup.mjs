// The start of the program must stay near that of Node. Usage, after a build: node .ci/checks/startup.mjs
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const BIN = join(resolve(import.meta.dirname, "../.."), "packages/cli/dist/bin.js");
const ROUNDS = 30;
/** The most that `tautan --help` may take, as a multiple of a Node that does nothing. */
const LIMIT = 2;

const COMMANDS = { node: ["-e", "0"], help: [BIN, "--help"] };
const times = { node: [], help: [] };
// Interleaved, so that a busy machine slows both.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, words] of Object.entries(COMMANDS)) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`node ${words.join(" ")} failed: ${stderr}`);
    times[name].push(performance.now() - start);
  }
}
// The fastest of each: all else is what other processes took.
const [node, help] = [Math.min(...times.node), Math.min(...times.help)];
console.log(`node ${node.toFixed(1)} ms, tautan --help ${help.toFixed(1)} ms: ${(help / node).toFixed(2)} times`);
if (help > LIMIT * node) {
  console.error(`expected at most ${LIMIT} times: find what is loaded with node --cpu-prof ${BIN} --help`);
  process.exitCode = 1;
}

// Plays agents that have bad days against the server, and counts links. Usage, from the root:
//   npm run chaos:mcp -- [--seed N] [--runs 10000] [--write]      so many agents, each of which wants one link
//   npm run chaos:mcp -- --seed N --run M                         one of them again, alone
// Exit code 1 if there is not exactly one link for each, 2 if the arguments are wrong.
import { parseArgs } from "node:util";
import { circumstances, tableOf, wholeNumber, writePart } from "../../../../.ci/figures/reliability-page.ts";
import { playAll } from "./play-all.ts";

const USAGE = "usage: npm run chaos:mcp -- [--seed N] [--runs N [--write] | --run N]";

const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name}: expected a whole number, got ${JSON.stringify(text.slice(0, 40))}\n${USAGE}`);
  return process.exit(2);
};

const read = () => {
  try {
    const options = {
      seed: { type: "string" },
      runs: { type: "string" },
      run: { type: "string" },
      write: { type: "boolean" },
    } as const;
    const { values } = parseArgs({ options });
    if (values.write && values.run !== undefined) throw new TypeError("--write: expected --runs, not --run");
    return values;
  } catch (thrown) {
    console.error(`${(thrown as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
};

const values = read();
const seed = numberOf("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 30);
const run = numberOf("run", values.run);
const count = numberOf("runs", values.runs) ?? 10_000;
console.log(`seed ${seed}, ${run === undefined ? `${count} runs` : `run ${run}`}`);
let printed = 0;
const progress = (done: number): void => {
  if (done < printed + 1_000) return;
  printed = done;
  console.log(`${done} runs played`);
};
const started = performance.now();
const numbers = run === undefined ? Array.from({ length: count }, (_, at) => at) : [run];
const played = await playAll(seed, numbers, progress);
const { calls, sessions, processes, faults, links, runs, broken } = played;
for (const [name, times] of Object.entries(faults).toSorted()) console.log(`${name.padEnd(32)} ${times}`);
console.log(`${calls} calls in ${sessions} sessions, ${processes} server processes`);
for (const each of broken)
  console.error(`${each}\n  again: npm run chaos:mcp -- --seed ${seed} --run ${/\d+/.exec(each)?.[0]}`);
console.log(
  `${runs} runs, ${links} links, ${broken.length} broken; ${Math.round((performance.now() - started) / 1000)} s`,
);
if (values.write) {
  const seconds = (performance.now() - started) / 1000;
  const rows = Object.entries(faults).toSorted(([, one], [, other]) => other - one);
  writePart(
    "mcp",
    [
      `${wholeNumber(runs)} agents, each of which wants one link, seed ${seed}, ${circumstances(seconds)}.`,
      tableOf(
        ["Agents", "Links", "Agents without exactly one link", "Calls", "Sessions", "Server processes"],
        [[wholeNumber(runs), links, broken.length, calls, sessions, processes]],
      ),
      tableOf(["What happened", "Times"], rows),
    ].join("\n\n"),
  );
}
// Processes that died stand still for good.
process.exit(broken.length === 0 ? 0 : 1);

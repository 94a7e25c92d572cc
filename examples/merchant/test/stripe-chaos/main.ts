// Plays the ledger against the simulator of Stripe, with faults. Usage, from the root:
//   npm run chaos:stripe -- [--seed N] [--runs 1] [--write]
//   npm run chaos:stripe -- --seed N --record FILE     one of them, for the inspector: tautan dev --replay FILE
// Exit code 1 if a promise was broken, 2 if the arguments are wrong.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Recording, Sandbox } from "@tautan/sandbox";
import { circumstances, tableOf, wholeNumber, writePart } from "../../../../.ci/figures/reliability-page.ts";
import { playStripe } from "./play.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "1" },
    write: { type: "boolean" },
    record: { type: "string" },
  },
});
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const runs = Number(values.runs);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error("expected --seed with a whole number and --runs with a whole number, 1 or more");
  process.exit(2);
}
const { record } = values;
if (record !== undefined && (record === "" || runs > 1 || values.seed === undefined)) {
  console.error("--record: expected the path of a file, and the --seed of one story");
  process.exit(2);
}
/** The calls, webhooks and faults of a story. */
const recordingOf = async (sandbox: Sandbox<"stripe">): Promise<Recording> =>
  (await (await fetch(`${sandbox.control.url}/inspector/recording.json`)).json()) as Recording;
const keep = (file: string, recording: Recording, violations: readonly string[]): void => {
  const title = `Story of seed ${first} at the simulator of Stripe`;
  const command = `npm run chaos:stripe -- --seed ${first}`;
  writeFileSync(file, JSON.stringify({ ...recording, title, command, violations }, null, 1));
};

const startedAt = performance.now();
const counts: Record<string, number> = {};
let broken = 0;
for (let seed = first; seed < first + runs; seed += 1) {
  let recording: Recording | undefined;
  const atEnd = async (sandbox: Sandbox<"stripe">): Promise<void> => {
    if (record !== undefined) recording = await recordingOf(sandbox);
  };
  const { steps, problems, counts: ofRun } = await playStripe(seed, { atEnd });
  if (record !== undefined && recording) keep(record, recording, problems);
  for (const [name, count] of Object.entries(ofRun)) counts[name] = (counts[name] ?? 0) + count;
  if (problems.length === 0) continue;
  broken += 1;
  console.log([`seed ${seed}:`, ...(runs === 1 ? steps : []), ...problems].join("\n  "));
}
for (const [name, count] of Object.entries(counts).toSorted()) console.log(`${name.padEnd(40)} ${count}`);
if (values.write) {
  const rows = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  const seconds = (performance.now() - startedAt) / 1000;
  writePart(
    "stripe",
    [
      `${wholeNumber(runs)} stories from seed ${first}, ${circumstances(seconds)}. Stories that broke a promise: ${wholeNumber(broken)}.`,
      tableOf(["What happened", "Times"], rows),
    ].join("\n\n"),
  );
}
console.log(`${runs} runs from seed ${first}, ${broken} broken`);
process.exitCode = broken === 0 ? 0 : 1;

// Where the time of a webhook goes: µs per stage and driver. A sampling profiler attributes each sample to the innermost function of
// our source that belongs to a stage, so the stages add up to the whole. Usage: node stages.mjs [--json] [gateway …]
import { spawnSync } from "node:child_process";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { prepareDeliveries } from "./deliveries.mjs";

/** Built files have several sources in one, so the source itself runs. */
const CONDITION = "--conditions=@tautan/source";
if (!process.execArgv.includes(CONDITION)) {
  const flags = [CONDITION, "--no-warnings"];
  const { status } = spawnSync(process.execPath, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}

/** The stage of a file, the first that matches. Files of no stage count for the function that called them. */
const STAGES = {
  "read the request": /core\/src\/operations\/read-delivery/,
  "parse JSON": /driver-kit\/src\/json\.ts/,
  "verify the signature":
    /driver-kit\/src\/(hmac|digest|node-crypto|signatures|timed-signature|spell-json)|canonical-json/,
  "check the form": /wire(\.generated|-values)?\.ts|driver-kit\/src\/(reader|read-values|schemas)|node_modules\/.*zod/,
  times: /core\/src\/instant|driver-kit\/src\/time\.ts|driver-midtrans\/src\/times/,
  "record and status": /core\/src\/(history|derive|identifiers|omit|money|arithmetic|word|raw)/,
  digest: /core\/src\/operations\/sha256/,
  "map in the driver": /driver-[a-z]+\/src\/(webhook|history|status|methods|money|order-id|account|link|metadata)\.ts/,
  "deadline and promises":
    /core\/src\/(operations|facade|contained)|driver-kit|driver-[a-z]+\/src\/handlers|neverthrow/,
};
const REST = "the runtime: promises, garbage";

const CALLS = 4000;
const SAMPLE_US = 50;
const ROUNDS = 9;

const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];

const cpuPerCall = async (run) => {
  const start = process.cpuUsage();
  for (let call = 0; call < CALLS; call += 1) await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / CALLS;
};

/** The share of each stage. */
const sharesOf = async (session, run) => {
  await session.post("Profiler.start");
  for (let round = 0; round < ROUNDS; round += 1) await cpuPerCall(run);
  const { profile } = await session.post("Profiler.stop");
  const stageOf = new Map();
  const visit = (id, inherited) => {
    const { callFrame, children = [] } = nodes.get(id);
    const own = Object.keys(STAGES).find((name) => STAGES[name].test(callFrame.url));
    const stage = own ?? (callFrame.functionName === "(garbage collector)" ? REST : inherited);
    stageOf.set(id, callFrame.functionName === "(idle)" ? undefined : stage);
    for (const child of children) visit(child, stage);
  };
  const nodes = new Map(profile.nodes.map((each) => [each.id, each]));
  visit(profile.nodes[0].id, REST);
  const times = {};
  let total = 0;
  profile.samples.forEach((id, index) => {
    const stage = stageOf.get(id);
    if (stage === undefined) return;
    times[stage] = (times[stage] ?? 0) + profile.timeDeltas[index];
    total += profile.timeDeltas[index];
  });
  return Object.fromEntries(Object.entries(times).map(([stage, time]) => [stage, time / total]));
};

const { links, deliveries } = await prepareDeliveries();
const wanted = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const gateways = Object.keys(deliveries).filter((each) => wanted.length === 0 || wanted.includes(each));
const runs = Object.fromEntries(
  gateways.map((gateway) => [
    gateway,
    async () => {
      const parsed = await links.parseWebhook(gateway, deliveries[gateway]);
      if (parsed.isErr()) throw new Error(`${gateway}: ${parsed.error.message}`);
    },
  ]),
);
const whole = Object.fromEntries(gateways.map((gateway) => [gateway, []]));
for (let round = -2; round < ROUNDS; round += 1) {
  for (const gateway of gateways.toSorted(() => Math.random() - 0.5)) {
    const us = await cpuPerCall(runs[gateway]);
    if (round >= 0) whole[gateway].push(us);
  }
}

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
const table = {};
for (const gateway of gateways) {
  const shares = await sharesOf(session, runs[gateway]);
  const us = median(whole[gateway]);
  table[gateway] = {
    ...Object.fromEntries([...Object.keys(STAGES), REST].map((stage) => [stage, us * (shares[stage] ?? 0)])),
    "the whole": us,
  };
}
session.disconnect();

if (process.argv.includes("--json")) console.log(JSON.stringify(table));
else {
  console.log(`\nA webhook, µs of CPU time per stage (Node ${process.version})`);
  console.log(["".padEnd(32), ...gateways.map((each) => each.padStart(9))].join(" "));
  for (const stage of [...Object.keys(STAGES), REST, "the whole"]) {
    console.log([stage.padEnd(32), ...gateways.map((each) => table[each][stage].toFixed(2).padStart(9))].join(" "));
  }
}

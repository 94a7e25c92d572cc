// A million deliveries and a hundred thousand creates must leave heap, sockets, timers, listeners and other resources where they were.
// Usage, from the root: npm run leaks -- [--short] [--prove]
// Exit code 1 if something grew. --prove repeats the short form with deliberate leaks: each must be found.
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { parseArgs } from "node:util";
import { countAll, wait } from "./counts.mjs";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    prove: { type: "boolean", default: false },
    leak: { type: "boolean", default: false },
  },
});

const AMOUNTS = values.short ? { deliveries: 10_000, creates: 250 } : { deliveries: 1_000_000, creates: 100_000 };
/** Before the first count: code is compiled, caches and pools are filled. */
const WARM_UP = values.short ? { deliveries: 8000, creates: 250 } : { deliveries: 100_000, creates: 10_000 };
/** The bytes by which the heap may differ between two counts: compiled code, and what the collector leaves. */
const HEAP_TOLERANCE_BYTES = 2 ** 20;
const PARTS = 5;
/** The longest wait until what has ended is closed. */
const SETTLE_MS = 15_000;

const { signal } = new AbortController();
// They are opened when they are first used, and would count as grown.
for (const { writable } of [process.stdout, process.stderr]) if (!writable) throw new Error("there is no output");

/** Deliberate leaks, each as small as a forgotten one: what is held after one call. */
const held = [];
const LEAKS = {
  deliveries: {
    heapBytes: () => void held.push({ reference: `INV-${held.length}`, at: new Date() }),
  },
  creates: {
    timers: () => void setTimeout(() => {}, 2 ** 30).unref(),
    listeners: () => signal.addEventListener("abort", () => {}),
    resources: () => void held.push(createServer().listen(0, "127.0.0.1")),
    sockets: ([port]) => once(held[held.push(connect(port, "127.0.0.1").unref()) - 1], "connect"),
  },
};
/** Calls after which something is held. Of a server or a socket, one is enough. */
const LEAKING_CALLS = { resources: 1, sockets: 1 };

const leak = async (name, { ports }, calls) => {
  for (const [kind, hold] of Object.entries(LEAKS[name])) {
    for (let call = 0; call < (LEAKING_CALLS[kind] ?? calls); call += 1) await hold(ports);
  }
};

const NAMES = ["heapBytes", "sockets", "resources", "timers", "listeners"];
const grown = (before, now) =>
  NAMES.filter((name) => now[name] > before[name] + (name === "heapBytes" ? HEAP_TOLERANCE_BYTES : 0));

const count = async ({ connections }) => ({ ...countAll(signal), sockets: await connections() });

/** Counts when nothing of what was done waits any more: idle sockets and their timers end some time after their call. */
const settle = async (work, isSettled) => {
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    const now = await count(work);
    if (isSettled(now) || performance.now() > endMs) return now;
    await wait(100);
  }
};

const inMegabytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
const print = (title, { heapBytes, sockets, resources, timers, listeners }) =>
  console.log(
    `${title.padEnd(24)} heap ${inMegabytes(heapBytes).padStart(7)} MiB, sockets ${sockets}, other resources ${resources}, timers ${timers}, listeners ${listeners}`,
  );

const measureWork = async (name, work, calls, warmUp) => {
  await work.run(warmUp);
  const before = await settle(work, ({ sockets, timers }) => sockets === 0 && timers === 0);
  print(`${name}: before`, before);
  for (let part = 1; part <= PARTS; part += 1) {
    await work.run(calls / PARTS);
    if (values.leak) await leak(name, work, calls / PARTS);
    if (part < PARTS) print(`${name}: ${(calls / PARTS) * part}`, await count(work));
  }
  const after = await settle(work, (now) => grown(before, now).length === 0);
  print(`${name}: ${calls}`, after);
  return grown(before, after).map((each) => `${name}: ${each} grew from ${before[each]} to ${after[each]}`);
};

const measure = async () => {
  const [{ prepareDeliveryWork }, { prepareCreateWork }] = await Promise.all([
    import("./deliveries.mjs"),
    import("./creates.mjs"),
  ]);
  const startMs = performance.now();
  const deliveries = { run: await prepareDeliveryWork(), connections: () => 0 };
  const problems = await measureWork("deliveries", deliveries, AMOUNTS.deliveries, WARM_UP.deliveries);
  const creates = await prepareCreateWork(signal);
  problems.push(...(await measureWork("creates", creates, AMOUNTS.creates, WARM_UP.creates)));
  console.log(`creates by outcome: ${JSON.stringify(creates.outcomes)}`);
  creates.end();
  for (const problem of problems) console.error(`LEAK ${problem}`);
  console.log(`${problems.length} leaks, ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return problems.length === 0;
};

/** The deliberate leaks, each with whether it was found. */
const prove = async () => {
  const child = fork(import.meta.filename, ["--short", "--leak"], { silent: true });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  return Object.entries(LEAKS).flatMap(([name, kinds]) =>
    Object.keys(kinds).map((kind) => ({
      what: `${name}: ${kind}`,
      isFound: code === 1 && output.includes(`LEAK ${name}: ${kind} grew`),
    })),
  );
};

let isGood = await measure();
if (values.prove) {
  for (const { what, isFound } of await prove()) {
    console.log(`a deliberate leak of ${what}: ${isFound ? "found" : "NOT FOUND"}`);
    isGood &&= isFound;
  }
}
process.exit(isGood ? 0 : 1);

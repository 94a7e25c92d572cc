// One share of one attack, in a process of its own. Started by main.mjs.
import { createRandom } from "./random.mjs";

const { name, share, shares, seed, short } = JSON.parse(process.argv[2]);
const strays = [];
process.on("unhandledRejection", (reason) => strays.push(`unhandled rejection: ${reason?.stack ?? reason}`));
process.on("uncaughtException", (error) => strays.push(`uncaught exception: ${error?.stack ?? error}`));

const attack = async () => {
  const { run } = await import(`./${name}.mjs`);
  return run({ random: createRandom(`${seed}/${name}/${share}/${shares}`), share, shares, short });
};
const { rows, failures } = await attack().catch((thrown) => {
  console.error(thrown);
  return process.exit(1);
});
// An error outside any promise appears a turn of the loop later.
await new Promise((resolve) => setTimeout(resolve, 20));
rows.push({
  figure: "thrown past the caller",
  cases: rows[0].cases,
  expected: 0,
  found: strays.length,
  holds: strays.length === 0,
});
process.send(
  {
    rows: rows.map((each) => ({ attack: name, ...each })),
    failures: [...failures, ...strays.map((text) => ({ kind: "thrown past the caller", text }))],
  },
  // Hostile servers may still hold sockets.
  () => process.exit(0),
);

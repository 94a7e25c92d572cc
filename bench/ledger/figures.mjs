// Figures of one run: variants take turns, and each ratio is that of two of them in one round.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";

export const quantile = (numbers, share) =>
  numbers.toSorted((left, right) => left - right)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

export const median = (numbers) => quantile(numbers, 0.5);

const shuffle = (list) =>
  list
    .map((each) => [Math.random(), each])
    .toSorted(([left], [right]) => left - right)
    .map(([, each]) => each);

/**
 * Runs variants in turns, each turn so short that a slow moment of the machine or its disk hits all of them: `{ name: () => async () => count }`.
 * Each is a function that prepares a turn and returns it; a turn returns
 * how much it did, and the time if it measured that itself. Returns the rate of each a second, one a round.
 */
export const takeTurns = async (variants, { rounds, turns }) => {
  const rates = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  // The first round warms the compiler and the caches up.
  for (let round = -1; round < rounds; round += 1) {
    const sums = Object.fromEntries(Object.keys(variants).map((name) => [name, { count: 0, ms: 0 }]));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [name, prepare] of shuffle(Object.entries(variants))) {
        const run = prepare();
        const start = performance.now();
        const done = await run();
        sums[name].count += done.count ?? done;
        sums[name].ms += done.ms ?? performance.now() - start;
      }
    }
    if (round < 0) continue;
    for (const [name, { count, ms }] of Object.entries(sums)) rates[name].push((count * 1000) / ms);
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return rates;
};

/** The same for single calls: the microseconds of the middle call of each round. */
export const takeTimes = async (variants, { rounds, turns }) => {
  const middles = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [name, run] of shuffle(Object.entries(variants))) {
        const start = performance.now();
        await run();
        times[name].push((performance.now() - start) * 1000);
      }
    }
    if (round >= 0) for (const [name, list] of Object.entries(times)) middles[name].push(median(list));
  }
  return middles;
};

/** Appends of 4 KiB that reach the disk one after the other: the limit of durable commits. */
export const openSyncs = (file) => {
  const descriptor = openSync(file, "w");
  const block = Buffer.alloc(4096, 1);
  return {
    run: async (count) => {
      for (let done = 0; done < count; done += 1) {
        writeSync(descriptor, block);
        fdatasyncSync(descriptor);
      }
      return count;
    },
    end: () => {
      closeSync(descriptor);
      rmSync(file);
    },
  };
};

/** A line of the table: one figure to another, and the target. */
export const compare = (what, figures, name, floor, target) => {
  const ratios = figures[name].map((figure, round) => figure / figures[floor][round]);
  return { what, ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios), ...target };
};

const isMet = ({ ratio, least, most }) =>
  (least === undefined || ratio >= least) && (most === undefined || ratio <= most);

const verdict = (line) => {
  if (line.least === undefined && line.most === undefined) return "";
  return isMet(line) ? "pass" : "MISS";
};

export const printRatios = (lines) => {
  console.log(`\n${"".padEnd(58)} median  lowest – highest  target`);
  for (const line of lines) {
    const { what, ratio, low, high, least, most } = line;
    const target = least === undefined ? (most === undefined ? "" : `≤ ${most}`) : `≥ ${least}`;
    const range = `${low.toFixed(2)} – ${high.toFixed(2)}`;
    console.log(
      `${what.padEnd(58)} ${ratio.toFixed(2).padStart(6)}  ${range.padEnd(16)}  ${target.padEnd(7)} ${verdict(line)}`,
    );
  }
};

export const printFigures = (figures, unit) => {
  console.log(`\n${"".padEnd(58)} ${unit} (median; lowest – highest)`);
  for (const [name, list] of Object.entries(figures)) {
    const digits = median(list) < 100 ? 2 : 0;
    const [middle, low, high] = [median(list), Math.min(...list), Math.max(...list)].map((each) =>
      each.toFixed(digits),
    );
    console.log(`${name.padEnd(58)} ${middle.padStart(8)}  ${low} – ${high}`);
  }
};

// Figures of one run. Variants take turns in shuffled rounds, so that a slow moment of the machine or its disk hits all of them. A ratio is
// that of two variants in one round; each figure is a median with its quartiles.

/** The value below which a share of the numbers is, between two numbers if need be. */
export const quantile = (numbers, share) => {
  const sorted = numbers.toSorted((left, right) => left - right);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
};

export const median = (numbers) => quantile(numbers, 0.5);

/** The median and the quartiles. */
export const spread = (numbers) => ({
  median: median(numbers),
  low: quantile(numbers, 0.25),
  high: quantile(numbers, 0.75),
});

export const shuffle = (list) =>
  list
    .map((each) => [Math.random(), each])
    .toSorted(([left], [right]) => left - right)
    .map(([, each]) => each);

const microseconds = ({ user, system }) => user + system;

/** Slices shorter than this are mostly the work of measuring. */
const SLICE_US = 10_000;
/** The calls of the first slice of a variant. */
const FIRST_CALLS = 50;

/**
 * The CPU and wall time of a call, in microseconds, one figure a round: `{ name: { cpu: number[], wall: number[] } }`. CPU time is that of the
 * whole process, with the threads of the collector and the compiler. A variant that returns no promise is called without `await`.
 */
export const takeCalls = async (variants, { rounds, warmUpRounds = 10 }) => {
  const entries = Object.entries(variants).map(([name, run]) => ({
    name,
    run,
    calls: FIRST_CALLS,
    figures: { cpu: [], wall: [] },
  }));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const each of shuffle(entries)) {
      const startCpu = process.cpuUsage();
      const start = performance.now();
      await slice(each.run, each.calls);
      const wall = (performance.now() - start) * 1000;
      const cpu = microseconds(process.cpuUsage(startCpu));
      if (round < 0) each.calls = Math.max(FIRST_CALLS, Math.ceil((each.calls * SLICE_US) / wall));
      else {
        each.figures.cpu.push(cpu / each.calls);
        each.figures.wall.push(wall / each.calls);
      }
    }
  }
  return Object.fromEntries(entries.map(({ name, figures }) => [name, figures]));
};

const slice = async (run, calls) => {
  const first = run();
  if (typeof first?.then !== "function") {
    for (let call = 1; call < calls; call += 1) run();
    return;
  }
  await first;
  for (let call = 1; call < calls; call += 1) await run();
};

/**
 * Runs variants in turns, each turn so short that a slow moment of the machine or its disk hits all of them: `{ name: () => async () => count }`.
 * Each is a function that prepares a turn and returns it; a turn returns how much it did, and the time if it measured that. Returns the rate
 * of each a second, one a round.
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

/** The ratio of two lists of figures, each of one run in the same rounds. */
export const ratioOf = (figures, reference) => spread(figures.map((figure, round) => figure / reference[round]));

/**
 * A table of a section: `figures` are `{ name: { cpu: number[], wall: number[] } }`, or lists of one kind. Rows keep the spread of each kind,
 * and the ratio of the first kind to the reference. `comparisons` are further ratios: `{ name: [row, reference] }`.
 */
export const tableOf = ({ id, title, unit, reference, figures, comparisons = {}, note }) => {
  const kindsOf = (figure) => (Array.isArray(figure) ? { value: figure } : figure);
  const [kind] = Object.keys(kindsOf(figures[reference]));
  const listOf = (name) => kindsOf(figures[name])[kind];
  const base = listOf(reference);
  const rows = Object.entries(figures).map(([name, figure]) => {
    const kinds = kindsOf(figure);
    const spreads = Object.fromEntries(Object.entries(kinds).map(([each, list]) => [each, spread(list)]));
    return [name, { ...spreads, ratio: ratioOf(kinds[kind], base) }];
  });
  const further = Object.entries(comparisons).map(([name, [row, to]]) => [name, ratioOf(listOf(row), listOf(to))]);
  return {
    id,
    title,
    unit,
    reference,
    rounds: base.length,
    rows: Object.fromEntries(rows),
    ...(further.length > 0 && { comparisons: Object.fromEntries(further) }),
    ...(note && { note }),
  };
};

const digitsOf = (number) => (Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2);

/** A number as it is printed everywhere, such as `1.25`, `12.5` and `125`. */
export const shown = (number) => number.toFixed(digitsOf(number));

/** A median and its quartiles: `1.25 (1.20–1.31)`. */
export const shownSpread = ({ median: middle, low, high }) => `${shown(middle)} (${shown(low)}–${shown(high)})`;

const KIND_TITLES = { cpu: "CPU", wall: "wall", value: "", p99: "99 of 100," };

const aligned = (lines) => {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))))
    .map((line) => line.join("  ").trimEnd())
    .join("\n");
};

/** The cells of a table as text, the head first. A table with `columns` has numbers in its rows, without a reference. */
export const cellsOf = ({ unit, reference, columns, rows }) => {
  if (columns) {
    const lines = Object.entries(rows).map(([name, numbers]) => [name, ...numbers.map(shown)]);
    return [[unit, ...columns], ...lines];
  }
  const kinds = Object.keys(Object.values(rows)[0]).filter((kind) => kind !== "ratio");
  const head = ["", `to ${reference}`, ...kinds.map((kind) => `${KIND_TITLES[kind]} ${unit}`.trim())];
  const lines = Object.entries(rows).map(([name, row]) => [
    name,
    shownSpread(row.ratio),
    ...kinds.map((kind) => (row[kind].low === row[kind].high ? shown(row[kind].median) : shownSpread(row[kind]))),
  ]);
  return [head, ...lines];
};

/** A table as text for the terminal. */
export const printTable = (table) => {
  const { title, comparisons = {}, note } = table;
  console.log(`\n${title}\n${aligned(cellsOf(table))}`);
  for (const [name, ratio] of Object.entries(comparisons)) console.log(`${name}: ${shownSpread(ratio)}`);
  if (note) console.log(note);
};

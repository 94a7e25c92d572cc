// Runs variants in shuffled rounds and reports medians, so that a slow moment of the machine hits all of them alike. Only
// ratios inside one run mean anything.
const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
const shuffle = (list) =>
  list
    .map((each) => [Math.random(), each])
    .toSorted(([a], [b]) => a - b)
    .map(([, each]) => each);

/** Microseconds per call of each variant: `{ name: async () => {} }`. */
export const measure = async (variants, { rounds = 15, callsPerRound = 2000 } = {}) => {
  const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, run] of shuffle(Object.entries(variants))) {
      const start = process.hrtime.bigint();
      for (let call = 0; call < callsPerRound; call += 1) await run();
      const microseconds = Number(process.hrtime.bigint() - start) / 1000 / callsPerRound;
      // The first two rounds warm the compiler up.
      if (round >= 0) results[name].push(microseconds);
    }
  }
  return Object.fromEntries(Object.entries(results).map(([name, list]) => [name, median(list)]));
};

/** Prints a table with each figure and its ratio to one of them. */
export const report = (title, figures, unit, reference) => {
  console.log(`\n${title} (Node ${process.version}, ratio to ${reference})`);
  for (const [name, figure] of Object.entries(figures)) {
    console.log(
      `${name.padEnd(48)} ${figure.toFixed(1).padStart(10)} ${unit}  ${(figure / figures[reference]).toFixed(2)}×`,
    );
  }
};

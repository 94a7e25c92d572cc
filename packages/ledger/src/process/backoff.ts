const FIRST_MS = 1_000;
const FACTOR = 3;
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * How long to wait after a failed try, in milliseconds: about 1 s after the first, then three times as long each. A quarter more
 * or less by chance, so that what failed together is not tried together. 12 tries take about a day.
 */
export const backoffMs = (attempts: number, random: () => number): number =>
  Math.round(Math.min(FIRST_MS * FACTOR ** (attempts - 1), LONGEST_MS) * (0.75 + random() / 2));

// Agents with bad days, as npm run chaos:mcp plays 10,000 of them.
import { expect, test } from "vitest";
import { playAll } from "./chaos/play-all.ts";

const RUNS = 200;
const SEED = Number(process.env["TAUTAN_SEED"] ?? 1);

test(`${RUNS} agents that retry with fresh keys, after time-outs and restarts, and at once: ${RUNS} links`, async () => {
  const { runs, links, faults, broken } = await playAll(
    SEED,
    Array.from({ length: RUNS }, (_, at) => at),
  );
  expect(broken).toEqual([]);
  expect([runs, links]).toEqual([RUNS, RUNS]);
  // All of it has happened.
  const happened = Object.entries(faults).filter(([, times]) => times > 10);
  expect(happened.length).toBe(14);
});

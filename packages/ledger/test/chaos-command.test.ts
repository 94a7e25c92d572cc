// The command that plays a million schedules: that it can be divided, ended and continued, and that a failure can be played again.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { readArguments } from "./chaos/arguments.ts";
import { linesOf } from "./chaos/play-all.ts";
import { PART_SIZE, type Progress, partsLeft, playedOf, startProgress, withPart } from "./chaos/progress.ts";
import { kindOf } from "./chaos/split.ts";

const run = promisify(execFile);
const COMMAND = ["--conditions=@tautan/source", join(import.meta.dirname, "chaos", "main.ts")];

const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-chaos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "run.json");
};

const read = (file: string): Progress => JSON.parse(readFileSync(file, "utf8")) as Progress;

const SPLIT = { postgres: 0, file: 10 };
const start = (count: number): Progress => startProgress({ seed: 7, count, split: SPLIT }, undefined);
const played = (schedules: number) => ({
  times: { shared: { schedules, ms: schedules } },
  failures: [],
  faults: { reconcile: schedules },
});

test("a run that was ended goes on with what is left, and its figures add up", async () => {
  const file = temporaryFile();
  const count = PART_SIZE + 30;
  // As if the run had been ended after its first part.
  writeFileSync(file, JSON.stringify(withPart(start(count), 0, played(PART_SIZE))));
  const { stdout } = await run(process.execPath, [...COMMAND, "--progress", file]);
  expect(stdout).toContain(`${count} of ${count} schedules`);
  const { times, done, faults } = read(file);
  expect(done).toEqual([0, PART_SIZE]);
  expect(playedOf({ times })).toBe(count);
  expect(times.shared?.schedules).toBeGreaterThan(PART_SIZE);
  expect(times.file?.schedules).toBeGreaterThan(0);
  expect(faults["delivered again"]).toBeGreaterThan(0);
});

test("a file of another run is refused", async () => {
  const file = temporaryFile();
  writeFileSync(file, JSON.stringify(start(600)));
  const other = run(process.execPath, [...COMMAND, "--progress", file, "--seed", "8"]);
  await expect(other).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('"seed":8') });
});

test("each schedule is in one part, and what was played is not played again", () => {
  const whole = start(3 * PART_SIZE - 1);
  const parts = partsLeft(whole);
  expect(parts.map(({ from, to }) => to - from)).toEqual([PART_SIZE, PART_SIZE, PART_SIZE - 1]);
  expect(partsLeft(withPart(whole, PART_SIZE, played(PART_SIZE)))).toEqual([parts[0], parts[2]]);
});

test("a failure is printed with the commands that play it again, and that show its steps", () => {
  const violations = [{ kind: "lost", text: "payment-1 paid" }] as const;
  const lines = linesOf(7, { on: "postgres", schedule: 1234, violations });
  expect(lines).toContain("lost: payment-1 paid");
  const commands = lines.split("\n").filter((line) => line.startsWith("npm run chaos -- "));
  const replay = { name: "replay", seed: 7, schedule: 1234, on: "postgres" };
  expect(commands.map((command) => readArguments(command.split(" ").slice(4)))).toEqual([
    { ...replay, isOpened: false },
    { ...replay, isOpened: true },
  ]);
});

test("databases are divided as wanted, also over every second schedule", () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => index);
  for (const parity of [0, 1]) {
    const kinds = numbers.filter((each) => each % 2 === parity).map((each) => kindOf(each, { postgres: 5, file: 20 }));
    expect(kinds.filter((kind) => kind === "postgres").length / kinds.length).toBeCloseTo(0.05, 2);
    expect(kinds.filter((kind) => kind === "file").length / kinds.length).toBeCloseTo(0.2, 2);
  }
});

test.each([
  [["--kills", "5", "--count", "3"], "--count"],
  [["--schedule", "5"], "--seed"],
  [["--seed", "5", "--record", "run.json"], "--record"],
  [["--seed", "5", "--schedule", "5", "--record", ""], "--record"],
  [["--seed", "1", "--schedule", "5", "--on", "mysql"], "--on"],
  [["--postgres", "60", "--file", "50"], "at most 100"],
  [["--workers", "0"], "--workers"],
  [["--seed", "1e3"], "--seed"],
])("arguments that would be ignored or mean nothing are refused: %j", (args, reason) => {
  expect(() => readArguments(args)).toThrow(reason);
});

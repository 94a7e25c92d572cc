// Breaks what surrounds the ledger, and compares what its handlers did with what they had to do. Usage, from the root:
//   npm run chaos -- [--seed N] [--count 1000000] [--write]      schedules with faults, compared with a model
//   npm run chaos -- --seed N --schedule M [--open]              one of them again, step by step in the inspector
//   npm run chaos -- --kills 20000 [--write]                     so many payments, while processes and PostgreSQL are killed
//   npm run chaos -- --limits 20 [--write]                       so many rounds of payments at once of a link with a limit
// Exit code 1 if a promise was broken, 2 if the arguments are wrong.
import { writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { createSandbox } from "@tautan/sandbox";
import { startPostgres } from "../support/postgres-server.ts";
import { type Command, readArguments, USAGE } from "./arguments.ts";
import { type KillRow, type LimitRow, writeFigures, writeKills, writeLimits } from "./figures.ts";
import { killAndCount } from "./kills.ts";
import { EXACT, payAtOnce } from "./limits.ts";
import { places } from "./places.ts";
import { linesOf, playAll } from "./play-all.ts";
import { type Progress, startProgress } from "./progress.ts";
import { recordSchedule, textOf } from "./run.ts";
import { DEFAULT_SPLIT, kindOf } from "./split.ts";
import { fileStore, postgresStore, sharedStore } from "./stores.ts";

type Of<Name extends Command["name"]> = Extract<Command, { name: Name }>;

const refuse = (thrown: unknown): never => {
  console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
  return process.exit(2);
};

const orRefuse = <T>(read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    return refuse(thrown);
  }
};

const replay = async ({
  seed,
  schedule,
  on = kindOf(schedule, DEFAULT_SPLIT),
  record,
  isOpened,
}: Of<"replay">): Promise<number> => {
  const server = on === "postgres" ? await startPostgres() : undefined;
  if (server && !("url" in server.answer)) return 2;
  const store =
    server && "url" in server.answer
      ? await postgresStore(server.answer.url)
      : on === "file"
        ? fileStore()
        : sharedStore();
  const { failure, recording } = await recordSchedule(on, store, seed, schedule);
  await store.end();
  await server?.stop();
  if (record !== undefined) {
    writeFileSync(record, textOf(recording));
    console.log(`${recording.steps.length} steps are in ${record}: tautan dev --replay ${record}`);
  }
  if (isOpened) {
    const sandbox = await createSandbox({ replay: recording });
    console.log(`${sandbox.control.url}/inspector/replay`);
    process.once("SIGINT", () => void sandbox.close());
  }
  if (!failure) {
    console.log(`schedule ${schedule} of seed ${seed} on ${store.name}: holds`);
    return 0;
  }
  console.log(JSON.stringify(failure.plan, null, 2));
  console.log(linesOf(seed, failure));
  return 1;
};

const play = async ({ workers, progress: file, isWritten, ...wanted }: Of<"play">): Promise<number> => {
  const start: Progress = orRefuse(() => startProgress(wanted, file));
  const { seed, count, split } = start;
  console.log(
    `seed ${seed}, ${count} schedules, of 100: ${split.postgres} on PostgreSQL, ${split.file} on a SQLite file`,
  );
  const progress = await playAll(start, { workers, file, log: console.log });
  for (const [name, times] of Object.entries(progress.faults)) console.log(`${name.padEnd(40)} ${times}`);
  for (const [kind, { schedules, ms }] of Object.entries(progress.times))
    console.log(`${kind.padEnd(40)} ${schedules}, ${Math.round((1000 * schedules) / ms)} per second of one process`);
  const broken = progress.failures.length;
  console.log(`${broken} broken; ${Math.round(progress.seconds)} s`);
  if (isWritten) writeFigures(progress);
  return broken === 0 ? 0 : 1;
};

/** Most payments of one link: they are made one after the other, so that their order is known. */
const PAYMENTS_OF_LINK = 10;

const kill = async ({ payments, everyMs, isWritten }: Of<"kills">): Promise<number> => {
  const server = await startPostgres();
  const rows: KillRow[] = [];
  for (const { name, open } of places(server)) {
    const place = await open();
    const figures = await killAndCount({
      ...place,
      links: Math.max(1, Math.round(payments / PAYMENTS_OF_LINK)),
      paymentsOfLink: PAYMENTS_OF_LINK,
      every: { ms: everyMs },
    });
    await place.close();
    rows.push([name, figures]);
    console.log(name, figures);
  }
  await server.stop();
  if (isWritten) writeKills(rows);
  const isBroken = rows.some(
    ([, each]) => each.crashes + each.forgotten + each.lost + each.doubled + each.outOfOrder > 0,
  );
  return isBroken ? 1 : 0;
};

const limit = async ({ rounds, isWritten }: Of<"limits">): Promise<number> => {
  const server = await startPostgres();
  const rows: LimitRow[] = [];
  for (const { dialect, isOwn, open } of places(server)) {
    if (isOwn) continue;
    for (const path of dialect === "postgres" ? (["optimistic", "lock"] as const) : (["optimistic"] as const)) {
      const place = await open();
      const startedAt = performance.now();
      const played = await payAtOnce(
        place,
        Array.from({ length: rounds }, () => path),
      );
      await place.close();
      rows.push({ dialect, path, played, seconds: (performance.now() - startedAt) / 1000 });
      for (const each of played) console.log(dialect, path, JSON.stringify(each));
    }
  }
  await server.stop();
  if (isWritten) writeLimits(rows);
  const isExact = rows.every(({ played }) => played.every(({ figures }) => isDeepStrictEqual(figures, EXACT)));
  return isExact ? 0 : 1;
};

const run = (command: Command): Promise<number> => {
  switch (command.name) {
    case "play":
      return play(command);
    case "replay":
      return replay(command);
    case "kills":
      return kill(command);
    case "limits":
      return limit(command);
  }
};

process.exitCode = await run(orRefuse(() => readArguments(process.argv.slice(2))));

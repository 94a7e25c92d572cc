// Plays schedules with faults against the ledger, and compares what its handlers did with a model. Usage, from the root:
//   npm run chaos -- [--seed N] [--count 1000000] [--write]
//   npm run chaos -- --kills 20000 [--write]     so many payments, while processes and PostgreSQL are killed
//   npm run chaos -- --seed N --schedule M      one of them again
// Exit code 1 if a schedule broke a promise.
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { startPostgres } from "../support/postgres-server.ts";
import { type Figures, writeFigures, writeKills } from "./figures.ts";
import { killPlaces } from "./kill-places.ts";
import { type KillFigures, killAndCount } from "./kills.ts";
import { type Failure, kindOf, type Played, playSchedule } from "./run.ts";
import { fileStore, postgresStore, type Store, sharedStore } from "./stores.ts";

const DEFAULT_COUNT = 1_000_000;
const USAGE =
  "expected --seed <whole number>, --count <whole number>, --schedule <whole number>, --kills <whole number>, --write";

const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`expected a whole number, got ${text}`);
  return Number(text);
};

const readArguments = () => {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string" },
        count: { type: "string" },
        schedule: { type: "string" },
        kills: { type: "string" },
        write: { type: "boolean", default: false },
      },
    });
    const { write, ...texts } = values;
    const seed = wholeNumber(texts.seed) ?? Math.floor(Math.random() * 1e9);
    return {
      write,
      seed,
      count: wholeNumber(texts.count) ?? DEFAULT_COUNT,
      schedule: wholeNumber(texts.schedule),
      kills: wholeNumber(texts.kills),
    };
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
    return process.exit(2);
  }
};

const show = (failure: Failure, seed: number): void => {
  console.log(`\nnpm run chaos -- --seed ${seed} --schedule ${failure.schedule}    (${failure.store})`);
  for (const { kind, text } of failure.violations) console.log(`  ${kind}: ${text}`);
};

const replay = async (seed: number, schedule: number): Promise<number> => {
  const kind = kindOf(schedule);
  const server = kind === "postgres" ? await startPostgres() : undefined;
  const store: Store | undefined =
    kind === "shared"
      ? sharedStore()
      : kind === "file"
        ? fileStore()
        : server && "url" in server.answer
          ? await postgresStore(server.answer.url)
          : undefined;
  if (!store) return 2;
  const failure = await playSchedule(store, seed, schedule);
  await store.end();
  await server?.stop();
  if (!failure) {
    console.log(`schedule ${schedule} of seed ${seed} on ${store.name}: holds`);
    return 0;
  }
  console.log(JSON.stringify(failure.plan, null, 2));
  show(failure, seed);
  return 1;
};

const shareOf = (given: object): Promise<Played> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL("share.ts", import.meta.url), [JSON.stringify(given)], {
      execArgv: ["--conditions=@tautan/source"],
    });
    let played: Played | undefined;
    child.on("message", (message: { progress?: number } & Played & { faults: unknown }) => {
      if (message.progress === undefined) played = { ...message, faults: new Map(message.faults) };
      else if (process.stdout.isTTY) process.stdout.write(`\r${message.progress} `);
    });
    child.on("exit", (code) => (played ? resolve(played) : reject(new Error(`a share ended with exit code ${code}`))));
  });

const sum = (counts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
};

const playAll = async (seed: number, count: number, isWritten: boolean): Promise<number> => {
  console.log(`seed ${seed}, ${count} schedules`);
  const startedAt = performance.now();
  const server = await startPostgres();
  const url = "url" in server.answer ? server.answer.url : undefined;
  const shares = Math.max(1, availableParallelism());
  const results = await Promise.all(
    Array.from({ length: shares }, (_, share) => shareOf({ seed, count, share, shares, url })),
  );
  await server.stop();
  const failures = results.flatMap((each) => each.failures);
  const broken = (kind: string): number =>
    failures.filter(({ violations }) => violations.some((each) => each.kind === kind)).length;
  const figures: Figures = {
    seed,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    schedules: sum(results.flatMap(({ played }) => Object.entries(played))),
    faults: sum(results.flatMap(({ faults }) => [...faults])),
    lost: broken("lost"),
    doubled: broken("doubled"),
    outOfOrder: broken("out of order"),
    wrong: broken("wrong"),
  };
  for (const [name, value] of [...figures.schedules, ...figures.faults]) console.log(`${name.padEnd(40)} ${value}`);
  const { lost, doubled, outOfOrder, wrong, seconds } = figures;
  console.log(`lost ${lost}, doubled ${doubled}, out of order ${outOfOrder}, otherwise wrong ${wrong}; ${seconds} s`);
  for (const failure of failures.slice(0, 10)) show(failure, seed);
  if (isWritten) writeFigures(figures);
  return failures.length === 0 ? 0 : 1;
};

/** Most payments of one link: they are made one after the other, so that their order is known. */
const PAYMENTS_OF_LINK = 10;
/** About one second of deliveries. */
const KILL_EVERY = 100;

const killAll = async (payments: number, isWritten: boolean): Promise<number> => {
  const server = await startPostgres();
  const rows: (readonly [string, KillFigures])[] = [];
  const startedAt = performance.now();
  for (const { name, open } of await killPlaces(server)) {
    const { place, killDatabase, close } = await open();
    const links = Math.max(1, Math.round(payments / PAYMENTS_OF_LINK));
    const figures = await killAndCount({
      ...place,
      links,
      paymentsOfLink: PAYMENTS_OF_LINK,
      killEvery: KILL_EVERY,
      killDatabase,
    });
    await close();
    rows.push([name, figures]);
    console.log(name, figures);
  }
  await server.stop();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  if (isWritten) writeKills(rows, seconds);
  const isBroken = rows.some(([, each]) => each.forgotten + each.lost + each.doubled + each.outOfOrder > 0);
  return isBroken ? 1 : 0;
};

const { seed, count, schedule, kills, write } = readArguments();
if (kills !== undefined) process.exitCode = await killAll(kills, write);
else process.exitCode = schedule === undefined ? await playAll(seed, count, write) : await replay(seed, schedule);

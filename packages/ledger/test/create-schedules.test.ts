// R1: whatever befalls the processes that create a link, there is one link.
import { type CreatePaymentLink, idr, type PaymentLink } from "@tautan/core";
import { createManualClock, type ManualClock } from "@tautan/driver-memory";
import { afterEach, describe, expect, test } from "vitest";
import { engineOf } from "../src/database/database.ts";
import { type DatabaseKind, databaseKinds, type TestDatabase } from "./support/databases.ts";
import {
  FATES,
  type Fate,
  openGateway,
  type Process,
  RECOVERIES,
  type Recovery,
  type SharedGateway,
  startProcess,
} from "./support/elsewhere.ts";
import { createRandom, type Random } from "./support/random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Connection = ReturnType<TestDatabase["connect"]>;

/** What happened in a schedule, for the message of a failure. */
interface World {
  readonly clock: ManualClock;
  readonly gateway: SharedGateway;
  readonly database: TestDatabase;
  readonly connections: Connection[];
  readonly reference: string;
  readonly recovery: Recovery;
  readonly log: string[];
  /** The links that were returned, by the request. */
  readonly returned: { readonly amount: string; readonly link: PaymentLink }[];
}

const requestOf = ({ reference }: World, amount: string): CreatePaymentLink => ({
  reference,
  amount: idr(Number(amount)),
});

/** Each process has the other connection than the one before. */
const start = ({ clock, gateway, connections }: World): Promise<Process> => {
  connections.reverse();
  return startProcess(clock, gateway, connections[0] as Connection);
};

const create = async (world: World, { ledger }: Process, amount: string): Promise<void> => {
  const created = await ledger.create(requestOf(world, amount));
  world.log.push(
    `create ${amount}: ${created.isOk() ? created.value.id : `${created.error.kind} (${created.error.message})`}`,
  );
  if (created.isOk()) world.returned.push({ amount, link: created.value });
};

/** Ends a call that stands still because its process has died or was stopped. */
const untilGone = (process: Process, work: Promise<unknown>): Promise<unknown> => Promise.race([work, process.gone]);

const sweep = async (world: World): Promise<void> => {
  const { ledger } = await start(world);
  const { changed, unresolved } = (await ledger.reconcile())._unsafeUnwrap();
  world.log.push(`reconcile: ${changed} changed, ${unresolved.length} unresolved`);
};

/** What does not hold at the end, when nothing fails any more and it was asked again. */
const problemsOf = async (world: World): Promise<readonly string[]> => {
  const { clock, gateway, database, returned, recovery, log } = world;
  for (let again = 0; again < 3; again += 1) {
    clock.advance(16 * MINUTE_MS);
    await create(world, await start(world), "190000");
  }
  const links = await gateway.links();
  const creates = gateway.creates();
  const seen = new Set(returned.map(({ amount, link }) => `${amount} ${link.id}`));
  const rows = await database.query("SELECT state FROM tautan_links WHERE reference = ?", world.reference);
  const told = await database.query("SELECT id FROM tautan_events WHERE type = 'link_made'");
  const isMade = rows.length === 1 && rows[0]?.["state"] === "made";
  const isFound = recovery !== "none";
  const isSentOnce = recovery === "none" || recovery === "scan";
  const expectations: Readonly<Record<string, boolean>> = {
    [`${links} links`]: links <= 1 && (links === 1 || !isFound),
    [`${creates} requests to create`]: creates <= 1 || !isSentOnce,
    [`returned ${[...seen].join(", ")}`]: seen.size <= 1,
    [`stored ${JSON.stringify(rows)}`]: isMade || (rows.length === 1 && !isFound),
    [`${told.length} link_made`]: told.length === Number(isMade),
  };
  const broken = Object.entries(expectations).flatMap(([what, holds]) => (holds ? [] : [what]));
  return broken.length === 0 ? [] : [`${broken.join("; ")}: ${log.join(" / ")}`];
};

let count = 0;

/** A database, with the connections of two processes. */
interface Opened {
  readonly database: TestDatabase;
  readonly connections: Connection[];
}

const inWorld = async (
  { database, connections }: Opened,
  recovery: Recovery,
  play: (world: World) => Promise<void>,
): Promise<readonly string[]> => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = openGateway(clock, recovery);
  const reference = `INV-${++count}`;
  const world: World = { clock, gateway, database, connections, reference, recovery, log: [], returned: [] };
  await play(world);
  const problems = await problemsOf(world);
  for (const table of ["lanes", "events", "links"]) await database.query(`DELETE FROM tautan_${table}`);
  return problems;
};

/** The step that notes that a create is sent. */
const NOTE_STEP = 1;
/** The step that sends it: `scan` looks first. */
const sendStep = (recovery: Recovery): number => (recovery === "scan" ? 3 : 2);

/** One process meets its fate at one step, and another asks some time later. */
const single = async (world: World, fate: Fate, step: number, laterMs: number, isSwept: boolean): Promise<void> => {
  const first = await start(world);
  first.meets(fate, step);
  world.log.push(`${fate} at step ${step}, then ${laterMs / 1000} s`);
  const work = create(world, first, "190000");
  await untilGone(first, work);
  world.clock.advance(laterMs);
  if (isSwept) await sweep(world);
  await create(world, await start(world), "190000");
  first.goOn();
  if (first.isStopped()) await work;
};

/** One process stands still before it has sent anything, until another one, of the same or another request, has met its fate. */
const overtaken = async (
  world: World,
  [stop, stoppedMs]: readonly [Fate, number],
  [fate, step, amount]: readonly [Fate, number, string],
): Promise<void> => {
  const first = await start(world);
  first.meets(stop, NOTE_STEP);
  world.log.push(`${stop} at step ${NOTE_STEP}, ${stoppedMs / 1000} s, then create ${amount} ${fate} at step ${step}`);
  const work = create(world, first, "190000");
  await untilGone(first, work);
  world.clock.advance(stoppedMs);
  const other = await start(world);
  other.meets(fate, step);
  const otherWork = create(world, other, amount);
  await untilGone(other, otherWork);
  first.goOn();
  await work;
  other.goOn();
  if (other.isStopped()) await otherWork;
};

/** What the random schedules choose from. A request cannot be under way for 15 minutes, so that a stopped one goes on before. */
const PAUSES_MS = [0, 10_000, 5 * MINUTE_MS, 16 * MINUTE_MS, 2 * DAY_MS];
const AMOUNTS = ["190000", "190000", "190000", "75000"];

/** Some processes at once and one after the other, each with a fate of its own. */
const several = async (world: World, random: Random): Promise<void> => {
  for (let round = 0; round < 1 + random.below(4); round += 1) {
    const processes: Process[] = [];
    for (let each = 0; each < 1 + random.below(3); each += 1) processes.push(await start(world));
    const works = processes.map((process) => {
      const [fate, step, amount] = [random.of(FATES), random.below(6), random.of(AMOUNTS)];
      const isFated = random.below(4) > 0;
      if (isFated) process.meets(fate, step);
      world.log.push(`create ${amount} ${isFated ? `${fate} at step ${step}` : ""}`);
      return create(world, process, amount);
    });
    await Promise.all(works.map((work, index) => untilGone(processes[index] as Process, work)));
    const stopped = works.filter((_, index) => processes[index]?.isStopped());
    if (stopped.length > 0) world.clock.advance(random.of(PAUSES_MS.slice(0, 3)));
    if (random.below(3) === 0) await sweep(world);
    for (const process of processes) process.goOn();
    await Promise.all(stopped);
    const pauseMs = random.of(PAUSES_MS);
    world.log.push(`${pauseMs / 1000} s`);
    world.clock.advance(pauseMs);
    if (random.below(3) === 0) await sweep(world);
  }
};

const SEED = Number(process.env["TAUTAN_SEED"] ?? 1);
/** Schedules for each recovery; `npm run fuzz` plays more. The slow databases get fewer. */
const SCHEDULES = Number(process.env["CREATE_SCHEDULES"] ?? 40);
const SLOWER = 5;

describe.each(await databaseKinds())("creates on $name", (kind: DatabaseKind) => {
  const schedules = kind.name === "shared better-sqlite3 connection" ? SCHEDULES : SCHEDULES / SLOWER;
  let opened: Opened | undefined;
  const open = async (): Promise<Opened> => {
    const database = await kind.open();
    opened = { database, connections: [database.connect(), database.connect()] };
    return opened;
  };
  afterEach(async () => {
    for (const each of opened?.connections ?? []) await engineOf(each).end();
    await opened?.database.end();
  });

  test.each(RECOVERIES)("at a gateway with the recovery %s: random schedules end with one link", async (recovery) => {
    const opening = await open();
    const problems: string[] = [];
    for (let index = 0; index < schedules; index += 1) {
      const play = (world: World): Promise<void> => {
        world.log.push(`TAUTAN_SEED=${SEED}, schedule ${index}`);
        return several(world, createRandom(SEED * 1_000_003 + index));
      };
      problems.push(...(await inWorld(opening, recovery, play)));
    }
    expect(problems).toEqual([]);
  });

  if (kind.name !== "shared better-sqlite3 connection") return;
  describe.each(RECOVERIES)("at a gateway with the recovery %s", (recovery) => {
    const playAll = async (plays: readonly ((world: World) => Promise<void>)[]): Promise<readonly string[]> => {
      const opening = await open();
      const problems: string[] = [];
      for (const play of plays) problems.push(...(await inWorld(opening, recovery, play)));
      return problems;
    };

    test.each(FATES)("a process that %s any step, and another one later: one link", async (fate) => {
      const plays = [0, 1, 2, 3, 4].flatMap((step) => {
        // A request cannot be under way for that long.
        const isBrief = fate.startsWith("stops") && step > NOTE_STEP;
        const laters = [0, 40_000, ...(isBrief ? [5 * MINUTE_MS] : [16 * MINUTE_MS, 2 * DAY_MS])];
        return laters.flatMap((laterMs) =>
          [false, true].map((isSwept) => (world: World) => single(world, fate, step, laterMs, isSwept)),
        );
      });
      expect(await playAll(plays)).toEqual([]);
    });

    test.each(FATES)(
      "a process that stands still, and is overtaken by one that %s any step: one link",
      async (fate) => {
        const plays = (["stops_before", "stops_after"] as const).flatMap((stop) =>
          [1, 2, 3, 4].flatMap((step) =>
            (
              [
                [40_000, "190000"],
                [40_000, "75000"],
                [16 * MINUTE_MS, "190000"],
              ] as const
            ).map(
              ([stoppedMs, amount]) =>
                (world: World) =>
                  overtaken(world, [stop, stoppedMs], [fate, step, amount]),
            ),
          ),
        );
        expect(await playAll(plays)).toEqual([]);
      },
    );

    test.each(FATES)("after a lost create, a process that %s any step of finding out: one link", async (fate) => {
      const plays = [0, 1, 2, 3, 4, 5].flatMap((step) =>
        [40_000, 5 * MINUTE_MS].map((laterMs) => async (world: World) => {
          await single(world, "loses_request", sendStep(recovery), 0, false);
          world.clock.advance(16 * MINUTE_MS);
          await single(world, fate, step, laterMs, false);
        }),
      );
      expect(await playAll(plays)).toEqual([]);
    });
  });
});

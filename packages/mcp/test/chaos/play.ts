// Agents that want one link for each order, and have bad days.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Client } from "@modelcontextprotocol/client";
import type { AnyDriver, DriverLink } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import { CLAIM_MS, FATES, type Fate, type McpProcess, type SharedParts, startProcess } from "./process.ts";
import { type Random, randomOf } from "./random.ts";

/** How a gateway finds the link of a create whose answer was lost. At one that cannot, nobody can promise a link: the ledger sends nothing again. */
export const FAMILIES = ["lookup", "scan", "replay", "keyed"] as const;

export type Family = (typeof FAMILIES)[number];

/** What happened in some runs. */
export interface Played {
  readonly runs: number;
  /** Links at the gateways. */
  readonly links: number;
  readonly calls: number;
  readonly sessions: number;
  readonly processes: number;
  readonly faults: Readonly<Record<string, number>>;
  /** The promises that were broken, with the number of the run. */
  readonly broken: readonly string[];
}

/** In memory, if the system has a folder there. */
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const MINUTE_MS = 60_000;
/** After so many attempts, nothing fails any more. */
const BAD_ATTEMPTS = 4;
const ATTEMPTS = 10;

interface World extends SharedParts {
  process: McpProcess;
  readonly all: McpProcess[];
  readonly count: (name: string) => void;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the results are compared below
type Answer = any;

const restart = (world: World): McpProcess => {
  world.count("server starts");
  const started = startProcess(world);
  world.all.push(started);
  world.process = started;
  return started;
};

const requestOf = (reference: string, random: Random) => ({
  reference,
  title: `Order ${reference}`,
  amount: { amount: String(10_000 + random.below(1_000_000)), currency: "IDR" },
  ...(random.percent(30) && { customer: { name: "Budi", email: "budi@example.com", phone: "+628123456789" } }),
  omitIfUnsupported: ["title", "customer"],
});

/** One call, as an agent makes it: in a new session or not, with a fresh key each time, in vain if its process dies or it gives up. */
const callOnce = async (
  world: World,
  random: Random,
  server: McpProcess,
  client: Client,
  request: object,
): Promise<Answer> => {
  world.count("calls");
  const key = `key-${random.below(2 ** 31)}`;
  const hasKey = random.percent(5);
  const given = { ...request, ...(hasKey && { idempotencyKey: key }) };
  const work = client
    .callTool({ name: "create_link", arguments: given, _meta: { "shop.example/idempotency-key": key } })
    .then(({ structuredContent }): Answer => structuredContent)
    .catch((): Answer => undefined);
  if (random.percent(10)) {
    world.count("calls given up by the agent");
    for (let at = random.below(20); at > 0; at -= 1) await new Promise(setImmediate);
    await client.close();
    return undefined;
  }
  const answer: Answer = await Promise.race([work, server.gone]);
  // Its server has died.
  if (!hasKey || answer === undefined) return answer;
  world.count("calls with a key of their own");
  return answer?.error?.kind === "invalid_arguments" ? undefined : { error: { kind: "a key was accepted" } };
};

interface Told {
  readonly ids: Set<string>;
  readonly kinds: Set<string>;
}

const attempt = async (world: World, random: Random, request: object, isBad: boolean, told: Told): Promise<void> => {
  const together = random.of([1, 1, 1, 2, 3]);
  const servers: McpProcess[] = [];
  const works: Promise<Answer>[] = [];
  for (let each = 0; each < together; each += 1) {
    const isNew = world.process.isDead() || random.percent(each === 0 ? 40 : 50);
    const server = isNew ? restart(world) : world.process;
    const fates: Fate[] = Array.from({ length: isBad ? random.below(4) : 0 }, () => random.of(FATES));
    if (fates.length > 0) server.meets(fates);
    servers.push(server);
    world.count("sessions");
    const client = await server.connect();
    const drifted = isBad && random.percent(4) ? { ...request, title: "Another title" } : request;
    works.push(callOnce(world, random, server, client, drifted));
    if (drifted !== request) world.count("calls with another request");
  }
  // A request that stands still goes on while or after others are made, and within 15 minutes.
  const answers = Promise.all(works);
  const waiting = new Set(["answers"]);
  void answers.then(() => waiting.clear());
  for (let turn = 1; waiting.size > 0; turn += 1) {
    if (turn % 20 === 0) for (const server of world.all) server.goOn();
    // A process that has died still holds its claim until the clock has passed it.
    if (turn % 130 === 0) world.clock.advance(CLAIM_MS);
    await new Promise(turn < 100 ? setImmediate : (resolve) => setTimeout(resolve, 2));
  }
  for (const answer of await answers) {
    if (answer?.link) told.ids.add(answer.link.id);
    if (answer?.error) told.kinds.add(answer.error.kind);
    if (answer?.error?.existing) told.ids.add(answer.error.existing.id);
  }
  for (const server of world.all) server.goOn();
};

const PAUSES_MS = [0, 1_000, MINUTE_MS, 5 * MINUTE_MS, 16 * MINUTE_MS];

/** One agent, until it has a link: and then, often, once more. */
const playRun = async (world: World, random: Random, reference: string): Promise<Told> => {
  const request = requestOf(reference, random);
  const told: Told = { ids: new Set(), kinds: new Set() };
  for (let at = 0; at < ATTEMPTS; at += 1) {
    await attempt(world, random, request, at < BAD_ATTEMPTS, told);
    if (told.ids.size > 0 && random.percent(60)) break;
    // In the end, long enough for a gateway whose list must be complete before anything is sent again.
    world.clock.advance(at < BAD_ATTEMPTS ? random.of(PAUSES_MS) : 16 * MINUTE_MS);
  }
  return told;
};

/** Kinds that a create must not end with, whatever fails. */
const FORBIDDEN = ["fault", "a key was accepted", "not_allowed", "unknown_tool", "database_corrupt"];

const problemsOf = (made: readonly DriverLink[], { ids, kinds }: Told): readonly string[] => {
  const forbidden = FORBIDDEN.filter((kind) => kinds.has(kind));
  const id = made[0] ? `shop:${encodeURIComponent(made[0].providerId)}` : "";
  return [
    ...(made.length === 1 ? [] : [`${made.length} links`]),
    ...(isDeepStrictEqual([...ids], [id])
      ? []
      : [`agents were given ${[...ids].join(", ") || "none"}, and the gateway has ${id}`]),
    ...forbidden.map((kind) => `an agent received ${kind}`),
  ];
};

interface Options {
  readonly seed: number;
  readonly family: Family;
  /** The numbers of the runs. */
  readonly runs: readonly number[];
}

/** Plays runs one after the other in a world of their own, and compares what its gateway has with what the agents were given. */
export const playWorld = async ({ seed, family, runs }: Options): Promise<Played> => {
  const folder = mkdtempSync(join(FOLDER, "tautan-mcp-chaos-"));
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock, traits: { createRecovery: family } });
  const driver = gateway as unknown as AnyDriver;
  const faults: Record<string, number> = {};
  const count = (name: string): void => {
    faults[name] = (faults[name] ?? 0) + 1;
  };
  const parts = { clock, driver, file: join(folder, "shop.db"), onFate: count };
  const all: McpProcess[] = [];
  const world: World = { ...parts, all, count, process: undefined as never };
  restart(world);
  const broken: string[] = [];
  const told = new Map<string, Told>();
  try {
    for (const run of runs) {
      const reference = `INV-${run}`;
      told.set(reference, await playRun(world, randomOf(seed, run), reference));
    }
    const links = await linksOf(driver, clock);
    for (const run of runs) {
      const reference = `INV-${run}`;
      const made = links.filter((link) => link.reference === reference);
      for (const problem of problemsOf(made, told.get(reference)!)) broken.push(`run ${run} (${family}): ${problem}`);
    }
    if (links.length !== runs.length) broken.push(`${family}: ${runs.length} runs, and ${links.length} links`);
    const { calls = 0, sessions = 0, "server starts": processes = 0, ...rest } = faults;
    return { runs: runs.length, links: links.length, calls, sessions, processes, faults: rest, broken };
  } finally {
    await Promise.all(all.map((each) => each.end()));
    rmSync(folder, { recursive: true, force: true });
  }
};

/** All links of the gateway itself. */
const linksOf = async ({ handlers }: AnyDriver, clock: SharedParts["clock"]): Promise<readonly DriverLink[]> => {
  const links: DriverLink[] = [];
  let cursor: string | undefined;
  do {
    const context = { signal: new AbortController().signal, clock, operation: "list" } as const;
    const page = await handlers.list!({ limit: 100, ...(cursor !== undefined && { cursor }) }, context);
    if (page.isErr()) throw new Error(page.error.message);
    links.push(...page.value.items);
    cursor = page.value.nextCursor;
  } while (cursor !== undefined);
  return links;
};

// A gateway that sends webhooks to two merchant's processes over HTTP, again and again until they are acknowledged, while the processes
// are killed with SIGKILL.
import { setTimeout } from "node:timers/promises";
import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import { createLedger } from "../../src/index.ts";
import { createMerchant, sendUntilAcknowledged } from "./merchants.ts";
import type { OpenPlace } from "./places.ts";
import { recordMade } from "./record.ts";

export interface KillOptions extends OpenPlace {
  readonly links: number;
  readonly paymentsOfLink: number;
  /** When the next is killed: after so many more acknowledgements, or so much later. */
  readonly every: { readonly acknowledged: number } | { readonly ms: number };
}

export interface KillFigures {
  readonly payments: number;
  readonly kills: number;
  readonly databaseKills: number;
  /** Processes that ended although nobody has killed them. */
  readonly crashes: number;
  /** Deliveries that were acknowledged and are not in the database. */
  readonly forgotten: number;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** From the first webhook until all was handled. */
  readonly seconds: number;
}

const LOOK_MS = 50;
const DEADLINE_MS = 240_000;
/** Payers at once. */
const LANES = 16;
/** The database is killed instead of every second process. */
const DATABASE_EVERY = 2;

export const killAndCount = async (options: KillOptions): Promise<KillFigures> => {
  const { every, killDatabase } = options;
  const gateway = createMemoryDriver();
  const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  const ledger = createLedger({ links, database: options.database });
  (await ledger.migrate())._unsafeUnwrap();
  const references = Array.from({ length: options.links }, (_, index) => `INV-${index}`);
  for (const reference of references) {
    const request = { reference, amount: idr(190_000), usage: { limit: "unlimited" }, expiresAt: "never" } as const;
    await recordMade(options.database, links, (await links.create(request))._unsafeUnwrap(), Date.now());
  }

  const merchants = [createMerchant(options.merchant), createMerchant(options.merchant)] as const;
  for (const merchant of merchants) await merchant.ready();
  const startedAt = performance.now();
  let kills = 0;
  let databaseKills = 0;
  const kill = async (): Promise<void> => {
    const index = kills % 2 === 0 ? 0 : 1;
    kills += 1;
    if (!killDatabase || kills % DATABASE_EVERY !== 0) return merchants[index].kill();
    databaseKills += 1;
    return killDatabase();
  };
  let killing = Promise.resolve();
  let acknowledged = 0;
  const noteAcknowledged = (): void => {
    acknowledged += 1;
    if ("acknowledged" in every && acknowledged % every.acknowledged === 0) killing = killing.then(kill);
  };

  const effects = (): Promise<readonly { readonly link: string; readonly history: string }[]> =>
    options.query("SELECT link, history FROM effects WHERE history IS NOT NULL ORDER BY n");
  // A database that is killed right now does not answer.
  const isOpen = async (): Promise<boolean> =>
    options.query("SELECT seq FROM tautan_events WHERE handled_at IS NULL LIMIT 1").then(
      ({ length }) => length > 0,
      () => true,
    );

  const digests: string[] = [];
  // Each link is one payer after the other: so the order of its effects is known.
  const expected = new Map<string, string[]>();
  const payLink = async (reference: string, first: number): Promise<void> => {
    const order: string[] = [];
    expected.set(reference, order);
    for (let count = 0; count < options.paymentsOfLink; count += 1) {
      const { payment, webhook } = await gateway.simulate.pay(reference);
      await sendUntilAcknowledged(merchants, webhook, first + count);
      digests.push((await links.parseWebhook("memory", webhook))._unsafeUnwrap().digest);
      order.push(payment);
      noteAcknowledged();
    }
  };
  const waiting = references.entries();
  const lane = async (): Promise<void> => {
    for (const [index, reference] of waiting) await payLink(reference, index);
  };
  const work = async (): Promise<"done"> => {
    await Promise.all(Array.from({ length: LANES }, lane));
    await killing;
    for (let waitedMs = 0; waitedMs < DEADLINE_MS && (await isOpen()); waitedMs += LOOK_MS) await setTimeout(LOOK_MS);
    return "done";
  };
  const working = work();
  const isDoneAfter = async (ms: number): Promise<boolean> =>
    (await Promise.race([working, setTimeout(Math.max(0, ms))])) === "done";
  // A process that starts slowly still gets half of the time: otherwise a busy machine would end each one before it has done anything.
  const isDoneBeforeKill = async (ms: number): Promise<boolean> => {
    if (await isDoneAfter(ms)) return true;
    const next = merchants[kills % 2 === 0 ? 0 : 1];
    const readyAt = await next.ready();
    return isDoneAfter(readyAt + ms / 2 - performance.now());
  };
  if ("ms" in every) while (!(await isDoneBeforeKill(every.ms))) await kill();
  await working;
  const seconds = (performance.now() - startedAt) / 1000;
  for (const merchant of merchants) await merchant.end();

  const payments = options.links * options.paymentsOfLink;
  const stored = new Set(
    (await options.query<{ digest: string }>("SELECT digest FROM tautan_deliveries")).map(({ digest }) => digest),
  );
  const had = Map.groupBy(await effects(), ({ link }) => link);
  const seen = [...had.values()].flat().map(({ history }) => history);
  let outOfOrder = 0;
  for (const [reference, order] of expected) {
    const link = (await links.find({ reference }))._unsafeUnwrap();
    const got = [...new Set((had.get(link.id) ?? []).map(({ history }) => history))];
    const rest = order.filter((each) => got.includes(each));
    outOfOrder += got.filter((each, index) => each !== rest[index]).length;
  }
  await ledger.end();
  return {
    payments,
    kills,
    databaseKills,
    crashes: merchants[0].crashes() + merchants[1].crashes(),
    forgotten: digests.filter((digest) => !stored.has(digest)).length,
    lost: payments - new Set(seen).size,
    doubled: seen.length - new Set(seen).size,
    outOfOrder,
    seconds,
  };
};

// A gateway that sends webhooks to two merchant's processes over HTTP, again and again until they are acknowledged, while the processes
// are killed with SIGKILL.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import { engineOf } from "../../src/database/database.ts";
import type { Unit } from "../../src/database/unit.ts";
import { createLedger, type Database } from "../../src/index.ts";
import { recordLink } from "../../src/links/record-link.ts";
import { registerGateways } from "../../src/schema/gateways.ts";
import type { MerchantOptions } from "./merchant-options.ts";

export interface KillOptions {
  readonly merchant: MerchantOptions;
  /** The same place, for this process. */
  readonly database: Database<unknown, unknown>;
  query<Result extends object>(sql: string): Promise<readonly Result[]>;
  readonly links: number;
  readonly paymentsOfLink: number;
  /** A process is killed whenever so many more deliveries were acknowledged. */
  readonly killEvery: number;
  /** Also kills the database, whenever so many processes were killed. */
  readonly killDatabase?: { readonly every: number; readonly kill: () => Promise<void> } | undefined;
}

export interface KillFigures {
  readonly payments: number;
  readonly kills: number;
  readonly databaseKills: number;
  /** Deliveries that were acknowledged and are not in the database. */
  readonly forgotten: number;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
}

const LOOK_MS = 50;
const DEADLINE_MS = 240_000;

/** A process that is started again whenever it is killed. */
const createMerchant = (options: MerchantOptions) => {
  let child: ChildProcess | undefined;
  let port: Promise<number> | undefined;
  const start = (): void => {
    const started = fork(new URL("merchant.ts", import.meta.url), [JSON.stringify(options)], {
      execArgv: ["--conditions=@tautan/source"],
    });
    child = started;
    port = once(started, "message").then(([number]) => Number(number));
  };
  start();
  return {
    port: () => port ?? Promise.resolve(0),
    kill: async (): Promise<void> => {
      if (!child) return;
      await port;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      start();
    },
    end: async (): Promise<void> => {
      if (!child) return;
      await port;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
};

export const killAndCount = async (options: KillOptions): Promise<KillFigures> => {
  const gateway = createMemoryDriver();
  const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  const ledger = createLedger({ links, database: options.database });
  (await ledger.migrate())._unsafeUnwrap();
  const engine = engineOf(options.database);
  const references = Array.from({ length: options.links }, (_, index) => `INV-${index}`);
  for (const reference of references) {
    const link = await links.create({
      reference,
      amount: idr(190_000),
      usage: { limit: "unlimited" },
      expiresAt: "never",
    });
    const unit = function* (): Unit<unknown> {
      const refs = yield* registerGateways(links);
      const recording = {
        gatewayRef: refs.refOf("memory"),
        state: "made",
        lookAt: undefined,
        nowMs: Date.now(),
      } as const;
      return yield* recordLink(link._unsafeUnwrap(), recording);
    };
    (await engine.transaction(unit))._unsafeUnwrap();
  }

  const merchants = [createMerchant(options.merchant), createMerchant(options.merchant)] as const;
  let acknowledged = 0;
  let kills = 0;
  let databaseKills = 0;
  let killing = Promise.resolve();
  const killIfDue = (): void => {
    acknowledged += 1;
    if (acknowledged % options.killEvery !== 0) return;
    const index = kills % 2 === 0 ? 0 : 1;
    kills += 1;
    const { killDatabase } = options;
    const isDatabaseDue = killDatabase !== undefined && kills % killDatabase.every === 0;
    if (isDatabaseDue) databaseKills += 1;
    killing = killing.then(() => (isDatabaseDue ? killDatabase.kill() : merchants[index].kill()));
  };

  const digests: string[] = [];
  /** Sends until it is acknowledged: each time to the other process. */
  const send = async ({ body, headers }: SimulatedWebhook, first: number): Promise<void> => {
    for (let attempt = first; ; attempt += 1) {
      const merchant = merchants[attempt % 2 === 0 ? 0 : 1];
      const answer = await fetch(`http://127.0.0.1:${await merchant.port()}/`, { method: "POST", body, headers }).catch(
        () => undefined,
      );
      if (answer?.status === 200) return;
      if (answer && answer.status < 500) throw new Error(`a webhook was answered with ${answer.status}`);
      await setTimeout(LOOK_MS);
    }
  };

  // Each link is one payer after the other: so the order of its effects is known.
  const expected = new Map<string, string[]>();
  const payLink = async (reference: string, first: number): Promise<void> => {
    for (let count = 0; count < options.paymentsOfLink; count += 1) {
      const { payment, webhook } = await gateway.simulate.pay(reference);
      await send(webhook, first + count);
      digests.push((await links.parseWebhook("memory", webhook))._unsafeUnwrap().digest);
      expected.set(reference, [...(expected.get(reference) ?? []), payment]);
      killIfDue();
    }
  };
  const waiting = references.entries();
  const lane = async (): Promise<void> => {
    for (const [index, reference] of waiting) await payLink(reference, index);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  await killing;

  const payments = options.links * options.paymentsOfLink;
  const effects = (): Promise<readonly { readonly link: string; readonly history: string }[]> =>
    options.query("SELECT link, history FROM effects WHERE history IS NOT NULL ORDER BY n");
  const isOpen = async (): Promise<boolean> =>
    (await options.query("SELECT seq FROM tautan_events WHERE handled_at IS NULL LIMIT 1")).length > 0;
  for (let waitedMs = 0; waitedMs < DEADLINE_MS && (await isOpen()); waitedMs += LOOK_MS) await setTimeout(LOOK_MS);
  for (const merchant of merchants) await merchant.end();

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
    forgotten: digests.filter((digest) => !stored.has(digest)).length,
    lost: payments - new Set(seen).size,
    doubled: seen.length - new Set(seen).size,
    outOfOrder,
  };
};

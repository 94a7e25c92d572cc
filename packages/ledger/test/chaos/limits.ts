// R8 of the design: many payments of one link at once, each told three times over HTTP to two merchant's processes.
import { setTimeout } from "node:timers/promises";
import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import { createLedger } from "../../src/index.ts";
import type { Paths } from "./merchant-options.ts";
import { createMerchant, sendUntilAcknowledged, switchPath } from "./merchants.ts";
import type { OpenPlace } from "./places.ts";
import { recordMade } from "./record.ts";

export const LIMIT = 100;
export const PAYMENTS = 150;
/** Payments of another amount, which take nothing away from the others. */
export const WRONG = 10;
const WRONG_EVERY = (PAYMENTS + WRONG) / WRONG;
const DELIVERIES_OF_PAYMENT = 3;

/** The outcome of one round. */
interface LimitFigures {
  readonly paid: number;
  readonly excess: number;
  readonly mismatched: number;
  readonly exhausted: number;
  /** Effects that happened again. */
  readonly doubled: number;
  /** Uses of the link that are counted. */
  readonly used: number;
  /** Those that are delivered on. */
  readonly granted: number;
  readonly crashes: number;
}

export interface LimitRound {
  readonly figures: LimitFigures;
  /** How reports were written. */
  readonly paths: Paths;
}

/** What each round must give. */
export const EXACT: LimitFigures = {
  paid: LIMIT,
  excess: PAYMENTS - LIMIT,
  mismatched: WRONG,
  exhausted: 1,
  doubled: 0,
  used: PAYMENTS + WRONG,
  granted: LIMIT,
  crashes: 0,
};

const LOOK_MS = 50;
const DEADLINE_MS = 120_000;

/** Plays rounds, each with a new link, in the given way of writing. */
export const payAtOnce = async (
  { database, merchant, ...place }: OpenPlace,
  rounds: readonly (keyof Paths)[],
): Promise<readonly LimitRound[]> => {
  const gateway = createMemoryDriver();
  const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });
  const ledger = createLedger({ links, database });
  (await ledger.migrate())._unsafeUnwrap();
  const watched = { ...merchant, isWatched: true };
  const merchants = [createMerchant(watched), createMerchant(watched)] as const;

  const play = async (path: keyof Paths, reference: string): Promise<LimitRound> => {
    const request = {
      reference,
      amount: idr(190_000),
      usage: { limit: PAYMENTS + WRONG },
      expiresAt: "never",
    } as const;
    const link = (await links.create(request))._unsafeUnwrap();
    // The gateway allows more than the link: as one does that counts late.
    await recordMade(database, links, { ...link, usage: { ...link.usage, limit: LIMIT } }, Date.now());
    const webhooks: SimulatedWebhook[] = [];
    for (let count = 0; count < PAYMENTS + WRONG; count += 1) {
      const choice = count % WRONG_EVERY === 0 ? { amount: idr(1) } : {};
      webhooks.push((await gateway.simulate.pay(link, choice)).webhook);
    }
    for (const each of merchants) await switchPath(each, path);
    const deliveries = Array.from({ length: DELIVERIES_OF_PAYMENT }, () => webhooks).flat();
    await Promise.all(deliveries.map((webhook, index) => sendUntilAcknowledged(merchants, webhook, index)));
    const open = "SELECT seq FROM tautan_events WHERE handled_at IS NULL LIMIT 1";
    for (let waitedMs = 0; waitedMs < DEADLINE_MS && (await place.query(open)).length > 0; waitedMs += LOOK_MS)
      await setTimeout(LOOK_MS);
    const written: Paths[] = [];
    for (const each of merchants) written.push(await switchPath(each, path));
    const effects = await place.query<{ event_id: string }>(`SELECT event_id FROM effects WHERE link = '${link.id}'`);
    const ids = new Set(effects.map(({ event_id: id }) => id));
    const count = (name: string): number => [...ids].filter((id) => id.split("#")[1] === name).length;
    const [stored] = await place.query<{ used: number; granted: number }>(
      `SELECT used, granted FROM tautan_links WHERE reference = '${reference}'`,
    );
    return {
      figures: {
        paid: count("paid"),
        excess: count("excess"),
        mismatched: count("mismatched"),
        exhausted: count(`link_exhausted:${LIMIT}`),
        doubled: effects.length - ids.size,
        used: Number(stored?.used),
        granted: Number(stored?.granted),
        crashes: merchants[0].crashes() + merchants[1].crashes(),
      },
      paths: {
        optimistic: written.reduce((sum, { optimistic }) => sum + optimistic, 0),
        lock: written.reduce((sum, { lock }) => sum + lock, 0),
      },
    };
  };

  const played: LimitRound[] = [];
  for (const [index, path] of rounds.entries()) played.push(await play(path, `INV-${index}`));
  for (const each of merchants) await each.end();
  await ledger.end();
  return played;
};

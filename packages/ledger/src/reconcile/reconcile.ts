import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { listForeignCreates } from "../create/foreign-creates.ts";
import { type DatabaseError, type LedgerError, type RefusedError, refused } from "../errors.ts";
import { lookTraitsOf } from "../links/first-look.ts";
import type { ReconcileOptions, ReconcileReport } from "../types.ts";
import { closeExpired } from "./close-expired.ts";
import { listedLinks } from "./listed-links.ts";
import { CONCURRENCY, expireByClock, type GatewayRun, lookAtDue } from "./look-at-due.ts";
import { readLinkAndHistories } from "./read-link.ts";
import { resolveCreates } from "./resolve-creates.ts";
import { sweepAccount } from "./sweep-account.ts";
import { createTally } from "./tally.ts";

/** The longest wait for a gateway's answer, in milliseconds, and the least if there is not that much time. */
const CALL_TIMEOUT_MS = 20_000;
const LEAST_TIMEOUT_MS = 1_000;
/** Most links that are taken at a time of an account that is read as a whole. */
const SHARED_BATCH = 100;
/** Before all links. */
const ALWAYS = "0000";

/** How long a run goes on. */
export interface ReconcileLimits {
  /** Milliseconds since 1970; infinite if there is no limit. */
  readonly endsAtMs: number;
  /** Whether nobody has stopped it. */
  readonly goesOn: () => boolean;
}

/** Asks the gateways about all links that are due. Gateways are asked at the same time, and none waits for another. */
export const reconcileLinks = async (
  context: LedgerContext,
  options: ReconcileOptions,
  { endsAtMs, goesOn }: ReconcileLimits,
): Promise<Result<ReconcileReport, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const gateways = gatewaysOf(context, options.gateway);
  if (gateways.isErr()) return err(gateways.error);
  const tally = createTally();
  const leftMs = (): number => endsAtMs - context.clock.now();
  const limits = {
    goesOn: () => goesOn() && leftMs() > 0,
    callOptions: () => ({ timeoutMs: Math.max(LEAST_TIMEOUT_MS, Math.min(CALL_TIMEOUT_MS, leftMs())) }),
  };
  const runs = gateways.value.map((gateway) =>
    reconcileGateway({
      ...limits,
      context,
      refs: refs.value,
      gateway,
      tally,
      traits: lookTraitsOf(context.links, gateway),
    }),
  );
  const failed = (await Promise.all(runs)).find((run) => run.isErr());
  if (failed?.isErr()) return err(failed.error);
  if (options.gateway !== undefined) return ok(tally.report());
  const foreign = await context.engine.read(() => listForeignCreates(context, refs.value));
  return foreign.map((creates) => {
    for (const each of creates) tally.unresolved(each);
    return tally.report();
  });
};

const reconcileGateway = async (gatewayRun: GatewayRun): Promise<Result<void, DatabaseError>> => {
  const resolved = await resolveCreates(gatewayRun);
  if (resolved.isErr()) return err(resolved.error);
  const expired = await expireByClock(gatewayRun);
  if (expired.isErr()) return err(expired.error);
  const closed = await closeExpired(gatewayRun);
  if (closed.isErr()) return err(closed.error);
  if (gatewayRun.traits.isShared) return reconcileAccount(gatewayRun);
  const { context, callOptions } = gatewayRun;
  const looked = await lookAtDue(gatewayRun, {
    dueBy: instantAt(context.clock.now()),
    since: ALWAYS,
    batch: CONCURRENCY,
    read: (target) => readLinkAndHistories(context, target, callOptions()),
  });
  return looked.map(() => undefined);
};

/** Reads the histories of an account once for all its links. */
const reconcileAccount = async (gatewayRun: GatewayRun): Promise<Result<void, DatabaseError>> => {
  for (;;) {
    const sweep = await sweepAccount(gatewayRun);
    if (sweep.isErr()) return err(sweep.error);
    if (!sweep.value) return ok(undefined);
    const { since, startedAt: dueBy, isResumed, end, leave } = sweep.value;
    const looking = { dueBy, since, batch: SHARED_BATCH, ...listedLinks(gatewayRun) };
    const looked = await lookAtDue(gatewayRun, looking);
    if (looked.isErr()) return err(looked.error);
    const left = await (looked.value === "done" ? end() : leave());
    if (left.isErr()) return err(left.error);
    if (looked.value === "stopped" || !isResumed) return ok(undefined);
  }
};

const gatewaysOf = ({ links }: LedgerContext, gateway: string | undefined): Result<readonly string[], RefusedError> => {
  if (gateway === undefined) return ok(links.gateways);
  const key = splitId(links.canonicalId(`${gateway}:x`))?.gateway;
  if (key !== undefined) return ok([key]);
  return err(
    refused(
      "invalid_query",
      "gateway: expected the key of a configured gateway",
      "Pass one of links.gateways, or leave it out.",
    ),
  );
};

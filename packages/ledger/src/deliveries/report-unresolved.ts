import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result, type ResultAsync } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { createUnresolved } from "../create/foreign-creates.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DatabaseError, StorageError } from "../errors.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import {
  endCreateProblem,
  endProblem,
  flagForeignCreates,
  flagForeignDeliveries,
  leaseCreateProblem,
  leaseProblem,
  type UnresolvedRow,
} from "../statements/unresolved.ts";
import type { DeliveryUnresolved, LedgerProblem } from "./problem.ts";
import type { DeliveryProblem } from "./types.ts";

/** How long a delivery or a create of a gateway that this process does not have is left to other processes, in milliseconds. */
const LEFT_TO_OTHERS_MS = 10 * 60_000;
/** When a problem is reported again if its listener fails or its process dies, in milliseconds. */
const REPORT_AGAIN_MS = 60_000;

/**
 * Reports each delivery that needs a person: at least once, whatever dies meanwhile, and by one process. Without a listener it is
 * kept for a process with a listener.
 *
 * `goesOn` receives how many of a kind were reported in this run.
 */
export const reportUnresolved = async (
  context: LedgerContext,
  goesOn: (reported: number) => boolean,
): Promise<Result<void, StorageError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const { problems } = context;
  if (problems.isDue("look_for_gateways")) {
    const flagged = await flagForeign(context, refs.value);
    if (flagged.isErr()) return err(flagged.error);
  }
  const deliveries = await reportEach(context, refs.value, goesOn, {
    lease: (times) => runFirst(leaseProblem, times),
    problemOf,
    end: ({ ref, problem }) => run(endProblem, { ref, problem: problem ?? "" }),
  });
  if (deliveries.isErr()) return err(deliveries.error);
  return reportEach(context, refs.value, goesOn, {
    lease: (times) => runFirst(leaseCreateProblem, times),
    problemOf: (row, gateways) => createUnresolved(row, gateways.keyOf(row.gateway_ref ?? 0)),
    end: ({ ref }) => run(endCreateProblem, { ref }),
  });
};

/** How the rows of one kind that are to be reported are taken, and noted once they were. */
interface Reporting<Row> {
  readonly lease: (times: { readonly now: string; readonly until: string }) => Unit<Row | undefined>;
  readonly problemOf: (row: Row, gateways: GatewayRefs) => LedgerProblem;
  readonly end: (row: Row) => Unit<unknown>;
}

/** Reports what is due at its start, each once: a listener that takes long to fail would otherwise have the first again and again. */
const reportEach = async <Row extends { readonly gateway_ref: number | null }>(
  context: LedgerContext,
  refs: GatewayRefs,
  goesOn: (reported: number) => boolean,
  { lease, problemOf: problemOfRow, end }: Reporting<Row>,
): Promise<Result<void, DatabaseError>> => {
  const { engine, clock, problems } = context;
  const now = instantAt(clock.now());
  for (let reported = 0; problems.isHeard && goesOn(reported); reported += 1) {
    const until = instantAt(clock.now() + REPORT_AGAIN_MS);
    const leased = await engine.write(() => lease({ now, until }));
    if (leased.isErr()) return err(leased.error);
    const row = leased.value;
    if (!row) break;
    const gateways = await engine.read(() => gatewaysFor(context, refs, row));
    if (gateways.isErr()) return err(gateways.error);
    if (!(await problems.report(problemOfRow(row, gateways.value)))) continue;
    const ended = await engine.write(() => end(row));
    if (ended.isErr()) return err(ended.error);
  }
  return ok(undefined);
};

const flagForeign = (context: LedgerContext, refs: GatewayRefs): ResultAsync<unknown, DatabaseError> => {
  const nowMs = context.clock.now();
  const gateways = JSON.stringify(context.links.gateways.map((key) => ({ ref: refs.refOf(key) })));
  const foreign = { before: instantAt(nowMs - LEFT_TO_OTHERS_MS), now: instantAt(nowMs), gateways };
  return context.engine.transaction(function* () {
    yield* run(flagForeignDeliveries, foreign);
    yield* run(flagForeignCreates, foreign);
  });
};

const problemOf = (row: UnresolvedRow, gateways: GatewayRefs): DeliveryUnresolved => {
  const gateway = gateways.keyOf(row.gateway_ref);
  const problem = row.problem as DeliveryProblem;
  const [expected, hint] = Object.hasOwn(TEXTS, problem) ? TEXTS[problem] : OF_A_LATER_VERSION;
  return {
    kind: "delivery_unresolved",
    gateway,
    delivery: `${gateway}:${row.digest}`,
    problem,
    message: `a webhook of the gateway ${gateway} is not applied: ${expected}`,
    hint,
  };
};

const LOOK = "deliveries.get shows what it reports.";
const RETRY = "Then call deliveries.retry.";

/** Processes of several versions can share a database. */
const OF_A_LATER_VERSION = [
  "expected a problem that this version of the ledger knows, and a later one has found another",
  `${LOOK} Update this process, or look at what the later version reports.`,
] as const;

const TEXTS: Readonly<Record<DeliveryProblem, readonly [expected: string, hint: string]>> = {
  unknown_link: [
    "expected a link that the ledger or the gateway knows, and for 10 minutes neither has returned one",
    `${LOOK} Look for the payment in the provider's dashboard. If it is of your shop, its money has arrived without an order: decide, or make its link known with adopt. If it is of another application of the account, call deliveries.ignore.`,
  ],
  reference_taken: [
    "expected a link whose reference is free or its own, and another link of the ledger has that reference",
    `${LOOK} A payment of the other link is not handled: deliver or refund it by hand, then call deliveries.ignore. Use a reference for one link only.`,
  ],
  unconfirmed: [
    "expected its gateway to confirm it, and it has not in 12 attempts over about a day",
    `Look at its error, repair the cause, such as a wrong key. ${RETRY}`,
  ],
  unsupported: [
    "expected a gateway that can be asked about it, and the driver does not support that",
    `${LOOK} Look for the payment in the provider's dashboard, handle it by hand, then call deliveries.ignore.`,
  ],
  unreadable: [
    "expected rows in the form that the ledger writes, and one that it needs has another",
    `Look at its error, repair the row or restore it from a backup. ${RETRY}`,
  ],
  gateway_not_configured: [
    "expected a process that has its gateway, and none has worked on it for 10 minutes",
    "Start process or drain in a process that has this gateway, or configure it here: under this key, or under a new one with this key in aliases.",
  ],
};

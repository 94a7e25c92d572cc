// Links that are due: each is taken by one process, read at its gateway, and given the time of its next look.
import type { CallOptions, Instant, LinkId, LinkStatus, PaymentLinkError } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { Applied } from "../apply/application.ts";
import { noteInTrail } from "../apply/note-in-trail.ts";
import type { LedgerContext } from "../context.ts";
import { run, type Unit } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { countLook, type LookCircumstances, type Looked, NEWS_MS, nextLookAt } from "../plan/look-times.ts";
import { lookForTerms, lookUnreadForTerms } from "../plan/pending-terms.ts";
import type { PendingTerms, Report } from "../plan/state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { type DueLink, finishLook, leaseDueLinks, leaseExpiredLinks } from "../statements/looks.ts";
import { applyRead } from "./apply-reads.ts";
import { inTurns } from "./in-turns.ts";
import type { LinkToRead } from "./read-link.ts";
import type { Tally } from "./tally.ts";

/** The parts that one gateway's share of a run works with. */
export interface GatewayRun {
  readonly context: LedgerContext;
  readonly refs: GatewayRefs;
  /** The gateway's key. */
  readonly gateway: string;
  readonly traits: Pick<LookCircumstances, "windowMs" | "isShared">;
  readonly tally: Tally;
  /** Whether there is time for more. */
  readonly goesOn: () => boolean;
  /** For each call of the gateway: it must not take much longer than there is time. */
  readonly callOptions: () => CallOptions & { readonly timeoutMs: number };
}

/** When a link is due again if its process dies, in milliseconds. */
const LEASE_MS = 300_000;
/** When the links of a gateway that does not work are due again, in milliseconds. */
export const RETRY_MS = 300_000;
/** How many links of one gateway are read at a time. */
export const CONCURRENCY = 4;
/** Most links that expire in one batch. */
const CLOCK_BATCH = 100;

/** Reads what the gateway reports of one link. */
type ReadLink = (target: LinkToRead) => Promise<Result<Report, PaymentLinkError | DatabaseError>>;

/** Emits the expiry of links that have just expired, by the clock. The gateway is asked later, when it reports all that was paid in time. */
export const expireByClock = async (gatewayRun: GatewayRun): Promise<Result<void, DatabaseError>> => {
  const { context, refs, gateway, tally, goesOn } = gatewayRun;
  // Once, so that no link is taken twice.
  const nowMs = context.clock.now();
  for (;;) {
    if (!goesOn()) return ok(tally.cutShort());
    const leased = await context.engine.write(() =>
      run(leaseExpiredLinks, {
        gatewayRef: refs.refOf(gateway),
        dueBy: instantAt(nowMs),
        until: instantAt(context.clock.now() + LEASE_MS),
        // Of those that expired before, the gateway reports all that was in time.
        expiredSince: instantAt(nowMs - NEWS_MS),
        limit: CLOCK_BATCH,
      }),
    );
    if (leased.isErr()) return err(leased.error);
    if (leased.value.length === 0) return ok(undefined);
    const worked = await inTurns(leased.value, CONCURRENCY, async (due) => {
      const applied = await apply(gatewayRun, due, { histories: [] });
      if (applied.isErr() && applied.error.kind !== "database_corrupt") return err(applied.error);
      if (applied.isErr()) tally.fail(gateway, applied.error);
      const looks = due.looks - 1;
      const known = applied.unwrapOr([]);
      const usual = usualLook(gatewayRun, due, known, looks);
      return finish(gatewayRun, due, looks, lookUnreadForTerms(pendingOf(due, known), usual, instantAt(nowMs + 1)));
    });
    if (worked.isErr()) return err(worked.error);
  }
};

/** Which of the due links are looked at, and how. */
export interface Looking {
  /** Only links that were due by then. */
  readonly dueBy: string;
  /** Only links that were created since then. */
  readonly since: string;
  /** How many are taken at a time. */
  readonly batch: number;
  readonly read: ReadLink;
  /** Receives how many were taken, before they are read. */
  readonly onTaken?: (count: number) => void;
}

/** Looks at links that are due, until none is or the time is up. A gateway that does not work is left alone for a while. */
export const lookAtDue = async (
  gatewayRun: GatewayRun,
  { dueBy, since, batch, read, onTaken }: Looking,
): Promise<Result<"done" | "stopped", DatabaseError>> => {
  const { context, refs, gateway, tally, goesOn } = gatewayRun;
  for (;;) {
    if (!goesOn()) {
      tally.cutShort();
      return ok("stopped");
    }
    const until = instantAt(context.clock.now() + LEASE_MS);
    const leased = await context.engine.write(() =>
      run(leaseDueLinks, { gatewayRef: refs.refOf(gateway), dueBy, since, until, limit: batch }),
    );
    if (leased.isErr()) return err(leased.error);
    if (leased.value.length === 0) return ok("done");
    onTaken?.(leased.value.length);
    let isDown = false;
    const worked = await inTurns(leased.value, CONCURRENCY, async (due) => {
      const looked =
        isDown || !goesOn() ? await giveBack(gatewayRun, due, isDown) : await lookAt(gatewayRun, due, read);
      isDown ||= looked.isOk() && looked.value === "down";
      return looked;
    });
    if (worked.isErr()) return err(worked.error);
    if (isDown) return ok("stopped");
  }
};

const lookAt = async (
  gatewayRun: GatewayRun,
  due: DueLink,
  read: ReadLink,
): Promise<Result<"looked" | "down", DatabaseError>> => {
  const { refs, gateway, tally } = gatewayRun;
  const id = linkIdOf(gateway, due);
  const isNew = due.sent_at === null && due.looks === 1;
  const report = await read({ id, gateway, gatewayRef: refs.refOf(gateway), storedId: due.provider_id, isNew });
  const applied = report.isErr() ? err(report.error) : await apply(gatewayRun, due, report.value);
  if (applied.isErr()) {
    const { error } = applied;
    // The link is at fault, and must not stop the others; or the gateway or the database is.
    if (isOfDatabase(error)) return err(error);
    tally.fail(gateway, error);
    if (isOfGateway(error)) return (await giveBack(gatewayRun, due, true)).map(() => "down");
  }
  tally.look();
  const known = applied.unwrapOr([]);
  const looks = countLook(lookedOf(due, known), due.looks - 1);
  const error = report.isErr() ? `${report.error.kind}: ${report.error.message}` : undefined;
  const usual = usualLook(gatewayRun, due, known, looks);
  const next = lookForTerms(pendingOf(due, known), usual, instantAt(gatewayRun.context.clock.now()));
  return (await finish(gatewayRun, due, looks, next, error)).map(() => "looked");
};

const apply = async (
  { context, refs, gateway, tally }: GatewayRun,
  due: DueLink,
  report: Report,
): Promise<Result<readonly Applied[], DatabaseError>> => {
  const candidates = [{ id: linkIdOf(gateway, due) }];
  const applied = await applyRead(context, refs, { gateway, candidates, report, learntBy: "reconcile" });
  if (applied.isOk()) for (const each of applied.value) tally.apply(each);
  return applied;
};

/** Undoes a lease: it is due again at once if the time is up, and later if the gateway does not work. */
const giveBack = async (
  gatewayRun: GatewayRun,
  due: DueLink,
  isDown: boolean,
): Promise<Result<"down" | "looked", DatabaseError>> => {
  if (!isDown) gatewayRun.tally.cutShort();
  const dueAtMs = gatewayRun.context.clock.now() + (isDown ? RETRY_MS : 0);
  return (await finish(gatewayRun, due, due.looks - 1, instantAt(dueAtMs))).map(() => (isDown ? "down" : "looked"));
};

const finish = async (
  { context }: GatewayRun,
  { ref, looks }: DueLink,
  newLooks: number,
  lookAt: Instant | undefined,
  error?: string,
): Promise<Result<unknown, DatabaseError>> =>
  context.engine.transaction(function* (): Unit<void> {
    yield* run(finishLook, { ref, looks, newLooks, lookAt: lookAt ?? null });
    if (error !== undefined) {
      yield* noteInTrail(ref, "read", { cause: "reconcile", nowMs: context.clock.now(), error });
    }
  });

const usualLook = (
  { context, traits }: GatewayRun,
  due: DueLink,
  applied: readonly Applied[],
  looks: number,
): Instant | undefined =>
  nextLookAt(lookedOf(due, applied), looks, {
    nowMs: context.clock.now(),
    lateAfterMs: context.lateAfterMs,
    ...traits,
  });

/** The terms of a link that may be in effect after what was applied. */
const pendingOf = (due: DueLink, applied: readonly Applied[]): readonly PendingTerms[] =>
  applied.findLast(({ linkRef }) => linkRef === due.ref)?.plan.pending ?? [];

/** A link as it is after what was applied. */
const lookedOf = (due: DueLink, applied: readonly Applied[]): Looked => {
  const own = applied.filter(({ linkRef }) => linkRef === due.ref);
  const last = own.at(-1);
  const reported = own.findLast(({ plan }) => plan.link !== undefined)?.plan.link;
  return {
    status: last?.plan.status ?? ((due.status ?? "unknown") as LinkStatus),
    expiresAt: reported ? reported.expiresAt : ((due.expires_at ?? undefined) as Instant | undefined),
  };
};

/** Ids are stored as they are in those of core. */
const linkIdOf = (gateway: string, { provider_id: providerId }: DueLink): LinkId => `${gateway}:${providerId}`;

const isOfDatabase = (error: PaymentLinkError | DatabaseError): error is DatabaseError =>
  !("operation" in error) && error.kind !== "database_corrupt";

const GATEWAY_KINDS: ReadonlySet<string> = new Set([
  "aborted",
  "forbidden",
  "network",
  "rate_limited",
  "timeout",
  "unauthenticated",
  "unavailable",
  "unknown_gateway",
]);

/** Whether the next link would fare no better. */
export const isOfGateway = ({ kind }: PaymentLinkError | DatabaseError): boolean => GATEWAY_KINDS.has(kind);

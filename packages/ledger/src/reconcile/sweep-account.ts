// The recent histories of a whole account, read once for all links that are due.
import { randomUUID } from "node:crypto";
import type { PaymentLinkHistory } from "@tautan/core";
import { epochMsOf, instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { run, runFirst } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { endSweep, oldestDue, saveSweep, takeSweep } from "../statements/looks.ts";
import { applyRead } from "./apply-reads.ts";
import { inTurns } from "./in-turns.ts";
import { CONCURRENCY, type GatewayRun, isOfGateway, RETRY_MS } from "./look-at-due.ts";
import { inOrderOfPayment } from "./read-link.ts";

/** When a sweep may be taken over if its process dies, counted from its last progress. */
const LEASE_MS = 5 * 60_000;
/** A sweep that was left for longer begins anew: what its links are due for has become more. */
const MAX_AGE_MS = 60 * 60_000;
const MAX_PAGE = 100;
/** Most pages before what they hold is applied, oldest first. */
const MAX_PAGES = 50;

/** A sweep whose histories are all applied. */
export interface DoneSweep {
  /** Links that were created since then are covered. */
  readonly since: string;
  /** Everything that happened until then is covered. */
  readonly startedAt: string;
  /** Whether an earlier run began it: then more may be due. */
  readonly isResumed: boolean;
  /** Ends it, once its links are finished. */
  readonly end: () => Promise<Result<unknown, DatabaseError>>;
  /** Leaves it to the next run. */
  readonly leave: () => Promise<Result<unknown, DatabaseError>>;
}

interface Position {
  readonly since: string;
  readonly startedAt: string;
  readonly cursor: string | null;
  readonly isRead: boolean;
}

/**
 * Reads and applies the histories since the oldest link that is due. Returns nothing if no link is due, if another process is at it, if the
 * time is up, or if the gateway does not work.
 */
export const sweepAccount = async (gatewayRun: GatewayRun): Promise<Result<DoneSweep | undefined, DatabaseError>> => {
  const { context, refs, gateway, tally, goesOn } = gatewayRun;
  const { engine, clock } = context;
  const gatewayRef = refs.refOf(gateway);
  const lease = randomUUID();
  const nowMs = clock.now();
  const now = instantAt(nowMs);
  const oldest = await engine.read(() => runFirst(oldestDue, { gatewayRef, dueBy: now }));
  if (oldest.isErr()) return err(oldest.error);
  const since = oldest.value?.created_at;
  if (!since) return ok(undefined);
  if (!goesOn()) {
    tally.cutShort();
    return ok(undefined);
  }
  const until = instantAt(nowMs + LEASE_MS);
  const taken = await engine.write(() => runFirst(takeSweep, { gatewayRef, since, now, lease, until }));
  if (taken.isErr()) return err(taken.error);
  if (!taken.value) return ok(undefined);
  const { since: takenSince, started_at: startedAt, cursor, is_read } = taken.value;
  const isOld = nowMs - epochMsOf(startedAt as `${string}Z`) > MAX_AGE_MS;
  let position: Position = isOld
    ? { since, startedAt: now, cursor: null, isRead: false }
    : { since: takenSince, startedAt, cursor, isRead: is_read === 1 };
  const save = async (leaseMs: number): Promise<Result<boolean, DatabaseError>> => {
    const { isRead, ...rest } = position;
    const saved = await engine.write(() =>
      runFirst(saveSweep, {
        ...rest,
        gatewayRef,
        lease,
        isRead: Number(isRead),
        until: instantAt(clock.now() + leaseMs),
      }),
    );
    return saved.map((row) => row !== undefined);
  };
  while (!position.isRead) {
    const pages = await readPages(gatewayRun, position);
    const applied = await applyHistories(gatewayRun, pages.histories);
    if (applied.isErr()) return err(applied.error);
    position = { ...position, cursor: pages.cursor, isRead: pages.end === "last" };
    const saved = await save(pages.end === "failed" ? RETRY_MS : pages.end === "time" ? 0 : LEASE_MS);
    if (saved.isErr()) return err(saved.error);
    // Another process goes on from here.
    if (!saved.value || pages.end === "failed" || pages.end === "time") return ok(undefined);
  }
  return ok({
    since: position.since,
    startedAt: position.startedAt,
    isResumed: position.startedAt !== now,
    end: async () => engine.write(() => run(endSweep, { gatewayRef, lease })),
    leave: () => save(0),
  });
};

interface Pages {
  readonly histories: readonly PaymentLinkHistory[];
  readonly cursor: string | null;
  readonly end: "last" | "full" | "time" | "failed";
}

/** Reads pages from a position on. Pages that were read before a failure count. */
const readPages = async (
  { context: { links }, gateway, tally, goesOn, callOptions }: GatewayRun,
  position: Position,
): Promise<Pages> => {
  const histories: PaymentLinkHistory[] = [];
  let { cursor } = position;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    if (!goesOn()) {
      tally.cutShort();
      return { histories, cursor, end: "time" };
    }
    const query = { gateway, since: position.since, limit: MAX_PAGE, cursor: cursor ?? undefined };
    const page = await links.listRecentHistories(query, callOptions());
    if (page.isErr()) {
      tally.fail(gateway, page.error);
      // A cursor that is refused would be refused again.
      return { histories, cursor: isOfGateway(page.error) ? cursor : null, end: "failed" };
    }
    histories.push(...page.value.items);
    const { nextCursor } = page.value;
    if (nextCursor === undefined) return { histories, cursor: null, end: "last" };
    cursor = nextCursor;
  }
  return { histories, cursor, end: "full" };
};

/** Applies histories to the links that the ledger knows, those of one link together. */
const applyHistories = async (
  { context, refs, gateway, tally }: GatewayRun,
  newestFirst: readonly PaymentLinkHistory[],
): Promise<Result<void, DatabaseError>> => {
  const byLink = new Map<string, PaymentLinkHistory[]>();
  for (const history of newestFirst) {
    const key = JSON.stringify([history.linkId, history.reference]);
    const others = byLink.get(key);
    if (others) others.push(history);
    else byLink.set(key, [history]);
  }
  const applied = await inTurns(byLink.values(), CONCURRENCY, async (histories) => {
    const [{ linkId, reference } = {}] = histories;
    const candidates = [{ ...(linkId && { id: linkId }), ...(reference !== undefined && { reference }) }];
    const report = { histories: inOrderOfPayment(histories) };
    const read = { gateway, candidates, report, learntBy: "reconcile", isOneOfMany: true } as const;
    const applied = await applyRead(context, refs, read);
    if (applied.isErr() && applied.error.kind !== "database_corrupt") return err(applied.error);
    if (applied.isErr()) tally.fail(gateway, applied.error);
    else for (const each of applied.value) tally.apply(each);
    return ok(undefined);
  });
  return applied.map(() => undefined);
};

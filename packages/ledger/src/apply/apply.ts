import type { Instant, LinkStatus } from "@tautan/core";
import { instantAt, statusAcceptsPayments } from "@tautan/core/driver";
import { err, errAsync, ok, type Result, ResultAsync } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, type Unit } from "../database/unit.ts";
import { withoutCustomer } from "../erase/without-customer.ts";
import { type DatabaseError, databaseError } from "../errors.ts";
import { firstLookAt } from "../links/first-look.ts";
import { closeAtOf, isStopped } from "../plan/closing.ts";
import { lookForTerms } from "../plan/pending-terms.ts";
import { planReport } from "../plan/plan.ts";
import type { Known, Plan, Report } from "../plan/state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { lockLink } from "../statements/read.ts";
import type { Application, Applied } from "./application.ts";
import { findLink, findLinkOfMany, isOfOneHistory, KNOWN_DELIVERY } from "./find-link.ts";
import { isAmong, type OfOthers, readKnown, readListed, storedOf } from "./match-histories.ts";
import { problemOf, storableHistory } from "./storable.ts";
import { laterFieldsOf } from "./stored-rows.ts";
import { extentOf, toWrite, writeUnit } from "./write.ts";

/**
 * Applies a report to its link: reads, plans and writes, so that a report that races with others loses nothing. `undefined` if
 * no link is known that it may belong to; then nothing is stored.
 */
export const applyReport = (
  context: LedgerContext,
  refs: GatewayRefs,
  application: Application,
): ResultAsync<Applied | undefined, DatabaseError> =>
  // Without a delivery, none can be known.
  applyOnce(context, refs, application).map((applied) => (applied === KNOWN_DELIVERY ? undefined : applied));

/** The same for a report of a delivery, which is stored together with what follows from it, or is known and changes nothing. */
export const applyDelivery = (
  context: LedgerContext,
  refs: GatewayRefs,
  application: Application & Required<Pick<Application, "delivery">>,
): ResultAsync<Applied | typeof KNOWN_DELIVERY | undefined, DatabaseError> => applyOnce(context, refs, application);

const applyOnce = (
  context: LedgerContext,
  refs: GatewayRefs,
  application: Application,
): ResultAsync<Applied | typeof KNOWN_DELIVERY | undefined, DatabaseError> => {
  const { report, gateway, delivery } = application;
  const histories = report.histories.map(storableHistory);
  const problems = histories.map(problemOf);
  const storable = { ...application, report: { ...report, histories: histories.filter((_, at) => !problems[at]) } };
  const problem = problems.find((each) => each !== undefined);
  if (problem === undefined) return new ResultAsync(applyParts(context, refs, storable));
  // What could not be read again would stop its link for good: it is left out, and reported. The delivery is kept.
  const error = databaseError("database_corrupt", `the driver of the gateway ${gateway} has reported ${problem}`);
  return delivery ? errAsync(error) : new ResultAsync(applyParts(context, refs, storable)).andThen(() => err(error));
};

type Parts = Applied | typeof KNOWN_DELIVERY | undefined;

/** Histories that are stored with another link are applied to that one first: one payment counts once. */
const applyParts = async (
  context: LedgerContext,
  refs: GatewayRefs,
  application: Application,
): Promise<Result<Parts, DatabaseError>> => {
  const others: Applied[] = [];
  let { report } = application;
  for (;;) {
    const applied = await context.engine.guarded((isLocking) =>
      applyUnit(context, refs, { ...application, report }, isLocking),
    );
    if (applied.isErr()) return err(applied.error);
    const { value } = applied;
    if (typeof value !== "object") return ok(value ?? (report.link ? undefined : together(others)));
    if (!("ofOthers" in value)) {
      if (value.plan.events.length > 0) context.wakeWorkers();
      return ok(others.length === 0 ? value : { ...value, others });
    }
    for (const history of value.ofOthers) {
      const one = { ...application, report: { histories: [history] }, delivery: undefined, isOneOfMany: true };
      const other = await applyParts(context, refs, { ...one, candidates: [] });
      if (other.isErr()) return err(other.error);
      if (typeof other.value === "object") others.push(other.value);
    }
    report = { ...report, histories: report.histories.filter((each) => !value.ofOthers.includes(each)) };
    if (!value.hasLink) return ok(report.link ? undefined : together(others));
  }
};

const together = (others: readonly Applied[]): Applied | undefined => {
  const last = others.at(-1);
  return last && { ...last, others: others.slice(0, -1) };
};

function* applyUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  application: Application,
  isLocking: boolean,
): Unit<Parts | OfOthers> {
  const { gateway } = application;
  const gatewayRef = refs.refOf(gateway);
  const find = isOfOneHistory(application.report) ? findLink : findLinkOfMany;
  let found = yield* find(gatewayRef, application);
  if (found === undefined && find === findLinkOfMany) {
    const stored = storedOf(yield* readListed(gatewayRef, application.report.histories), gateway, () => true);
    const ofOthers = application.report.histories.filter((each) => isAmong(stored, each));
    return ofOthers.length === 0 ? undefined : { ofOthers, hasLink: false };
  }
  if (typeof found !== "object") return found;
  if (isLocking) {
    yield* run(lockLink, { linkRef: found.link_ref });
    const locked = yield* find(gatewayRef, application);
    if (locked === KNOWN_DELIVERY) return locked;
    found = locked ?? found;
  }
  const nowMs = context.clock.now();
  const isErased = found.link_erased_at !== null;
  const report = isErased ? withoutCustomerIn(application.report) : application.report;
  const read = yield* readKnown(gatewayRef, gateway, found, report);
  if ("ofOthers" in read) return read;
  const { known, histories } = read;
  const plan = planReport(known, { ...report, histories }, { nowMs, lateAfterMs: context.lateAfterMs });
  const now = instantAt(nowMs);
  const write = toWrite({
    application,
    plan,
    known,
    gatewayRef,
    linkRef: found.link_ref,
    version: found.link_version,
    lookAt: lookAtAfter(context, known, plan, nowMs),
    closeAt: closeAtAfter(known, plan),
    laterFields: plan.link && laterFieldsOf(found.link, known.link.link),
    isErased,
    now,
  });
  yield* writeUnit(context.engine.dialect, write, extentOf(plan, known, write));
  return { linkId: known.link.link.id, linkRef: found.link_ref, plan };
}

/** The gateway may know a customer that was to be forgotten here. */
const withoutCustomerIn = (report: Report): Report =>
  report.link ? { ...report, link: withoutCustomer(report.link) } : report;

/** A link that lives on for longer or anew than was known is looked at as if it had just been made. */
const lookAtAfter = (context: LedgerContext, { link }: Known, plan: Plan, nowMs: number): string | undefined => {
  if (!plan.link || (plan.link.expiresAt === link.link.expiresAt && !isRevived(link.status, plan.status)))
    return undefined;
  return lookForTerms(
    plan.pending,
    firstLookAt(context, { ...plan.link, status: plan.status }, nowMs),
    instantAt(nowMs),
  );
};

/** A link whose expiry was moved is closed at the new one, and one that was opened again is closed again. */
const closeAtAfter = ({ link: { link: before } }: Known, { link: after }: Plan): Instant | null | undefined => {
  if (!after || (before.expiryEnforcedBy === undefined && after.expiryEnforcedBy === undefined)) return undefined;
  const isMoved = after.expiresAt !== before.expiresAt || after.expiryEnforcedBy !== before.expiryEnforcedBy;
  if (isMoved || isStopped(before) !== isStopped(after)) return closeAtOf(after);
  return undefined;
};

const isRevived = (before: LinkStatus, after: LinkStatus): boolean =>
  !statusAcceptsPayments(before) && statusAcceptsPayments(after);

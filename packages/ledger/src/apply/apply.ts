import {
  type Instant,
  type LinkCandidate,
  type LinkStatus,
  mergeHistories,
  type PaymentLinkHistory,
} from "@tautan/core";
import { deriveHistory, instantAt, splitId, statusAcceptsPayments, withIdentity } from "@tautan/core/driver";
import { err, errAsync, ok, type Result, ResultAsync } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { withoutCustomer } from "../erase/without-customer.ts";
import { type DatabaseError, databaseError } from "../errors.ts";
import { firstLookAt } from "../links/first-look.ts";
import { closeAtOf, isStopped } from "../plan/closing.ts";
import { lookForTerms } from "../plan/pending-terms.ts";
import { planReport } from "../plan/plan.ts";
import type { Known, KnownHistory, Plan, Report } from "../plan/state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { findDelivery } from "../statements/deliveries.ts";
import {
  type Absent,
  type HistoryRow,
  type LinkRow,
  lockLink,
  readByHistory,
  readByLinkId,
  readByReference,
  readHistory,
} from "../statements/read.ts";
import type { Application, Applied } from "./application.ts";
import { problemOf, storableHistory, storableText, storedId } from "./storable.ts";
import { knownHistoryOf, laterFieldsOf, linkOf } from "./stored-rows.ts";
import { pendingOf } from "./stored-terms.ts";
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

/** The delivery has been stored before. */
export const KNOWN_DELIVERY = "known_delivery";

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

/** Histories of a report that are stored with other links than its own, and whether that is known. */
interface OfOthers {
  readonly ofOthers: readonly PaymentLinkHistory[];
  readonly hasLink: boolean;
}

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
    laterFields: laterFieldsOf(found.link, known.link.link),
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

type FoundRow = LinkRow & HistoryRow & { readonly link: string };

const NO_HISTORY: HistoryRow = {
  history_ref: null,
  history_link_ref: null,
  history_provider_id: null,
  history_record: null,
  history_mark: null,
  history_event_names: null,
};

/** Whether a report is of one history alone, which knows its link. Otherwise the report does. */
const isOfOneHistory = ({ link, histories }: Report): boolean => link === undefined && histories.length === 1;

/** The ids of links, as they are stored; one that is null if there is none. */
const linkIdsOf = (candidates: readonly LinkCandidate[]): readonly (string | null)[] => {
  const ids = candidates.flatMap(({ id }) => (id === undefined ? [] : [splitId(id)?.providerId]));
  return ids.length === 0 ? [null] : ids.map((id) => (id === undefined ? null : storedId(id)));
};

/** The link of a report of itself or of several histories: none of them decides for the others. */
function* findLinkOfMany(
  gatewayRef: number,
  { candidates, delivery }: Application,
): Unit<FoundRow | typeof KNOWN_DELIVERY | undefined> {
  const digest = delivery?.digest;
  if (digest !== undefined && (yield* runFirst(findDelivery, { gatewayRef, digest }))) return KNOWN_DELIVERY;
  for (const linkId of linkIdsOf(candidates)) {
    const row = linkId === null ? undefined : yield* runFirst(readByLinkId, { gatewayRef, linkId });
    if (isMade(row)) return { ...NO_HISTORY, ...row };
  }
  return yield* findByReference(gatewayRef, candidates);
}

/** The link of a report that is made: of an intended one, terms and URL are not known yet. The delivery is looked for first. */
function* findLink(
  gatewayRef: number,
  { report, candidates, delivery }: Application,
): Unit<FoundRow | typeof KNOWN_DELIVERY | undefined> {
  const [history] = report.histories;
  if (!history) return undefined;
  const digest = delivery?.digest ?? null;
  const historyId = storedId(history.providerId);
  for (const linkId of linkIdsOf(candidates)) {
    const row = yield* runFirst(readByHistory, { gatewayRef, historyId, linkId, digest });
    if (row && row.delivery_ref !== null) return KNOWN_DELIVERY;
    if (isMade(row)) return row;
  }
  for (const otherId of history.record.otherIds) {
    const owner = yield* runFirst(readHistory, { gatewayRef, historyId: storedId(otherId) });
    if (!owner?.history_provider_id) continue;
    const row = yield* runFirst(readByHistory, {
      gatewayRef,
      historyId: owner.history_provider_id,
      linkId: null,
      digest: null,
    });
    if (isMade(row)) return row;
  }
  return yield* findByReference(gatewayRef, candidates);
}

function* findByReference(gatewayRef: number, candidates: readonly LinkCandidate[]): Unit<FoundRow | undefined> {
  for (const { id, reference } of candidates) {
    if (reference === undefined) continue;
    const row = yield* runFirst(readByReference, { gatewayRef, reference: storableText(reference) });
    // Two links can have had one reference: an id that is another link's decides.
    const isOther = id !== undefined && row?.link_provider_id !== storedId(splitId(id)?.providerId ?? "");
    if (isMade(row) && !isOther) return { ...NO_HISTORY, ...row };
  }
  return undefined;
}

const isMade = <Row extends Absent<LinkRow>>(row: Row | undefined): row is Row & LinkRow & { readonly link: string } =>
  row !== undefined && row.link !== null;

function* readKnown(
  gatewayRef: number,
  gateway: string,
  row: FoundRow,
  report: Report,
): Unit<{ readonly known: Known; readonly histories: readonly PaymentLinkHistory[] } | OfOthers> {
  const link = linkOf(row.link, gateway);
  const isOne = isOfOneHistory(report);
  const single = isOne ? yield* findSingle(gatewayRef, gateway, row, report.histories) : undefined;
  const rows = isOne ? [] : yield* readListed(gatewayRef, report.histories);
  const foreign = storedOf(rows, gateway, (each) => each !== row.link_ref);
  const stored = single ? [single] : storedOf(rows, gateway, (each) => each === row.link_ref);
  const ofOthers = report.histories.filter((each) => !isAmong(stored, each) && isAmong(foreign, each));
  if (ofOthers.length > 0) return { ofOthers, hasLink: true };
  const matched: Matched[] = [];
  for (const incoming of report.histories) addMatched(matched, stored, incoming);
  const takenIds: (readonly string[])[] = [];
  for (const { before, incoming } of matched) takenIds.push(yield* findTaken(gatewayRef, before, incoming));
  const status = (row.link_status ?? link.status) as Known["link"]["status"];
  return {
    known: {
      link: {
        link,
        status,
        used: row.link_used,
        granted: row.link_granted,
        asOf: (row.link_as_of ?? undefined) as Instant | undefined,
        pending: pendingOf(row.link_pending_terms),
      },
      histories: matched.map(({ before }) => before),
      takenIds,
    },
    histories: matched.map(({ incoming }) => incoming),
  };
}

/** The stored histories that those of a report may be, of any link. All of the link itself may be thousands. */
function* readListed(gatewayRef: number, listed: readonly PaymentLinkHistory[]): Unit<readonly HistoryRow[]> {
  const found = new Map<number, HistoryRow>();
  for (const id of new Set(listed.flatMap(({ providerId, record }) => [providerId, ...record.otherIds]))) {
    const row = yield* runFirst(readHistory, { gatewayRef, historyId: storedId(id) });
    if (row && row.history_ref !== null) found.set(row.history_ref, row);
  }
  return [...found.values()];
}

const storedOf = (
  rows: readonly HistoryRow[],
  gateway: string,
  isOf: (linkRef: number | null) => boolean,
): readonly KnownHistory[] =>
  rows.filter((each) => isOf(each.history_link_ref)).flatMap((each) => knownHistoryOf(each, gateway) ?? []);

const isAmong = (stored: readonly KnownHistory[], reported: PaymentLinkHistory): boolean =>
  stored.some(({ history }) => isSame(history, reported));

/** A history of a report, and the stored one that it is about. */
interface Matched {
  readonly before: KnownHistory | undefined;
  readonly incoming: PaymentLinkHistory;
}

/** Adds a history of a report. One that it holds twice, as when a payment comes between two pages, counts once. */
const addMatched = (matched: Matched[], stored: readonly KnownHistory[], reported: PaymentLinkHistory): void => {
  const before =
    stored.find(({ history }) => history.providerId === reported.providerId) ??
    stored.find(({ history }) => isSame(history, reported));
  const twin = matched.findIndex((each) =>
    before ? each.before === before : !each.before && isSame(each.incoming, reported),
  );
  const other = matched[twin];
  const providerId = before?.history.providerId ?? other?.incoming.providerId ?? reported.providerId;
  const incoming = underIdentity(reported, providerId);
  if (other) matched[twin] = { before, incoming: mergeHistories(other.incoming, incoming) };
  else matched.push({ before, incoming });
};

/** The stored history of a report of one: by its id, or by one of its other ids if that is of the same link. */
function* findSingle(
  gatewayRef: number,
  gateway: string,
  row: FoundRow,
  [incoming]: readonly PaymentLinkHistory[],
): Unit<KnownHistory | undefined> {
  const known = knownHistoryOf(row, gateway);
  if (known) return known;
  for (const otherId of incoming?.record.otherIds ?? []) {
    const owner = yield* runFirst(readHistory, { gatewayRef, historyId: storedId(otherId) });
    if (owner?.history_link_ref === row.link_ref) return knownHistoryOf(owner, gateway);
  }
  return undefined;
}

const isSame = (stored: PaymentLinkHistory, incoming: PaymentLinkHistory): boolean =>
  stored.providerId === incoming.providerId ||
  stored.record.otherIds.includes(incoming.providerId) ||
  incoming.record.otherIds.some((id) => id === stored.providerId || stored.record.otherIds.includes(id));

/** A history that a source names by one of its other ids, under the id by which it is stored. */
const underIdentity = (incoming: PaymentLinkHistory, providerId: string): PaymentLinkHistory =>
  incoming.providerId === providerId
    ? incoming
    : deriveHistory(incoming.gateway, withIdentity(incoming.record, providerId));

/** The new other ids of a history that belong to another one. */
function* findTaken(
  gatewayRef: number,
  before: KnownHistory | undefined,
  incoming: PaymentLinkHistory,
): Unit<readonly string[]> {
  const taken: string[] = [];
  for (const otherId of incoming.record.otherIds) {
    if (before?.history.record.otherIds.includes(otherId)) continue;
    const owner = yield* runFirst(readHistory, { gatewayRef, historyId: storedId(otherId) });
    if (owner && owner.history_provider_id !== storedId(incoming.providerId)) taken.push(otherId);
  }
  return taken;
}

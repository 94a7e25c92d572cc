// The stored histories that those of a report are, by any of their ids.
import { type Instant, mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { deriveHistory, withIdentity } from "@tautan/core/driver";
import { runFirst, type Unit } from "../database/unit.ts";
import type { Known, KnownHistory, Report } from "../plan/state.ts";
import { type HistoryRow, readHistory } from "../statements/read.ts";
import { type FoundRow, isOfOneHistory } from "./find-link.ts";
import { storedId } from "./storable.ts";
import { knownHistoryOf, linkOf } from "./stored-rows.ts";
import { pendingOf } from "./stored-terms.ts";

/** Histories of a report that are stored with other links than its own, and whether that is known. */
export interface OfOthers {
  readonly ofOthers: readonly PaymentLinkHistory[];
  readonly hasLink: boolean;
}

/** A link and the histories of a report, as they are stored, or those of the report that are of other links. */
export function* readKnown(
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
export function* readListed(gatewayRef: number, listed: readonly PaymentLinkHistory[]): Unit<readonly HistoryRow[]> {
  const found = new Map<number, HistoryRow>();
  for (const id of new Set(listed.flatMap(({ providerId, record }) => [providerId, ...record.otherIds]))) {
    const row = yield* runFirst(readHistory, { gatewayRef, historyId: storedId(id) });
    if (row && row.history_ref !== null) found.set(row.history_ref, row);
  }
  return [...found.values()];
}

export const storedOf = (
  rows: readonly HistoryRow[],
  gateway: string,
  isOf: (linkRef: number | null) => boolean,
): readonly KnownHistory[] =>
  rows.filter((each) => isOf(each.history_link_ref)).flatMap((each) => knownHistoryOf(each, gateway) ?? []);

export const isAmong = (stored: readonly KnownHistory[], reported: PaymentLinkHistory): boolean =>
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

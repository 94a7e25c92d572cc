// The link of a report: by the ids that it names, by the history that is stored, and by the reference.
import type { LinkCandidate } from "@tautan/core";
import { splitId } from "@tautan/core/driver";
import { runFirst, type Unit } from "../database/unit.ts";
import type { Report } from "../plan/state.ts";
import { findDelivery } from "../statements/deliveries.ts";
import {
  type Absent,
  type HistoryRow,
  type LinkRow,
  readByHistory,
  readByLinkId,
  readByReference,
  readHistory,
} from "../statements/read.ts";
import type { Application } from "./application.ts";
import { storableText, storedId } from "./storable.ts";

/** The delivery has been stored before. */
export const KNOWN_DELIVERY = "known_delivery";

/** A link that is made, with the history of the report if it is stored. */
export type FoundRow = LinkRow & HistoryRow & { readonly link: string };

const NO_HISTORY: HistoryRow = {
  history_ref: null,
  history_link_ref: null,
  history_provider_id: null,
  history_record: null,
  history_mark: null,
  history_event_names: null,
  history_paid_at: null,
};

/** Whether a report is of one history alone, which knows its link. Otherwise the report does. */
export const isOfOneHistory = ({ link, histories }: Report): boolean => link === undefined && histories.length === 1;

/** The ids of links, as they are stored; one that is null if there is none. */
const linkIdsOf = (candidates: readonly LinkCandidate[]): readonly (string | null)[] => {
  const ids = candidates.flatMap(({ id }) => (id === undefined ? [] : [splitId(id)?.providerId]));
  return ids.length === 0 ? [null] : ids.map((id) => (id === undefined ? null : storedId(id)));
};

/** The link of a report of itself or of several histories: none of them decides for the others. */
export function* findLinkOfMany(
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
export function* findLink(
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

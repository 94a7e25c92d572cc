import type { PaymentLinkHistory } from "@tautan/core";
import { LostRace } from "../database/engine.ts";
import { run, type Unit } from "../database/unit.ts";
import type { Dialect } from "../database/values.ts";
import { isChange } from "../plan/plan.ts";
import type { Known, Plan } from "../plan/state.ts";
import { wakeLane } from "../statements/lanes.ts";
import { writeAll } from "../statements/write/at-once.ts";
import { ROW_STATEMENTS } from "../statements/write/row-by-row.ts";
import type { EventItem, HistoryItem, OfWrite, OtherIdItem, Write } from "../statements/write/values.ts";
import type { Application } from "./application.ts";
import { noteIdOf } from "./note-in-trail.ts";
import { storableJson, storedId } from "./storable.ts";
import { pendingJson } from "./stored-terms.ts";

/** The consumer of the application's own handler. */
export const CONSUMER = "default";

interface Planned {
  readonly application: Application;
  readonly plan: Plan;
  readonly known: Known;
  readonly gatewayRef: number;
  readonly linkRef: number;
  readonly version: number;
  /** When the gateway is to be asked again; `undefined` if that stays as it is. */
  readonly lookAt: string | undefined;
  /** When the ledger is to close the link; null if never, `undefined` if that stays as it is. */
  readonly closeAt: string | null | undefined;
  /** Fields of the link that a later version has stored; only needed if the plan changes the link. */
  readonly laterFields: Readonly<Record<string, unknown>> | undefined;
  /** Whether the link's customer was erased: then no body is stored. */
  readonly isErased: boolean;
  readonly now: string;
}

/** The values of the statements that store a plan. */
export const toWrite = ({
  application,
  plan,
  known,
  gatewayRef,
  linkRef,
  version,
  lookAt,
  closeAt,
  laterFields,
  isErased,
  now,
}: Planned): Write => {
  const { learntBy, causeRef, delivery } = application;
  const link = plan.link ?? known.link.link;
  const histories = plan.histories.map(
    ({ history, mark, eventNames, takesUse, keepsPaidAt }): HistoryItem => ({
      provider_id: storedId(history.providerId),
      record: history.record,
      status: history.status,
      is_paid: Number(history.isPaid),
      takes_use: Number(takesUse),
      mark: mark ?? null,
      event_names: eventNames,
      amount: history.amount?.amount ?? null,
      currency: history.amount?.currency ?? null,
      paid_at: history.paidAt ?? null,
      keepsPaidAt,
    }),
  );
  const otherIds = plan.histories.flatMap(({ history, newOtherIds }) =>
    newOtherIds.map((each): OtherIdItem => ({ history: storedId(history.providerId), other_id: storedId(each) })),
  );
  const events = plan.events.map(
    ({ id, type, at, history }, position): EventItem => ({
      position,
      id,
      history: idOf(history),
      type,
      at,
      cause: learntBy,
      cause_ref: causeRef ?? null,
      for_application: 1,
      handled_at: null,
    }),
  );
  const notes = isNoted(application, isChange(plan, known)) ? noteOf(application, linkRef, now) : [];
  return {
    linkRef,
    gatewayRef,
    version,
    link: plan.link ? storableJson({ ...laterFields, ...plan.link }) : null,
    providerUpdatedAt: plan.link?.updatedAt ?? null,
    expiresAt: link.expiresAt ?? null,
    usedLimit: link.usage.limit ?? null,
    status: plan.status,
    used: plan.used,
    granted: plan.granted,
    linkAsOf: plan.asOf ?? null,
    pendingTerms: pendingJson(plan.pending),
    lookAt: lookAt ?? null,
    closeAt: closeAt ?? null,
    keepsCloseAt: Number(closeAt === undefined),
    histories,
    otherIds,
    events: [...notes, ...events],
    learntBy,
    now,
    consumer: events.length > 0 ? CONSUMER : null,
    digest: delivery?.digest ?? null,
    raw: isErased ? null : (delivery?.raw ?? null),
  };
};

/** How much a write changes. */
export interface Extent {
  readonly hasChanged: boolean;
  /** The columns of the link itself that it changes. */
  readonly ofLink: "all" | "counts" | "nothing";
}

/** How much of what is stored a plan changes. */
export const extentOf = (plan: Plan, known: Known, { lookAt }: Write): Extent => {
  const { link } = known;
  const hasNewLink = plan.link !== undefined || lookAt !== null;
  const hasNewState = plan.status !== link.status || plan.asOf !== link.asOf || plan.pending !== link.pending;
  const hasNewCounts = plan.used !== link.used || plan.granted !== link.granted;
  return {
    hasChanged: isChange(plan, known),
    ofLink: hasNewLink || hasNewState ? "all" : hasNewCounts ? "counts" : "nothing",
  };
};

/** A change by the clock alone was not read. */
const isNoted = ({ report, isOneOfMany = false }: Application, hasChanged: boolean): boolean =>
  (report.link !== undefined || report.histories.length > 0) && (hasChanged || !isOneOfMany);

/** Why the ledger knows what it knows is as important as what: each read is noted, although it may have changed nothing. */
const noteOf = ({ learntBy, noted }: Application, linkRef: number, now: string): readonly EventItem[] => {
  const isRead = learntBy === "reconcile" || learntBy === "confirm";
  const type = noted ?? (isRead ? "read" : undefined);
  if (type === undefined) return [];
  const id = noteIdOf(linkRef, type, learntBy, now);
  return [
    {
      position: -1,
      id,
      history: null,
      type,
      at: now,
      cause: learntBy,
      cause_ref: null,
      for_application: 0,
      handled_at: now,
    },
  ];
};

const idOf = (history: PaymentLinkHistory | undefined): string | null =>
  history ? storedId(history.providerId) : null;

/**
 * Stores a plan. On PostgreSQL this is one statement, which throws {@link LostRace} if the link has changed since it was read; on
 * SQLite nothing can have changed inside the transaction.
 */
export function* writeUnit(dialect: Dialect, write: Write, extent: Extent): Unit<void> {
  if (dialect === "postgres" && extent.hasChanged) yield* writeAtOnce(write);
  else yield* writeRowByRow(write, extent);
}

function* writeAtOnce(write: Write): Unit<void> {
  const { histories, otherIds, events } = write;
  const lists = {
    histories: JSON.stringify(histories),
    otherIds: JSON.stringify(otherIds),
    events: JSON.stringify(events),
  };
  const moved = yield* run(writeAll, { ...write, ...lists });
  if (moved.length === 0) throw new LostRace("the link has changed since it was read");
}

function* writeRowByRow(write: Write, { hasChanged, ofLink }: Extent): Unit<void> {
  const { linkRef, gatewayRef, learntBy, now, consumer } = write;
  const ofWrite: OfWrite = { linkRef, gatewayRef, learntBy, now };
  if (hasChanged) {
    // Nobody waits for another version of a link whose own columns stay as they are: on SQLite, each write reads first in its transaction.
    if (ofLink !== "nothing") yield* run(ofLink === "all" ? ROW_STATEMENTS.link : ROW_STATEMENTS.counts, write);
    for (const each of write.histories) {
      const [record, event_names] = [JSON.stringify(each.record), JSON.stringify(each.event_names)];
      const statement = each.keepsPaidAt ? ROW_STATEMENTS.historyAgain : ROW_STATEMENTS.history;
      yield* run(statement, { ...ofWrite, ...each, record, event_names });
    }
    for (const each of write.otherIds) yield* run(ROW_STATEMENTS.otherId, { ...ofWrite, ...each });
  }
  for (const each of write.events) yield* run(ROW_STATEMENTS.event, { ...ofWrite, ...each });
  if (hasChanged && consumer !== null) yield* run(wakeLane, { consumer, linkRef, now });
  if (write.digest !== null) yield* run(ROW_STATEMENTS.delivery, write);
}

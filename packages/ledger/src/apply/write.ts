import type { PaymentLinkHistory } from "@tautan/core";
import { LostRace } from "../database/engine.ts";
import { run, type Unit } from "../database/unit.ts";
import type { Dialect } from "../database/values.ts";
import { isChange } from "../plan/plan.ts";
import type { Known, Plan } from "../plan/state.ts";
import {
  type EventItem,
  type HistoryItem,
  type OtherIdItem,
  WRITE_PARTS,
  type Write,
  writeAll,
} from "../statements/write.ts";
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
    ({ history, mark, eventNames, takesUse }): HistoryItem => ({
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
  /** Whether it changes more of the link than its counts. */
  readonly isOfLink: boolean;
}

/** How much of what is stored a plan changes. */
export const extentOf = (plan: Plan, known: Known, { lookAt }: Write): Extent => ({
  hasChanged: isChange(plan, known),
  isOfLink:
    plan.link !== undefined ||
    plan.status !== known.link.status ||
    plan.asOf !== known.link.asOf ||
    plan.pending !== known.link.pending ||
    lookAt !== null,
});

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
export function* writeUnit(dialect: Dialect, write: Write, { hasChanged, isOfLink }: Extent): Unit<void> {
  if (hasChanged && dialect === "postgres") {
    const { histories, otherIds, events } = write;
    const lists = {
      histories: JSON.stringify(histories),
      otherIds: JSON.stringify(otherIds),
      events: JSON.stringify(events),
    };
    if ((yield* run(writeAll, { ...write, ...lists })).length === 0)
      throw new LostRace("the link has changed since it was read");
    return;
  }
  if (hasChanged) {
    yield* run(isOfLink ? WRITE_PARTS.link : WRITE_PARTS.counts, write);
    for (const each of write.histories) {
      const [record, event_names] = [JSON.stringify(each.record), JSON.stringify(each.event_names)];
      yield* run(WRITE_PARTS.history, { ...write, ...each, record, event_names });
    }
    for (const each of write.otherIds) yield* run(WRITE_PARTS.otherId, { ...write, ...each });
  }
  for (const each of write.events) yield* run(WRITE_PARTS.event, { ...write, ...each });
  if (hasChanged && write.consumer !== null) yield* run(WRITE_PARTS.lane, write);
  if (write.digest !== null) yield* run(WRITE_PARTS.delivery, write);
}

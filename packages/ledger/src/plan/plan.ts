import { mergeHistories, type PaymentLink, type PaymentLinkHistory } from "@tautan/core";
import { instantAt, statusTakesUse } from "@tautan/core/driver";
import type { Mark } from "../events/event.ts";
import { asOfAfter, linkAsOf, reportedLink } from "./link-state.ts";
import { loosestTerms, pendingAfter, type Terms } from "./pending-terms.ts";
import type { Circumstances, Known, KnownHistory, Plan, PlannedEvent, PlannedHistory, Report } from "./state.ts";
import {
  compareTexts,
  hasGrant,
  historyTransitions,
  LAST,
  linkTransitions,
  needsVerdict,
  type Transition,
} from "./transitions.ts";
import { isRightAmount, markOf } from "./verdict.ts";

/**
 * What follows from a report, and from what is stored of that which it is about. Pure: the same input gives the same plan.
 * Nothing follows from a report that is stored already.
 */
export const planReport = (known: Known, report: Report, circumstances: Circumstances): Plan => {
  const { nowMs } = circumstances;
  const reported = reportedLink(known.link, report);
  const pending = pendingAfter(known.link, report);
  const terms = loosestTerms(reported, pending);
  let { used, granted } = known.link;
  const histories: PlannedHistory[] = [];
  const events: PlannedEvent[] = [];
  for (const { before, history, takenIds } of inOrder(known, report)) {
    const planned = planHistory(before, history, { terms, granted, takenIds, circumstances });
    used += Number(planned.history.takesUse) - Number(before !== undefined && statusTakesUse(before.history.status));
    granted += Number(hasGrant(planned.history.eventNames)) - Number(hasGrant(before?.eventNames ?? []));
    histories.push(planned.history);
    events.push(...planned.events);
  }
  const after = linkAsOf(reported, used, nowMs);
  const linkEvents = linkTransitions(known.link.status, after, nowMs).map((each) => eventOfLink(after, each, nowMs));
  return {
    link: reported === known.link.link ? undefined : reported,
    status: after.status,
    used,
    granted,
    asOf: asOfAfter(known.link, report, reported !== known.link.link),
    pending,
    histories,
    events: [...events, ...linkEvents],
  };
};

/** Whether a plan changes anything that is stored. */
export const isChange = (plan: Plan, { link }: Known): boolean =>
  plan.link !== undefined ||
  plan.histories.length > 0 ||
  plan.events.length > 0 ||
  plan.status !== link.status ||
  plan.used !== link.used ||
  plan.granted !== link.granted ||
  plan.asOf !== link.asOf ||
  plan.pending !== link.pending;

/** A history of a report as it is from now on, and as it was. */
interface Changed {
  readonly before: KnownHistory | undefined;
  readonly history: PaymentLinkHistory;
  readonly takenIds: readonly string[];
}

/**
 * The histories that a report changes, in the order in which they are judged. A gateway lists them in any order: a use that is free again is
 * not refused to another of the same report, and of two payments for one use, the earlier one has it.
 */
const inOrder = (known: Known, { histories }: Report): readonly Changed[] => {
  const changed = histories.flatMap((incoming, index): readonly Changed[] => {
    const before = known.histories[index];
    const history = before ? mergeHistories(before.history, incoming) : incoming;
    return history === before?.history ? [] : [{ before, history, takenIds: known.takenIds[index] ?? [] }];
  });
  if (changed.length < 2) return changed;
  const isTimed = changed.every(({ history }) => !history.isPaid || history.paidAt !== undefined);
  const turnOf = ({ history }: Changed): string =>
    history.status === "reversed" ? "" : isTimed ? (history.paidAt ?? LAST) : LAST;
  return changed.toSorted((one, other) => compareTexts(turnOf(one), turnOf(other)));
};

interface Surroundings {
  readonly terms: Terms;
  readonly granted: number;
  readonly takenIds: readonly string[];
  readonly circumstances: Circumstances;
}

const planHistory = (
  before: KnownHistory | undefined,
  history: PaymentLinkHistory,
  { terms, granted, takenIds, circumstances }: Surroundings,
): { readonly history: PlannedHistory; readonly events: readonly PlannedEvent[] } => {
  const eventNames = before?.eventNames ?? [];
  const grantedToOthers = granted - Number(hasGrant(eventNames));
  const mark: Mark | undefined = needsVerdict(history, eventNames)
    ? markOf(terms, history, grantedToOthers, circumstances)
    : before?.mark;
  // Two payments that turn out to be one: both may have had effects, so that somebody has to look.
  const joined = takenIds.map(
    (otherId) => ({ name: `mismatched:${encodeURIComponent(otherId)}`, type: "mismatched", at: undefined }) as const,
  );
  const transitions = [
    ...historyTransitions(history, mark, eventNames),
    ...[...joined, ...contradiction(terms, before, history)].filter(({ name }) => !eventNames.includes(name)),
  ];
  const knownIds = new Set([...(before?.history.record.otherIds ?? []), ...takenIds]);
  return {
    history: {
      history,
      mark,
      paidAt: history.paidAt,
      keepsPaidAt: before !== undefined && before.paidAt === history.paidAt,
      eventNames: [...eventNames, ...transitions.map(({ name }) => name)],
      takesUse: statusTakesUse(history.status),
      newOtherIds: history.record.otherIds.filter((each) => !knownIds.has(each)),
    },
    events: transitions.map((each) => eventOf(history, each, circumstances.nowMs)),
  };
};

/** Another amount of a payment that was right, and is delivered on: somebody has to look. */
const contradiction = (
  { amount }: Terms,
  before: KnownHistory | undefined,
  history: PaymentLinkHistory,
): readonly Transition[] =>
  before && hasGrant(before.eventNames) && isRightAmount(amount, before.history) && !isRightAmount(amount, history)
    ? [{ name: "mismatched:amount", type: "mismatched", at: undefined }]
    : [];

const eventOf = (history: PaymentLinkHistory, { name, type, at }: Transition, nowMs: number): PlannedEvent => ({
  id: `${history.id}#${name}`,
  type,
  at: at ?? instantAt(nowMs),
  history,
});

const eventOfLink = ({ id }: PaymentLink, { name, type, at }: Transition, nowMs: number): PlannedEvent => ({
  id: `${id}#${name}`,
  type,
  at: at ?? instantAt(nowMs),
});

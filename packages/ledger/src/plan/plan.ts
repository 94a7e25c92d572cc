import { mergeHistories, type PaymentLink, type PaymentLinkHistory } from "@tautan/core";
import { instantAt, statusTakesUse } from "@tautan/core/driver";
import type { Mark } from "../events/event.ts";
import { laterLink, linkAsOf } from "./link-state.ts";
import type { Circumstances, Known, KnownHistory, Plan, PlannedEvent, PlannedHistory, Report } from "./state.ts";
import { historyTransitions, linkTransitions, needsVerdict, type Transition } from "./transitions.ts";
import { markOf } from "./verdict.ts";

/**
 * What follows from a report, and from what is stored of that which it is about. Pure: the same input gives the same plan.
 * Nothing follows from a report that is stored already.
 */
export const planReport = (known: Known, report: Report, circumstances: Circumstances): Plan => {
  const { nowMs } = circumstances;
  const reported = report.link === undefined ? known.link.link : laterLink(known.link.link, report.link);
  let { used } = known.link;
  const histories: PlannedHistory[] = [];
  const events: PlannedEvent[] = [];
  for (const [index, incoming] of report.histories.entries()) {
    const before = known.histories[index];
    const takenIds = known.takenIds[index] ?? [];
    const planned = planHistory(before, incoming, { link: reported, used, takenIds, circumstances });
    if (!planned) continue;
    used += Number(planned.history.takesUse) - Number(before !== undefined && statusTakesUse(before.history.status));
    histories.push(planned.history);
    events.push(...planned.events);
  }
  const after = linkAsOf(reported, used, nowMs);
  const linkEvents = linkTransitions(known.link.status, after, nowMs).map((each) => eventOfLink(after, each, nowMs));
  return {
    link: reported === known.link.link ? undefined : reported,
    status: after.status,
    used,
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
  plan.used !== link.used;

interface Surroundings {
  readonly link: PaymentLink;
  readonly used: number;
  readonly takenIds: readonly string[];
  readonly circumstances: Circumstances;
}

const planHistory = (
  before: KnownHistory | undefined,
  incoming: PaymentLinkHistory,
  { link, used, takenIds, circumstances }: Surroundings,
): { readonly history: PlannedHistory; readonly events: readonly PlannedEvent[] } | undefined => {
  const history = before ? mergeHistories(before.history, incoming) : incoming;
  if (history === before?.history) return undefined;
  const eventNames = before?.eventNames ?? [];
  const usedByOthers = used - Number(before !== undefined && statusTakesUse(before.history.status));
  const mark: Mark | undefined = needsVerdict(history, eventNames)
    ? markOf(link, history, usedByOthers, circumstances)
    : before?.mark;
  // Two payments that turn out to be one: both may have had effects, so that somebody has to look.
  const joined = takenIds.map(
    (otherId) => ({ name: `mismatched:${encodeURIComponent(otherId)}`, type: "mismatched", at: undefined }) as const,
  );
  const transitions = [
    ...historyTransitions(history, mark, eventNames),
    ...joined.filter(({ name }) => !eventNames.includes(name)),
  ];
  const knownIds = new Set([...(before?.history.record.otherIds ?? []), ...takenIds]);
  return {
    history: {
      history,
      mark,
      eventNames: [...eventNames, ...transitions.map(({ name }) => name)],
      takesUse: statusTakesUse(history.status),
      newOtherIds: history.record.otherIds.filter((each) => !knownIds.has(each)),
    },
    events: transitions.map((each) => eventOf(history, each, circumstances.nowMs)),
  };
};

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

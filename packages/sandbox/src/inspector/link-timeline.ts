import type { RecordedAction } from "../state/recorded-actions.ts";
import type { LinkSummary, RecordedDelivery, RecordedRequest } from "../types.ts";
import { isInBody, isInCall } from "./mentions.ts";
import type { Numbered } from "./parts.ts";

/** The past and future events of one link. */
export type TimelineEntry =
  | { readonly kind: "call"; readonly order: number; readonly atMs: number; readonly call: Numbered<RecordedRequest> }
  | {
      readonly kind: "webhook";
      readonly order: number;
      readonly atMs: number;
      readonly webhook: Numbered<RecordedDelivery>;
      /** Since the sending before, by the sandbox's clock. */
      readonly gapMs: number | undefined;
    }
  | { readonly kind: "action"; readonly order: number; readonly atMs: number; readonly action: RecordedAction }
  | {
      readonly kind: "due";
      readonly order: number;
      readonly atMs: number;
      readonly webhook: number;
      readonly sending: number;
    };

export interface LinkTimeline {
  /** In the order in which they began, newest first; what is due before all. */
  readonly entries: readonly TimelineEntry[];
  /** How many older ones are left out. */
  readonly left: number;
}

/** Everything that is known of one link, in one list. The records are those of all links of all gateways. */
export const linkTimeline = (
  link: LinkSummary,
  records: {
    readonly calls: readonly Numbered<RecordedRequest>[];
    readonly webhooks: readonly Numbered<RecordedDelivery>[];
    readonly actions: readonly RecordedAction[];
  },
  limit: number,
): LinkTimeline => {
  const names = new Set([link.reference, link.link, ...(link.names ?? []), ...link.payments.map(({ id }) => id)]);
  const calls = records.calls
    .filter(({ entry }) => entry.provider === link.provider && isInCall(entry, names))
    .map((call) => ({ kind: "call", order: call.entry.order, atMs: call.entry.atMs, call }) as const);
  const webhooks = records.webhooks.filter(
    ({ entry }) => entry.provider === link.provider && isInBody(entry.body, names),
  );
  const { pathname } = new URL(link.link);
  const own = records.actions.filter(({ link: on }) => on?.provider === link.provider && on.path === pathname);
  const begunAt = Math.min(
    ...[...calls, ...own].map(({ order }) => order),
    ...webhooks.map(({ entry }) => entry.order),
  );
  // Of the clock only what may have had to do with the link.
  const clock = records.actions.filter((action) => action.link === undefined && action.order > begunAt);
  const actions = [...own, ...clock].map(
    (action) => ({ kind: "action", order: action.order, atMs: action.atMs, action }) as const,
  );
  const all: TimelineEntry[] = [...calls, ...actions, ...sendingsOf(webhooks)];
  const entries = all.toSorted((left, right) => right.order - left.order);
  return {
    entries: [...dueOf(webhooks), ...entries.slice(0, limit)],
    left: Math.max(0, entries.length - limit),
  };
};

const sendingsOf = (webhooks: readonly Numbered<RecordedDelivery>[]): readonly TimelineEntry[] => {
  const lastMs = new Map<number, number>();
  return webhooks.map((webhook) => {
    const { webhook: number, order, atMs } = webhook.entry;
    const before = lastMs.get(number);
    lastMs.set(number, atMs);
    return { kind: "webhook", order, atMs, webhook, gapMs: before === undefined ? undefined : atMs - before };
  });
};

/** Future deliveries. */
const dueOf = (webhooks: readonly Numbered<RecordedDelivery>[]): readonly TimelineEntry[] => {
  const newest = new Map(webhooks.map(({ entry }) => [entry.webhook, entry]));
  for (const { entry } of webhooks) {
    // A duplicate of the first has no time of its own, but the number of the same sending.
    const known = newest.get(entry.webhook);
    if (known !== undefined && entry.sending === known.sending && entry.retryAtMs !== undefined) {
      newest.set(entry.webhook, entry);
    }
  }
  return [...newest.values()]
    .flatMap(({ webhook, sending, retryAtMs }): TimelineEntry[] =>
      retryAtMs === undefined
        ? []
        : [{ kind: "due", order: Number.POSITIVE_INFINITY, atMs: retryAtMs, webhook, sending: sending + 1 }],
    )
    .toSorted((left, right) => right.atMs - left.atMs);
};

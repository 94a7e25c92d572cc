import { isJsonObject, type JsonObject, type SimulatorContext } from "../simulator-kit/index.ts";
import { API_VERSION } from "./credentials.ts";
import { newId } from "./ids.ts";
import { secondsOf } from "./resources.ts";
import type { StripeStore } from "./store.ts";

/** An event, with the object as it is now. */
export interface Notice {
  readonly type: string;
  readonly object: JsonObject;
  /** The object before, of an `updated` event. */
  readonly before?: JsonObject;
}

/** The call that causes events, as they name it. */
interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

const NOBODY: Cause = { id: null, idempotency_key: null };

export interface StripeEvents {
  /** Sends events in any order. Resolves when they were answered or have failed. */
  readonly tell: (...notices: readonly Notice[]) => Promise<void>;
  /** The body of an event, without sending or keeping it. */
  readonly bodyOf: (notice: Notice, id?: string) => string;
  /** The events of `work` name this call as their cause. `work` must not wait. */
  readonly causedBy: <Result>(cause: Cause, work: () => Result) => Result;
}

export const createStripeEvents = (
  { clock, random, send }: Pick<SimulatorContext, "clock" | "random" | "send">,
  store: StripeStore,
): StripeEvents => {
  const order = random.fork("event order");
  let cause = NOBODY;

  const bodyOf: StripeEvents["bodyOf"] = ({ type, object, before }, id = "evt_sandbox") => {
    const previous = before === undefined ? undefined : changesIn(before, object);
    return JSON.stringify({
      id,
      object: "event",
      api_version: API_VERSION,
      created: secondsOf(clock.now()),
      data: { object, ...(previous !== undefined && { previous_attributes: previous }) },
      livemode: false,
      pending_webhooks: 1,
      request: cause,
      type,
    });
  };

  return {
    bodyOf,
    // docs.stripe.com/webhooks, "Event ordering": Stripe does not guarantee any.
    tell: async (...notices) => {
      const bodies = notices.map((notice) => {
        const id = newId(random, "evt");
        const body = bodyOf(notice, id);
        store.events.put({ id, type: notice.type, createdAtMs: clock.now(), body });
        return body;
      });
      const shuffled = bodies
        .map((body) => ({ body, place: order.fraction() }))
        .toSorted((left, right) => left.place - right.place);
      await Promise.all(shuffled.map(({ body }) => send(body)));
    },
    causedBy(call, work) {
      cause = call;
      try {
        return work();
      } finally {
        cause = NOBODY;
      }
    },
  };
};

/** The old values of what changed; of objects, only the members that changed. */
const changesIn = (before: JsonObject, after: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(before).flatMap(([name, old]) => {
      const current = after[name];
      if (JSON.stringify(old) === JSON.stringify(current)) return [];
      return [[name, isJsonObject(old) && isJsonObject(current) ? changesIn(old, current) : old] as const];
    }),
  );

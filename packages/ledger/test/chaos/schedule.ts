// A schedule: what payers, the gateway, two processes and their faults do, one step after the other. Pure data.
import type { Fault, FaultKind } from "./fuse.ts";
import type { Random } from "./random.ts";

export type GatewayAction = "pay" | "pay_wrong" | "settle" | "refund" | "refund_rest" | "reverse" | "fail";

/** What disturbs a process that handles events. */
export interface Disturbance {
  /** The handler throws at this event, before or after its write. */
  readonly throws?: { readonly at: number; readonly when: "before" | "after" };
  /** The handler takes longer than the lease at this event. */
  readonly pausesAt?: number;
  /** The tries before an event is dead. */
  readonly maxAttempts: number;
}

/** A process reads one link at the gateway, or all that is due, or changes a link there. */
export interface Call {
  readonly name: "confirm" | "reconcile" | "update" | "close" | "reopen";
  readonly process: number;
  readonly link: number;
}

/** `at` and `on` are shares of what there is at that moment, from 0 to below 1. */
export type Step =
  | { readonly step: "gateway"; readonly action: GatewayAction; readonly link: number; readonly on: number }
  /** Deliveries and workers at once. */
  | {
      readonly step: "work";
      readonly deliveries: readonly { readonly at: number; readonly process: number }[];
      readonly calls: readonly Call[];
      /** For each process, whether and how it handles events. */
      readonly drains: readonly (Disturbance | undefined)[];
      /** For each process. */
      readonly faults: readonly (Fault | undefined)[];
    }
  | { readonly step: "wait"; readonly ms: number }
  /** The ledger learns of a link, as at the end of its create. */
  | { readonly step: "meet"; readonly link: number }
  | { readonly step: "outage"; readonly isDown: boolean }
  /** From now on, or until now, the gateway answers hints with what it has answered before. */
  | { readonly step: "stale"; readonly isStale: boolean }
  /** The clock of a process differs by so much from now on. */
  | { readonly step: "skew"; readonly process: number; readonly ms: number };

export interface Schedule {
  /** Whether webhooks only hint at a payment, which then has to be read. */
  readonly hasHints: boolean;
  readonly links: readonly {
    readonly limit: number | undefined;
    /** When it expires in the eyes of the ledger, after the start; the gateway takes payments all the same. */
    readonly expiresAfterMs: number | undefined;
    readonly isKnown: boolean;
  }[];
  readonly steps: readonly Step[];
}

export const scheduleOf = (random: Random, faults: readonly [FaultKind, ...FaultKind[]]): Schedule => {
  const hasHints = random.oneIn(4);
  const links = Array.from({ length: 1 + random.below(2) }, () => {
    const isKnown = !random.oneIn(5);
    const limit = random.pick([undefined, 1, 1, 2]);
    return { limit, expiresAfterMs: random.pick([undefined, undefined, undefined, -10_000, 500, 60_000]), isKnown };
  });
  const fault = (): Fault | undefined =>
    random.oneIn(3) ? { kind: random.pick(faults), after: random.below(20) } : undefined;
  const disturbance = (): Disturbance => {
    return {
      maxAttempts: random.pick([1, 2, 12]),
      ...(random.oneIn(3) && { throws: { at: random.below(2), when: random.pick(["before", "after"]) } }),
      ...(random.oneIn(4) && { pausesAt: random.below(2) }),
    };
  };
  const gateway = (): Step => ({
    step: "gateway",
    action: random.pick(["pay", "pay", "pay", "pay_wrong", "settle", "refund", "refund_rest", "reverse", "fail"]),
    link: random.below(links.length),
    on: random.next(),
  });
  const call = (): Call => ({
    name: random.pick(["confirm", "confirm", "reconcile", "reconcile", "update", "close", "reopen"]),
    process: random.below(2),
    link: random.below(links.length),
  });
  const work = (deliveries: number, drains: number): Step => ({
    step: "work",
    deliveries: Array.from({ length: deliveries }, () => ({ at: random.next(), process: random.below(2) })),
    calls: random.oneIn(4) ? Array.from({ length: 1 + random.below(2) }, call) : [],
    drains: [(drains & 1) !== 0 ? disturbance() : undefined, (drains & 2) !== 0 ? disturbance() : undefined],
    faults: [fault(), fault()],
  });
  const deliver = (): Step => work(1 + random.below(3), 0);
  const drain = (): Step => work(0, 1 + random.below(3));
  const both = (): Step => work(1 + random.below(2), 1 + random.below(3));
  const other = (): Step =>
    random.pick<Step>([
      { step: "wait", ms: random.pick([500, 3_000, 40_000, 130_000]) },
      { step: "meet", link: random.below(links.length) },
      { step: "outage", isDown: random.oneIn(2) },
      { step: "stale", isStale: random.oneIn(2) },
      { step: "skew", process: random.below(2), ms: random.pick([-130_000, -40_000, -500, 500, 40_000, 130_000]) },
    ]);
  const kinds = [gateway, gateway, deliver, deliver, deliver, drain, both, both, other] as const;
  const steps = Array.from({ length: 4 + random.below(5) }, () => random.pick(kinds)());
  const first: Step = { step: "gateway", action: "pay", link: 0, on: 0 };
  return { hasHints, links, steps: [first, ...steps] };
};

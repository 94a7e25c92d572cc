// Plays a schedule: a gateway, two processes with a ledger each on one database, and the model that watches what is acknowledged.

import { type Clock, createPaymentLinks, idr, type PaymentLink, type PaymentLinks } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type SimulatedWebhook } from "@tautan/driver-memory";
import { createLedger, type Ledger } from "../../src/index.ts";
import { describeStep } from "./describe-step.ts";
import type { Fault, FaultKind } from "./fuse.ts";
import { AMOUNT, type Answering, act, factsOf, hinting, hintOf, limiting, type Terms, withTerms } from "./gateway.ts";
import { Model, type Violation } from "./model.ts";
import type { Random } from "./random.ts";
import { recordMade } from "./record.ts";
import { type Draft, nameOfProcess, noting, type Recorder } from "./recorder.ts";
import type { Call, Disturbance, GatewayAction, Schedule, Step } from "./schedule.ts";
import { effectsOf, leftovers, wrongUses } from "./stored.ts";
import type { Store } from "./stores.ts";

type AnyLedger = Ledger<unknown, undefined>;

interface Payment {
  readonly id: string;
  readonly link: number;
  readonly facts: Set<string>;
  /** Why it is not one to deliver on, apart from the limit. */
  fault: "mismatched" | "late" | undefined;
}

/** A webhook that the gateway sends until it is acknowledged. */
interface Sent {
  readonly payment: Payment;
  /** What it reports; `undefined` if it only hints. */
  readonly report: readonly string[] | undefined;
  readonly webhook: SimulatedWebhook;
  isAcknowledged: boolean;
}

/** How often each fault happened, by its name. */
export type Faults = Map<string, number>;

const LEASE_MS = 30_000;
/** How long after its expiry a link is still paid in time. */
const LATE_AFTER_MS = 1_000;
const PREFIX = "INV-";

export const play = async (
  store: Store,
  { hasHints, links: planned, steps }: Schedule,
  random: Random,
  faults: Faults,
  recorder?: Recorder,
): Promise<readonly Violation[]> => {
  const count = (name: string): void => void faults.set(name, (faults.get(name) ?? 0) + 1);
  const clock = createManualClock("2026-01-01T00:00:00Z");
  recorder?.follow(clock);
  const memory = createMemoryDriver({ clock });
  const startMs = clock.now();
  const termsOf = (index: number): Terms => {
    const { limit, expiresAfterMs } = planned[index] ?? {};
    return { limit, expiresAt: expiresAfterMs === undefined ? undefined : instantAt(startMs + expiresAfterMs) };
  };
  const limited = limiting(memory, (reference) => termsOf(Number(reference.slice(PREFIX.length))));
  const answering: Answering = { isDown: false, isStale: false };
  const gateway = hasHints ? hinting(limited, answering) : limited;
  const linksOf = (memory: typeof gateway): PaymentLinks =>
    createPaymentLinks({ default: "memory", gateways: { memory }, clock });
  const links = linksOf(gateway);
  // Each process has its own, if it is to be seen who called.
  const linksOfProcesses = [0, 1].map((index) => (recorder ? linksOf(noting(gateway, index, recorder)) : links));
  const model = new Model();
  /** Links that somebody has tried to close. */
  const stopped = new Set<number>();
  const payments: Payment[] = [];
  const sent: Sent[] = [];

  const skewsMs = [0, 0];
  const clockOf = (index: number): Clock => ({ now: () => clock.now() + (skewsMs[index] ?? 0) });
  const settings = { random: random.next, lateAfterMs: LATE_AFTER_MS };
  const ledgers: (AnyLedger | undefined)[] = [];
  const ledgerOf = (index: number): AnyLedger => {
    const process = processOf(index);
    if (process.fuse.isDead()) {
      process.fuse.revive();
      ledgers[index] = undefined;
      recorder?.note({ kind: "action", process: nameOfProcess(index), title: "starts again" });
    }
    ledgers[index] ??= createLedger({
      ...settings,
      links: linksOfProcesses[index] ?? links,
      clock: clockOf(index),
      database: process.database,
    });
    return ledgers[index];
  };
  const processOf = (index: number) => store.processes[index] ?? store.processes[0];
  for (const [index, { fuse }] of store.processes.entries()) {
    fuse.revive();
    fuse.watch((kind, statement) => {
      recorder?.note({ kind: "fault", process: nameOfProcess(index), title: NAMES[kind], detail: statement });
    });
  }

  const known = planned.map(() => false);
  const made: PaymentLink[] = [];
  for (const [index] of planned.entries()) {
    made.push(
      (
        await links.create({
          reference: `${PREFIX}${index}`,
          // Otherwise it is by chance, also with the same seed.
          slug: `${PREFIX}${index}`.toLowerCase(),
          amount: idr(AMOUNT),
          usage: { limit: "unlimited" },
          expiresAt: "never",
        })
      )._unsafeUnwrap(),
    );
  }
  const sound = createLedger({ ...settings, links, clock, database: store.sound });
  (await sound.migrate())._unsafeUnwrap();
  await store.clear();
  await recorder?.begin(made.length === 1 ? "The start, with one link" : `The start, with ${made.length} links`);
  const meet = async (index: number): Promise<void> => {
    const link = made[index];
    if (!link || known[index]) return;
    known[index] = true;
    recorder?.note({ kind: "action", title: `the ledger learns of ${link.reference}` });
    await recordMade(store.sound, links, withTerms(link, termsOf(index)), clock.now());
  };
  for (const [index, { isKnown }] of planned.entries()) if (isKnown) await meet(index);

  const faultOf = (action: GatewayAction, index: number): Payment["fault"] => {
    if (action === "pay_wrong") return "mismatched";
    const afterMs = planned[index]?.expiresAfterMs ?? Number.POSITIVE_INFINITY;
    return clock.now() > startMs + afterMs + LATE_AFTER_MS ? "late" : undefined;
  };

  const atGateway = async (action: GatewayAction, index: number, on: number): Promise<void> => {
    const link = made[index];
    const ofLink = payments.filter((each) => each.link === index);
    const chosen = ofLink[Math.floor(on * ofLink.length)];
    if (!link) return;
    const before = chosen && new Set(chosen.facts);
    const payment =
      action === "pay" && !(chosen?.facts.has("failed") && !chosen.facts.has("paid") && on > 0.5) ? undefined : chosen;
    try {
      const simulated = await act(memory, action, link, payment?.id);
      let subject = payments.find(({ id }) => id === simulated.payment);
      if (!subject) {
        subject = { id: simulated.payment, link: index, facts: new Set(), fault: undefined };
        payments.push(subject);
      }
      for (const fact of factsOf(simulated.webhook)) subject.facts.add(fact);
      if (action === "pay" || action === "pay_wrong") {
        subject.fault = faultOf(action, index);
        if (subject.fault) count(`paid ${subject.fault}`);
      }
      const webhook = hasHints ? hintOf(subject.id) : simulated.webhook;
      recorder?.note({
        kind: "action",
        title: `${action} at the gateway: payment ${subject.id}, of which webhook ${sent.length + 1} will report`,
        request: { headers: webhook.headers, body: webhook.body },
      });
      sent.push({
        payment: subject,
        report: hasHints ? undefined : [...subject.facts],
        webhook,
        isAcknowledged: false,
      });
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      recorder?.note({
        kind: "action",
        title: action,
        outcome: { text: "refused by the gateway", tone: "bad" },
        detail,
      });
      // The gateway does not allow it, such as a second reversal, or a payment of a link that was closed.
      if (before === undefined && action === "pay" && !stopped.has(index)) throw thrown;
    }
  };

  /** What a delivery reports now: a hint is answered by a read. */
  const reportOf = ({ payment, report }: Sent): readonly string[] => report ?? [...payment.facts];

  const deliver = async (each: Sent, index: number): Promise<void> => {
    const { fuse } = processOf(index);
    const ledger = ledgerOf(index);
    const report = reportOf(each);
    model.send(each.payment.id, report);
    if (each.isAcknowledged) count("delivered again");
    const draft = recorder?.note({
      kind: "webhook",
      process: nameOfProcess(index),
      title: `webhook ${sent.indexOf(each) + 1}, of payment ${each.payment.id}`,
      outcome: { text: "no answer", tone: "bad" },
      ...(each.isAcknowledged && { faults: ["delivered again"] }),
      request: { headers: each.webhook.headers, body: each.webhook.body },
    });
    const ingested = await ledger.ingest("memory", each.webhook);
    if (fuse.isDead()) return;
    if (draft) draft.outcome = outcomeOf(ingested);
    if (ingested.isErr()) {
      if (ingested.error.acknowledgement.status < 500) throw new Error(`${ingested.error.kind} is acknowledged`);
      return;
    }
    each.isAcknowledged = true;
    if (ingested.value.state === "applied") {
      // An older answer to a hint may not have had all of it.
      if (each.report !== undefined || !answering.isStale) model.know(each.payment.id, report);
    } else if (ingested.value.state === "stored") count("waits for its link or the gateway");
    else if (ingested.value.state === "ignored") throw new Error("a webhook was ignored");
  };

  /** Whatever was stored may be read again now. */
  const noteReads = (): void => {
    for (const each of sent) if (each.report === undefined) model.send(each.payment.id, reportOf(each));
  };

  /** Of handlers, of all processes. */
  let calls = 0;
  const drain = async (index: number, disturbance: Disturbance): Promise<void> => {
    const ledger = ledgerOf(index);
    const { fuse } = processOf(index);
    const { throws, pausesAt, maxAttempts } = disturbance;
    let events = 0;
    let draft: Draft | undefined;
    const fail = (when: "before" | "after"): void => {
      if (throws?.when !== when || throws.at !== events) return;
      events += 1;
      count(`handler throws ${when} its write`);
      if (draft) draft.outcome = { text: `threw ${when} its write`, tone: "bad" };
      throw new Error("the handler failed");
    };
    const handler = store.handler(
      (event) => {
        calls += 1;
        draft = recorder?.handles(calls, index, event);
        if (pausesAt === events) {
          count("lease expires in the handler");
          if (draft) draft.faults = ["lease expires in the handler"];
          clock.advance(3 * LEASE_MS);
        }
        fail("before");
        return calls;
      },
      () => {
        fail("after");
        events += 1;
      },
    );
    const drained = await ledger.drain(handler, { maxAttempts, leaseMs: LEASE_MS });
    if (drained.isErr() && !fuse.isDead() && fuse.burnt() === undefined) throw new Error(drained.error.message);
  };

  const withFaults = async (lit: readonly (Fault | undefined)[], work: () => Promise<unknown>): Promise<void> => {
    for (const index of [0, 1]) {
      ledgerOf(index);
      processOf(index).fuse.light(lit[index]);
    }
    await work();
    for (const { fuse } of store.processes) {
      const burnt = fuse.burnt();
      if (burnt) count(NAMES[burnt.kind]);
      fuse.light(undefined);
    }
  };

  const noteCall = (name: Call["name"], index: number, link: number): void => {
    const title = `ledger.${name}${name === "reconcile" ? "" : ` of ${PREFIX}${link}`}`;
    recorder?.note({ kind: "action", process: nameOfProcess(index), title });
  };

  /** Reads at the gateway, as the page does to which a payer returns, or a worker that looks for what no webhook reported. */
  const read = async (name: "confirm" | "reconcile", index: number, link: number): Promise<void> => {
    const { fuse } = processOf(index);
    const ledger = ledgerOf(index);
    const subjects = payments.filter((each) => name === "reconcile" || each.link === link);
    const reports = subjects.map(({ id, facts }) => ({ id, report: [...facts] }));
    noteCall(name, index, link);
    for (const { id, report } of reports) model.send(id, report);
    count(name);
    if (name === "reconcile") {
      await ledger.reconcile();
      return;
    }
    const confirmed = await ledger.confirm({ reference: `${PREFIX}${link}` });
    if (fuse.isDead() || confirmed.isErr()) return;
    for (const { id, report } of reports) model.know(id, report);
  };

  const call = async ({ name, process: index, link }: Call): Promise<void> => {
    if (name === "confirm" || name === "reconcile") return read(name, index, link);
    const id = made[link]?.id;
    if (id === undefined) return;
    const ledger = ledgerOf(index);
    noteCall(name, index, link);
    if (name === "close") stopped.add(link);
    const changed =
      name === "update" ? await ledger.update(id, { title: `Concert, ${model.now}` }) : await ledger[name](id);
    if (changed.isOk()) count(`link: ${name}`);
  };

  const work = async ({ deliveries, drains, calls, faults: lit }: Step & { readonly step: "work" }): Promise<void> => {
    const chosen = deliveries.flatMap(({ at, process }) => {
      const each = sent[Math.floor(at * sent.length)];
      return each ? [{ each, process }] : [];
    });
    const workers = drains.filter((each) => each !== undefined).length;
    if (chosen.length > 1) count("delivered at once");
    if (workers > 1) count("handled by two processes at once");
    if (chosen.length > 0 && workers > 0) count("delivered while events are handled");
    if (workers > 0) noteReads();
    return withFaults(lit, () =>
      Promise.all([
        ...chosen.map(({ each, process }) => deliver(each, process)),
        ...calls.map(call),
        ...drains.map((each, index) => each && drain(index, each)),
      ]),
    );
  };

  let wasStale = false;
  const take = async (step: Step): Promise<void> => {
    model.now += 1;
    await recorder?.begin(describeStep(step, (link) => `${PREFIX}${link}`));
    switch (step.step) {
      case "gateway":
        return atGateway(step.action, step.link, step.on);
      case "work":
        return work(step);
      case "wait":
        return clock.advance(step.ms);
      case "meet":
        return meet(step.link);
      case "outage":
        if (step.isDown && hasHints) count("gateway does not answer");
        answering.isDown = step.isDown;
        return;
      case "stale":
        if (step.isStale && hasHints) count("gateway answers with an older state");
        answering.isStale = step.isStale;
        wasStale ||= step.isStale && hasHints;
        return;
      case "skew":
        count(
          step.ms < (skewsMs[step.process] ?? 0) ? "clock of a process set back" : "clock of a process set forward",
        );
        skewsMs[step.process] = step.ms;
    }
  };

  /** All faults end: the gateway sends again what nobody has acknowledged, and everything is handled. */
  const heal = async (): Promise<readonly Violation[]> => {
    model.now += 1;
    await recorder?.begin("All faults end; what nobody acknowledged is delivered again");
    Object.assign(answering, { isDown: false, isStale: false });
    skewsMs.fill(0);
    for (const { fuse } of store.processes) fuse.light(undefined);
    for (const index of made.keys()) await meet(index);
    for (const each of sent) if (!each.isAcknowledged || wasStale) await deliver(each, 0);
    noteReads();
    for (let round = 0; round < 30; round += 1) {
      await recorder?.begin(`20 minutes later, what is left is handled by process ${(round % 2) + 1}`);
      clock.advance(20 * 60_000);
      for (const { id } of (await sound.events.list({ state: "dead" }))._unsafeUnwrap().items) {
        count("dead, then replayed");
        recorder?.note({ kind: "action", title: `a dead event is replayed: ${id}` });
        (await sound.events.replay(id))._unsafeUnwrap();
      }
      await drain(round % 2, { maxAttempts: 12 });
      if ((await leftovers(store)).length === 0) break;
    }
    for (const each of sent) model.know(each.payment.id, reportOf(each));
    return leftovers(store);
  };

  for (const step of steps) await take(step);
  const stuck = await heal();
  const effects = await effectsOf(store);
  const limits = new Map(made.map(({ id }, index) => [id, planned[index]?.limit] as const));
  const faultOfPayment = (id: string): Payment["fault"] => payments.find((each) => each.id === id)?.fault;
  return [
    ...model.check(effects, limits, faultOfPayment),
    ...stuck,
    ...(await wrongUses(store, model, made, payments, effects)),
  ];
};

const outcomeOf = (ingested: Awaited<ReturnType<AnyLedger["ingest"]>>): NonNullable<Draft["outcome"]> => {
  if (ingested.isOk())
    return { text: `${ingested.value.acknowledgement.status} ${ingested.value.state}`, tone: "good" };
  const { kind, acknowledgement } = ingested.error;
  return { text: `${acknowledgement.status} ${kind}`, tone: "bad" };
};

const NAMES: Readonly<Record<FaultKind, string>> = {
  dies_before: "killed before a statement",
  dies_after: "killed after a statement",
  fails_before: "database refuses a statement",
  fails_after: "connection lost after a statement",
  not_serializable: "transaction not serializable",
  deadlock: "deadlock",
};

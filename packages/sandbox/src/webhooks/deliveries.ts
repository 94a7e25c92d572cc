import type { FaultName } from "../chaos/faults.ts";
import type { Chaos } from "../chaos/rules.ts";
import type { ProviderDefinition } from "../provider.ts";
import type { Journal } from "../state/journal.ts";
import type { Random } from "../state/random.ts";
import { createCounter, type State } from "../state/store.ts";
import type { Scheduler } from "../time/scheduler.ts";
import { SECOND_MS } from "../time/times.ts";
import type { Clock, RecordedDelivery } from "../types.ts";
import { type OutgoingWebhook, post } from "./post.ts";
import type { Answer } from "./retries.ts";
import { newStamp, type SigningTarget, type Stamp } from "./signing.ts";

/** Writes a webhook when it is sent. */
export type ComposeWebhook = (target: SigningTarget) => OutgoingWebhook;

/** Sends webhooks, again where they were not taken, and remembers them. */
export interface Deliveries {
  /** Resolves when the webhook was answered or has failed once, or is held back. Never rejects. */
  send(provider: string, body: string): Promise<void>;
  /** Sends one by hand: once, and without faults. Resolves when it was answered or has failed. Never rejects. */
  sendOnce(provider: string, compose: ComposeWebhook): Promise<RecordedDelivery>;
  /** Resolves when no delivery is in progress. Later deliveries do not count. */
  idle(): Promise<void>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

interface Webhook {
  readonly number: number;
  readonly provider: string;
  /** Before it is signed. */
  readonly body: string;
}

/** The recorded data of a POST besides its content. */
type Outcome = Answer & Pick<RecordedDelivery, "answer" | "redirects" | "durationMs">;

/** The data of a delivery before it is sent. */
type DeliveryRecord = Omit<RecordedDelivery, "headers" | "body">;

const DAMAGE_NAMES = ["wrong_key", "rolled_key", "stale_timestamp", "truncate_webhook"] as const;

/** The triggered faults that change what is sent. */
type Damage = { readonly [Name in (typeof DAMAGE_NAMES)[number]]?: ReturnType<Chaos["trigger"]> };

/** A webhook that is under way, or that is to be sent later. */
interface WaitingWebhook extends Webhook {
  readonly sending: number;
  /** Its faults so far. */
  readonly faults: readonly FaultName[];
  /** Of its first signature, which each further sending repeats. Absent: it was not signed yet. */
  readonly stamp?: Stamp;
  readonly dueMs: number;
  /** Goes out earlier, where another one of its provider was sent. */
  readonly isHeld: boolean;
}

/** The parts of a provider that its webhooks need. */
export type SendingProvider = Pick<ProviderDefinition, "sign" | "retryPolicy">;

/** A webhook that waits for the next one to be sent. */
interface Held {
  readonly webhook: WaitingWebhook;
  readonly cancel: () => void;
}

export const createDeliveries = (context: {
  /** Those that were started. */
  readonly providers: ReadonlyMap<string, SendingProvider>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly chaos: Chaos;
  readonly random: Random;
  readonly journal: Journal<RecordedDelivery>;
  /** The place of what begins now among all that is recorded. */
  readonly nextOrder: () => number;
  readonly urlOf: (provider: string) => URL | undefined;
  readonly state: State;
  /** Called for each webhook before it is sent. */
  readonly onChange: () => void;
}): Deliveries => {
  const { clock, scheduler, chaos, journal, nextOrder, onChange } = context;
  const waiting = context.state.collection<WaitingWebhook>("waiting");
  const nextNumber = createCounter(context.state, "webhook", 1);
  const gaps = context.random.fork("retries");
  const signatures = context.random.fork("signatures");
  // Of its own, so that what is sent by hand changes nothing else.
  const byHand = context.random.fork("by hand");
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();
  let held: readonly Held[] = [];

  const providerOf = (name: string): SendingProvider => {
    const provider = context.providers.get(name);
    if (provider === undefined) throw new Error(`The provider ${name} was not started.`);
    return provider;
  };

  const track = async <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };

  /** Until it was sent and answered, or has failed, a webhook is kept: a process that starts again sends it then. */
  const keep = (webhook: WaitingWebhook): void => {
    waiting.put(String(webhook.number), webhook);
  };

  const later = (webhook: WaitingWebhook): void => {
    keep(webhook);
    if (webhook.isHeld) {
      hold(webhook);
      return;
    }
    scheduler.at(webhook.dueMs, () => track(deliver(webhook)));
  };

  const hold = (webhook: WaitingWebhook): void => {
    const giveUp = async (): Promise<void> => {
      held = held.filter((entry) => entry.webhook !== webhook);
      await track(deliver(webhook));
    };
    held = [...held, { webhook, cancel: scheduler.at(webhook.dueMs, giveUp) }];
  };

  const release = async (provider: string): Promise<void> => {
    const released = held.filter(({ webhook }) => webhook.provider === provider);
    held = held.filter((entry) => !released.includes(entry));
    for (const { webhook, cancel } of released) {
      cancel();
      await deliver(webhook);
    }
  };

  const begin = async (webhook: Webhook): Promise<void> => {
    const { provider } = webhook;
    const faults: FaultName[] = chaos.trigger(provider, "zero_id") === undefined ? [] : ["zero_id"];
    const body = faults.length === 0 ? webhook.body : withZeroIds(webhook.body);
    const first = { ...webhook, body, sending: 1, faults, dueMs: clock.now(), isHeld: false } as const;
    if (chaos.trigger(provider, "drop_webhook") !== undefined) {
      const { sent, record } = write({ ...first, faults: [...faults, "drop_webhook"] }, {});
      journal.add({ ...record, ...sent, error: "dropped by chaos" });
      return;
    }
    const delay = chaos.trigger(provider, "delay_webhook");
    if (delay !== undefined) {
      later({ ...first, faults: [...faults, "delay_webhook"], dueMs: clock.now() + delay.delayMs });
      onChange();
      return;
    }
    const reorder = chaos.trigger(provider, "reorder_webhooks");
    if (reorder !== undefined) {
      const dueMs = clock.now() + reorder.delayMs;
      later({ ...first, faults: [...faults, "reorder_webhooks"], dueMs, isHeld: true });
      onChange();
      return;
    }
    await deliver(first);
    await release(provider);
  };

  /** The change of the bytes this time. */
  const damageTo = (provider: string): Damage => ({
    wrong_key: chaos.trigger(provider, "wrong_key"),
    rolled_key: chaos.trigger(provider, "rolled_key"),
    stale_timestamp: chaos.trigger(provider, "stale_timestamp"),
    truncate_webhook: chaos.trigger(provider, "truncate_webhook"),
  });

  /** The sent content this time, and its data before the response. */
  const write = (
    { number, provider, body: unsigned, sending, faults: earlierFaults, stamp: earlier }: WaitingWebhook,
    damage: Damage,
  ): { readonly sent: OutgoingWebhook; readonly record: DeliveryRecord; readonly stamp: Stamp } => {
    const url = context.urlOf(provider);
    const atMs = clock.now();
    const repeated = providerOf(provider).retryPolicy.signsAgain === true ? undefined : earlier;
    const honest = repeated ?? newStamp(atMs, signatures);
    const stamp = { ...honest, atMs: honest.atMs - (damage.stale_timestamp?.ageSeconds ?? 0) * SECOND_MS };
    const whole = providerOf(provider).sign(unsigned, {
      url,
      stamp,
      keyFrom: (key) => (damage.wrong_key === undefined ? key : `${key}-of-somebody-else`),
      isKeyRolled: damage.rolled_key !== undefined,
    });
    const triggered = DAMAGE_NAMES.filter((name) => damage[name] !== undefined);
    const isCut = damage.truncate_webhook !== undefined;
    const body = isCut ? whole.body.slice(0, Math.floor(whole.body.length / 2)) : whole.body;
    const faults = [...earlierFaults, ...triggered];
    return {
      sent: { ...whole, body },
      record: { order: nextOrder(), webhook: number, sending, faults, provider, url: url?.href, method: "POST", atMs },
      stamp,
    };
  };

  const deliver = async (webhook: WaitingWebhook): Promise<void> => {
    const { provider, sending } = webhook;
    const { sent, record, stamp } = write(webhook, damageTo(provider));
    const stamped = { ...webhook, stamp };
    const { url } = record;
    if (url === undefined) {
      waiting.remove(String(webhook.number));
      journal.add({ ...record, ...sent });
      return;
    }
    const isTwice = sending === 1 && chaos.trigger(provider, "duplicate_webhook") !== undefined;
    keep({ ...stamped, dueMs: record.atMs, isHeld: false });
    onChange();
    const answer = await answerTo(provider, url, sent);
    const retryAtMs = closing.signal.aborted ? undefined : settle(stamped, answer);
    journal.add({ ...record, ...sent, ...answer, ...(retryAtMs === undefined ? {} : { retryAtMs }) });
    if (!isTwice || closing.signal.aborted) return;
    const order = nextOrder();
    const again = await answerTo(provider, url, sent);
    const faults = [...record.faults, "duplicate_webhook"] as const;
    journal.add({ ...record, ...sent, ...again, order, atMs: clock.now(), faults });
  };

  const deliverOnce = async (provider: string, compose: ComposeWebhook): Promise<RecordedDelivery> => {
    const url = context.urlOf(provider);
    const atMs = clock.now();
    const about = {
      order: nextOrder(),
      webhook: nextNumber(),
      sending: 1,
      faults: [],
      provider,
      url: url?.href,
      method: "POST",
      atMs,
    } as const;
    const sent = compose({ url, stamp: newStamp(atMs, byHand), keyFrom: (key) => key });
    const outcome = url === undefined ? {} : await answerTo(provider, url.href, sent);
    const delivery = { ...about, ...sent, ...outcome };
    journal.add(delivery);
    return delivery;
  };

  const answerTo = async (provider: string, url: string, sent: OutgoingWebhook): Promise<Outcome> => {
    const { maxRedirects, timeoutMs } = providerOf(provider).retryPolicy;
    const startedMs = performance.now();
    const took = (): number => Math.round(performance.now() - startedMs);
    try {
      const limits = { timeoutMs, maxRedirects, signal: closing.signal };
      const { status, answer, redirects } = await post(new URL(url), sent, limits);
      return { status, answer, ...(redirects.length === 0 ? {} : { redirects }), durationMs: took() };
    } catch (cause) {
      return { error: reasonOf(cause), durationMs: took() };
    }
  };

  /** The result of a response: when the webhook is sent again, or that it is done. */
  const settle = (webhook: WaitingWebhook, answer: Answer): number | undefined => {
    const { provider, sending, number } = webhook;
    const policy = providerOf(provider).retryPolicy;
    if (sending > policy.retriesAfter(answer)) {
      waiting.remove(String(number));
      return undefined;
    }
    const dueMs = clock.now() + policy.gapMs(sending, gaps);
    later({ ...webhook, sending: sending + 1, faults: [], dueMs, isHeld: false });
    return dueMs;
  };

  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };

  for (const webhook of waiting.stored.values()) {
    if (context.providers.has(webhook.provider)) later(webhook);
  }

  return {
    async send(provider, body) {
      await track(begin({ number: nextNumber(), provider, body }));
    },
    sendOnce: (provider, compose) => track(deliverOnce(provider, compose)),
    idle,
    async close() {
      closing.abort(new Error("the sandbox was closed"));
      await idle();
    },
  };
};

const withZeroIds = (body: string): string => {
  const zeroed = (name: string, value: unknown): unknown => (name === "id" && typeof value === "number" ? 0 : value);
  return JSON.stringify(JSON.parse(body, zeroed));
};

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  // The message is empty if several addresses of a host failed; the code has the reason.
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message || (code ?? cause.name);
};

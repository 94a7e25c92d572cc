import type { Clock } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import { Block } from "./block.ts";
import type { HttpFailure, HttpReply, HttpRequest, PaceOptions, RequestPurpose, Transport } from "./http-types.ts";
import { notAfter, Order, PURPOSES } from "./order.ts";
import { reasonOf } from "./pause.ts";

/** The default of concurrent requests, and so of sockets: one socket carries one request at a time. */
export const MAX_CONNECTIONS = 64;

type Sent = Result<HttpReply, HttpFailure>;

/** A transport that may be busy with a request after it returned the result. */
export interface LingeringTransport extends Transport {
  /** Resolves once the connection of the last request is free again. */
  readonly released?: (request: HttpRequest) => Promise<void> | undefined;
}

/**
 * Limits requests per second and concurrent requests, and sends none before the time that a provider's `Retry-After` named
 * for its kind. Waiting requests are sent in the order of their purposes.
 */
export const withPace = (transport: LingeringTransport, options: PaceOptions = {}): Transport => {
  const turns = new Turns(options);
  return {
    send: async (request): Promise<Sent> => {
      const turn = await turns.take(request);
      if (turn.isErr()) return err(turn.error);
      let reply: HttpReply | undefined;
      try {
        const raw = await transport.send(request);
        const sent = options.readReply ? raw.map(options.readReply) : raw;
        reply = sent.unwrapOr(undefined);
        return sent;
      } finally {
        turn.value.heard(reply);
        const released = transport.released?.(request);
        if (released) void released.then(turn.value.release);
        else turn.value.release();
      }
    },
  };
};

/** The permission to send a request. */
interface Turn {
  /** Reports the result of the request: its reply, or none. */
  readonly heard: (reply: HttpReply | undefined) => void;
  /** Reports that its connection is free. */
  readonly release: () => void;
}

interface Waiting {
  readonly purpose: RequestPurpose;
  readonly isProbe: boolean;
  readonly givesUpAtMs: number;
  readonly end: (failed: HttpFailure | undefined) => void;
}

/** The requests of one purpose. */
interface Lane {
  readonly block: Block;
  /** First come, first served. */
  readonly waiting: Set<Waiting>;
}

/** Decides which request may be sent, and when. */
class Turns {
  readonly #intervalMs: number;
  readonly #maxWaitMs: number;
  readonly #maxConnections: number;
  readonly #clock: Clock;
  readonly #order = new Order();
  readonly #lanes: ReadonlyMap<RequestPurpose, Lane> = new Map(
    PURPOSES.map((purpose) => [purpose, { block: new Block(), waiting: new Set() }]),
  );
  #onTheirWay = 0;
  #freeAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ maxRequestsPerSecond, maxWaitMs = 10_000, maxConnections, clock }: PaceOptions) {
    this.#intervalMs = maxRequestsPerSecond === undefined ? 0 : 1000 / maxRequestsPerSecond;
    this.#maxWaitMs = maxWaitMs;
    this.#maxConnections = maxConnections ?? Number.POSITIVE_INFINITY;
    this.#clock = clock ?? { now: () => performance.now() };
  }

  /** Waits until a request may be sent. */
  async take({ method, purpose: given, signal }: HttpRequest): Promise<Result<Turn, HttpFailure>> {
    if (signal.aborted) return err({ reason: reasonOf(signal), sent: false });
    // Plain JavaScript may call a transport, too.
    const purpose = PURPOSES.includes(given) ? given : method === "GET" ? "read" : "change";
    const { block, waiting } = this.#lane(purpose);
    const nowMs = this.#clock.now();
    const blockedMs = block.leftMs(nowMs);
    const paceMs = this.#paceMs(purpose, nowMs);
    if (paceMs > this.#maxWaitMs) return err(pausedFor(Math.max(paceMs, blockedMs)));
    const isProbe = blockedMs > this.#maxWaitMs && block.takeProbe(nowMs);
    if (blockedMs > this.#maxWaitMs && !isProbe) return err(pausedFor(blockedMs));
    const failed = await new Promise<HttpFailure | undefined>((resolve) => {
      const giveUp = (): void => {
        this.#end(entry, { reason: reasonOf(signal), sent: false });
        this.#letGo();
      };
      const end: Waiting["end"] = (failure) => {
        signal.removeEventListener("abort", giveUp);
        resolve(failure);
      };
      const entry: Waiting = { purpose, isProbe, givesUpAtMs: nowMs + this.#maxWaitMs, end };
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.add(entry);
      this.#letGo();
    });
    if (failed) return err(failed);
    return ok({
      heard: (reply) => {
        block.heard(reply, this.#clock.now(), isProbe);
        this.#letGo();
      },
      release: () => {
        this.#onTheirWay -= 1;
        this.#letGo();
      },
    });
  }

  #lane(purpose: RequestPurpose): Lane {
    return this.#lanes.get(purpose) as Lane;
  }

  /** How long a new request waits for those before it. */
  #paceMs(purpose: RequestPurpose, nowMs: number): number {
    if (this.#intervalMs === 0) return 0;
    const ahead = notAfter(purpose).reduce((count, each) => count + this.#lane(each).waiting.size, 0);
    return Math.max(this.#freeAtMs - nowMs, 0) + ahead * this.#intervalMs;
  }

  /** Sends the requests that may be sent, fails those that would wait too long, and runs again when this changes. */
  #letGo(): void {
    const nowMs = this.#clock.now();
    while (this.#onTheirWay < this.#maxConnections && nowMs >= this.#freeAtMs) {
      const ready = this.#firsts().filter((each) => this.#readyAtMs(each) <= nowMs);
      const purpose = this.#order.next(ready.map((each) => each.purpose));
      const next = ready.find((each) => each.purpose === purpose);
      if (!next) break;
      this.#onTheirWay += 1;
      this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + this.#intervalMs;
      this.#end(next, undefined);
    }
    for (const first of this.#firsts()) this.#giveUpFrom(first, nowMs);
    this.#comeBack(nowMs);
  }

  /** The next request of each purpose. */
  #firsts(): readonly Waiting[] {
    return [...this.#lanes.values()].flatMap(({ waiting }) => waiting.values().next().value ?? []);
  }

  #readyAtMs({ purpose, isProbe }: Waiting): number {
    return isProbe ? this.#freeAtMs : Math.max(this.#freeAtMs, this.#lane(purpose).block.untilMs);
  }

  /** Later requests of the queue wait longer. */
  #giveUpFrom(first: Waiting, nowMs: number): void {
    for (const each of this.#lane(first.purpose).waiting) {
      const readyAtMs = this.#readyAtMs(each);
      // Only the wait for a free connection is limited by the signal alone.
      const isHeldUp = this.#intervalMs > 0 || readyAtMs > nowMs;
      if (!isHeldUp || Math.max(readyAtMs, nowMs) <= each.givesUpAtMs) return;
      this.#end(each, pausedFor(Math.max(readyAtMs - nowMs, this.#intervalMs)));
    }
  }

  #end(entry: Waiting, failed: HttpFailure | undefined): void {
    const { block, waiting } = this.#lane(entry.purpose);
    if (!waiting.delete(entry)) return;
    if (failed && entry.isProbe) block.heard(undefined, this.#clock.now(), true);
    entry.end(failed);
  }

  #comeBack(nowMs: number): void {
    clearTimeout(this.#timer);
    const firsts = this.#firsts();
    const isFull = this.#onTheirWay >= this.#maxConnections;
    const readyAtMs = isFull ? [] : firsts.map((each) => this.#readyAtMs(each));
    const givesUpAtMs = this.#intervalMs > 0 ? firsts.map((each) => each.givesUpAtMs + 1) : [];
    const atMs = Math.min(...readyAtMs, ...givesUpAtMs);
    if (atMs === Number.POSITIVE_INFINITY) return;
    // A timer counts whole milliseconds, and may fire before another clock reaches the time.
    this.#timer = setTimeout(() => this.#letGo(), Math.min(Math.max(Math.ceil(atMs - nowMs), 1), MAX_TIMER_MS));
  }
}

/** The maximum delay of a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const pausedFor = (waitMs: number): HttpFailure => ({
  reason: "paused",
  sent: false,
  retryAfterMs: Math.ceil(waitMs),
});

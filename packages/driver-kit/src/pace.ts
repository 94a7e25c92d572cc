import type { Clock } from "@tautan/core";
import { err } from "neverthrow";
import { Block } from "./block.ts";
import type {
  HttpFailure,
  HttpReply,
  HttpRequest,
  PaceOptions,
  RequestPurpose,
  Sent,
  Transport,
} from "./http-types.ts";
import { notAfter, Order, PURPOSES } from "./order.ts";
import { reasonOf } from "./pause.ts";

/** The default of concurrent requests, and so of sockets: one socket carries one request at a time. */
export const MAX_CONNECTIONS = 64;

/** Something to free: the connection of a request. Doing it twice has no effect. */
export interface Releasable {
  release(): void;
}

/** A transport that may be busy with a request after it returned the result, if it `lingers`: then it releases the connection itself. */
export interface LingeringTransport {
  readonly lingers?: true;
  send(request: HttpRequest, connection: Releasable): Promise<Sent>;
}

/**
 * Limits requests per second and concurrent requests, and sends none before the time that a provider's `Retry-After` named
 * for its kind. Waiting requests are sent in the order of their purposes.
 */
export const withPace = (transport: LingeringTransport, options: PaceOptions = {}): Transport => {
  const turns = new Turns(options);
  const { readReply } = options;
  return {
    send: async (request): Promise<Sent> => {
      const turn = turns.takeNow(request) ?? (await turns.take(request));
      if (!(turn instanceof Turn)) return err(turn);
      let reply: HttpReply | undefined;
      try {
        const raw = await transport.send(request, turn);
        const sent = readReply ? raw.map(readReply) : raw;
        if (sent.isOk()) reply = sent.value;
        return sent;
      } finally {
        turn.heard(reply);
        if (!transport.lingers) turn.release();
      }
    },
  };
};

class Turn implements Releasable {
  readonly #turns: Turns;
  readonly #block: Block;
  readonly #isProbe: boolean;
  #isHeard = false;
  #isReleased = false;

  constructor(turns: Turns, block: Block, isProbe: boolean) {
    this.#turns = turns;
    this.#block = block;
    this.#isProbe = isProbe;
  }

  /** Reports the result of the request: its reply, or none. */
  heard(reply: HttpReply | undefined): void {
    this.#isHeard = true;
    this.#turns.heard(this.#block, reply, this.#isProbe);
    if (this.#isReleased) this.#turns.release();
  }

  /** Frees the connection, but not before the result was heard: it may be that no other request may be sent. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.#isHeard) this.#turns.release();
  }
}

interface Waiting {
  readonly purpose: RequestPurpose;
  readonly isProbe: boolean;
  readonly givesUpAtMs: number;
  readonly end: (failed: HttpFailure | undefined) => void;
}

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
  #waiting = 0;
  #freeAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ maxRequestsPerSecond, maxWaitMs = 10_000, maxConnections, clock }: PaceOptions) {
    this.#intervalMs = maxRequestsPerSecond === undefined ? 0 : 1000 / maxRequestsPerSecond;
    this.#maxWaitMs = maxWaitMs;
    this.#maxConnections = maxConnections ?? Number.POSITIVE_INFINITY;
    this.#clock = clock ?? { now: () => performance.now() };
  }

  /** The turn of a request that need not wait. */
  takeNow({ purpose, signal }: HttpRequest): Turn | undefined {
    const block = this.#lanes.get(purpose)?.block;
    const isBusy = this.#waiting > 0 || this.#intervalMs > 0 || this.#onTheirWay >= this.#maxConnections;
    if (!block || isBusy || signal.aborted) return undefined;
    if (block.untilMs > Number.NEGATIVE_INFINITY && block.leftMs(this.#clock.now()) > 0) return undefined;
    this.#onTheirWay += 1;
    return new Turn(this, block, false);
  }

  /** Waits until a request may be sent, or returns why it may not. */
  async take({ method, purpose: given, signal }: HttpRequest): Promise<Turn | HttpFailure> {
    if (signal.aborted) return { reason: reasonOf(signal), sent: false };
    // Plain JavaScript may call a transport, too.
    const purpose = PURPOSES.includes(given) ? given : method === "GET" ? "read" : "change";
    const { block, waiting } = this.#lane(purpose);
    const nowMs = this.#clock.now();
    const blockedMs = block.leftMs(nowMs);
    const paceMs = this.#paceMs(purpose, nowMs);
    if (paceMs > this.#maxWaitMs) return pausedFor(Math.max(paceMs, blockedMs));
    const isProbe = blockedMs > this.#maxWaitMs && block.takeProbe(nowMs);
    if (blockedMs > this.#maxWaitMs && !isProbe) return pausedFor(blockedMs);
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
      this.#waiting += 1;
      this.#letGo();
    });
    return failed ?? new Turn(this, block, isProbe);
  }

  heard(block: Block, reply: HttpReply | undefined, isProbe: boolean): void {
    block.heard(reply, this.#clock.now(), isProbe);
    this.#letGo();
  }

  release(): void {
    this.#onTheirWay -= 1;
    this.#letGo();
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
    clearTimeout(this.#timer);
    // Nothing waits, so no timer is needed, and no request was passed.
    if (this.#waiting === 0) return this.#order.forget();
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
    this.#waiting -= 1;
    if (failed && entry.isProbe) block.heard(undefined, this.#clock.now(), true);
    entry.end(failed);
  }

  #comeBack(nowMs: number): void {
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

const MAX_TIMER_MS = 2 ** 31 - 1;

const pausedFor = (waitMs: number): HttpFailure => ({
  reason: "paused",
  sent: false,
  retryAfterMs: Math.ceil(waitMs),
});

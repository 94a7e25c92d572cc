import type { HttpReply } from "./http-types.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * The maximum time that a gateway's `Retry-After` is followed. A load balancer may name a day for a failure of one second.
 */
const BELIEVED_MS = 60_000;

/** The time after which one request may test whether a gateway's `Retry-After` still applies. */
const PROBE_AFTER_MS = 5000;

const ASKING_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);

/** The time until which a gateway accepts no requests of one kind. */
export class Block {
  untilMs: number = Number.NEGATIVE_INFINITY;
  #probeAtMs = 0;
  #isProbed = false;

  leftMs(nowMs: number): number {
    return Math.max(this.untilMs - nowMs, 0);
  }

  /** Whether a request may be sent anyway, to test whether the block still applies; one at a time. */
  takeProbe(nowMs: number): boolean {
    if (this.#isProbed || nowMs < this.#probeAtMs) return false;
    this.#isProbed = true;
    return true;
  }

  heard(reply: HttpReply | undefined, nowMs: number, isProbe: boolean): void {
    const asks = reply !== undefined && ASKING_TO_WAIT.has(reply.status);
    const askedMs = asks ? retryAfterMs(reply) : undefined;
    if (isProbe) this.#isProbed = false;
    if (isProbe && reply !== undefined && reply.status < 500 && !asks) this.untilMs = Number.NEGATIVE_INFINITY;
    if (!isProbe && askedMs === undefined) return;
    this.#probeAtMs = nowMs + PROBE_AFTER_MS;
    if (askedMs === undefined) return;
    const untilMs = nowMs + Math.min(askedMs, BELIEVED_MS);
    // The reply to a probe is newer than the block.
    this.untilMs = isProbe ? untilMs : Math.max(this.untilMs, untilMs);
  }
}

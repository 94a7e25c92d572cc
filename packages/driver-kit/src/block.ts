import type { HttpReply } from "./http-types.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * The longest that a gateway's wish to wait is believed: it may be a slip of a load balancer that lasts a second and names
 * a day.
 */
const BELIEVED_MS = 60_000;

/** How long after a gateway asked to wait one request may look whether it still does. */
const PROBE_AFTER_MS = 5000;

/** The statuses whose `Retry-After` holds for other requests, too. */
const ASKING_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);

/** Until when a gateway wants no requests of one kind. */
export class Block {
  untilMs: number = Number.NEGATIVE_INFINITY;
  #probeAtMs = 0;
  #isProbed = false;

  /** How long it lasts. */
  leftMs(nowMs: number): number {
    return Math.max(this.untilMs - nowMs, 0);
  }

  /** Whether a request may pass in spite of it, to look whether it still holds; one at a time. */
  takeProbe(nowMs: number): boolean {
    if (this.#isProbed || nowMs < this.#probeAtMs) return false;
    this.#isProbed = true;
    return true;
  }

  /** Learns from what a request came to: its reply, or none. */
  heard(reply: HttpReply | undefined, nowMs: number, isProbe: boolean): void {
    const asks = reply !== undefined && ASKING_TO_WAIT.has(reply.status);
    const askedMs = asks ? retryAfterMs(reply) : undefined;
    if (isProbe) this.#isProbed = false;
    if (isProbe && reply !== undefined && reply.status < 500 && !asks) this.untilMs = Number.NEGATIVE_INFINITY;
    if (!isProbe && askedMs === undefined) return;
    this.#probeAtMs = nowMs + PROBE_AFTER_MS;
    if (askedMs === undefined) return;
    const untilMs = nowMs + Math.min(askedMs, BELIEVED_MS);
    // What a probe hears is newer than what it was sent in spite of.
    this.untilMs = isProbe ? untilMs : Math.max(this.untilMs, untilMs);
  }
}

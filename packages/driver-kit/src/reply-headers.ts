// A provider's own headers about waiting and sending again. A separate entry point, because the options of a driver use it.
import type { HttpReply } from "./http-types.ts";
import { sentAtMs } from "./retry-after.ts";

/** A header with the time at which a limit of requests ends. */
export interface ResetHeader {
  /** In any case. */
  readonly name: string;
  /** `seconds`: from now, may be a fraction. The others are times since 1970. */
  readonly unit: "seconds" | "epoch_seconds" | "epoch_milliseconds";
}

/** The headers of a provider. */
export interface ReplyHeaders {
  /** Used for a 429 without `Retry-After`: the first one that has a time. */
  readonly resets?: readonly ResetHeader[];
  /** The header that asks to send a request again with `true`, or not to with `false`, such as `Stripe-Should-Retry`. */
  readonly repeats?: string;
}

/**
 * Reads a provider's own headers, for the `readReply` of a transport. A reset counts as a `Retry-After` then: for the order of
 * requests, for repeats of reads, and as `retryAfterMs` of the error.
 *
 * @example
 * ```ts
 * import { replyReader } from "@tautan/driver-kit/reply-headers";
 *
 * const readReply = replyReader({ resets: [{ name: "Rate-Limit-Reset", unit: "seconds" }] });
 * ```
 */
export const replyReader =
  ({ resets = [], repeats }: ReplyHeaders): ((reply: HttpReply) => HttpReply) =>
  (reply) => {
    const asked = repeats === undefined ? undefined : reply.header(repeats.toLowerCase())?.trim().toLowerCase();
    const read = asked === "true" || asked === "false" ? { ...reply, mayRepeat: asked === "true" } : reply;
    if (reply.status !== 429 || reply.header("retry-after") !== undefined) return read;
    const seconds = resets.map((each) => secondsLeft(reply, each)).find((each) => each !== undefined);
    if (seconds === undefined) return read;
    return { ...read, header: (name) => (name === "retry-after" ? String(seconds) : reply.header(name)) };
  };

/** Whole seconds, rounded up: a request that is sent too early is refused again. */
const secondsLeft = (reply: HttpReply, { name, unit }: ResetHeader): number | undefined => {
  const text = reply.header(name.toLowerCase())?.trim() ?? "";
  if (!/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const value = Number(text);
  if (unit === "seconds") return Math.ceil(value);
  const untilMs = unit === "epoch_seconds" ? value * 1000 : value;
  return Math.max(Math.ceil((untilMs - sentAtMs(reply)) / 1000), 0);
};

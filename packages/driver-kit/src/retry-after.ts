import type { HttpReply } from "./http-types.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The `Retry-After` of a reply in milliseconds, at most a day; `undefined` if it has none. */
export const retryAfterMs = (reply: HttpReply): number | undefined => {
  const text = reply.header("retry-after")?.trim();
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs(text) - sentAtMs(reply);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), DAY_MS);
};

/** The time of a reply by the gateway's clock, which is in its own Date header; otherwise by ours. */
export const sentAtMs = (reply: HttpReply): number => {
  const ms = dateMs(reply.header("date") ?? "");
  return Number.isNaN(ms) ? Date.now() : ms;
};

/** `Date.parse` alone would accept almost any text. */
const dateMs = (text: string): number => (/^[A-Z][a-z]{2}, \d{2} /.test(text) ? Date.parse(text) : Number.NaN);

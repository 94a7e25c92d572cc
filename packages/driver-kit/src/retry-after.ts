import type { HttpReply } from "./http-types.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a reply's `Retry-After` asks to wait, in milliseconds, at most a day; `undefined` where it does not. */
export const retryAfterMs = (reply: HttpReply): number | undefined => {
  const text = reply.header("retry-after")?.trim();
  if (text === undefined) return undefined;
  // A date is by the gateway's clock, which its own Date header tells.
  const sentAtMs = dateMs(reply.header("date") ?? "");
  const nowMs = Number.isNaN(sentAtMs) ? Date.now() : sentAtMs;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), DAY_MS);
};

/** `Date.parse` alone would make a date of almost anything. */
const dateMs = (text: string): number => (/^[A-Z][a-z]{2}, \d{2} /.test(text) ? Date.parse(text) : Number.NaN);

import type { MiddlewareHandler } from "hono";
import { type Clock, MINUTE_MS, SECOND_MS } from "../simulator-kit/index.ts";
import { XENDIT_ERRORS } from "./errors.ts";
import type { SettingsStore } from "./settings.ts";

/** The limit of the test environment: docs.xendit.co, Rate limits. */
const DOCUMENTED_LIMIT = 60;

/** A path without what varies in it: the limit is that of an endpoint. */
const endpointOf = (method: string, path: string): string =>
  `${method} ${path.replace(/\/(?:[0-9a-f]{24}|ps-[0-9a-f]{24})(?=\/|$)/, "/{id}").replace(/\/$/, "")}`;

/** The headers of each answer, and 429 if the settings ask for a limit: a sliding window of a minute. */
export const rateLimit = (clock: Clock, settings: SettingsStore): MiddlewareHandler => {
  const times = new Map<string, number[]>();
  return async (context, next) => {
    const { rateLimit: limit } = settings.current();
    const shown = limit === 0 ? DOCUMENTED_LIMIT : limit;
    const nowMs = clock.now();
    const endpoint = endpointOf(context.req.method, context.req.path);
    const recent = (times.get(endpoint) ?? []).filter((atMs) => atMs > nowMs - MINUTE_MS);
    const isOver = limit > 0 && recent.length >= limit;
    // Only as many as decide are kept.
    if (!isOver) recent.push(nowMs);
    times.set(endpoint, recent.slice(-shown));
    if (isOver) context.res = XENDIT_ERRORS.refuse(context, 429, "You have reached the limit of requests");
    else await next();
    const resetMs = Math.max((recent.at(0) ?? nowMs) + MINUTE_MS - nowMs, 0);
    context.res.headers.set("Rate-Limit-Limit", String(shown));
    context.res.headers.set("Rate-Limit-Remaining", String(Math.max(shown - recent.length, 0)));
    context.res.headers.set("Rate-Limit-Reset", (resetMs / SECOND_MS).toFixed(2));
  };
};

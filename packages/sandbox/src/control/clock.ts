import type { Context, Hono } from "hono";
import { parseJsonObject } from "../http/input-reader.ts";
import { showBody } from "../show-value.ts";
import { FIRST_YEAR, LAST_YEAR, millisecondsOf } from "../time/moments.ts";
import type { SandboxActions } from "../types.ts";

export const CLOCK_ENDPOINTS = ["GET /clock", "PUT /clock { isFrozen?, at? }", "POST /advance { ms }"] as const;

/** The clock over HTTP. */
export const mountClock = (app: Hono, sandbox: Pick<SandboxActions, "clock" | "advance">): void => {
  const { clock } = sandbox;
  const shown = (context: Context): Response => {
    const atMs = clock.now();
    return context.json({ atMs, at: new Date(atMs).toISOString(), isFrozen: clock.isFrozen });
  };

  app.get("/clock", shown);

  app.put("/clock", async (context) => {
    const text = await context.req.text();
    const { isFrozen, at, ...others } = parseJsonObject(text) ?? {};
    const atMs = at === undefined ? undefined : millisecondsOf(at);
    const isOdd = (isFrozen === undefined && at === undefined) || Object.keys(others).length > 0;
    if (
      isOdd ||
      (at !== undefined && atMs === undefined) ||
      (isFrozen !== undefined && typeof isFrozen !== "boolean")
    ) {
      const expected = `The body must be { "isFrozen": true or false, "at": … }, one or both, and nothing else; "at" is milliseconds since 1970, or ISO 8601 with an offset, such as "2026-03-15T10:00:00+07:00", of the years ${FIRST_YEAR} to ${LAST_YEAR}`;
      return context.json({ error: `${expected}. It is ${showBody(text)}.` }, 400);
    }
    // Frozen first and gone on last, so that it stands, or starts, exactly there.
    if (isFrozen === true) clock.freeze();
    if (atMs !== undefined) await clock.set(atMs);
    if (isFrozen === false) clock.resume();
    return shown(context);
  });

  app.post("/advance", async (context) => {
    const text = await context.req.text();
    const { ms, ...others } = parseJsonObject(text) ?? {};
    if (typeof ms !== "number" || Object.keys(others).length > 0) {
      const expected = 'The body must be { "ms": … } and nothing else: whole milliseconds, 0 or more';
      return context.json({ error: `${expected}. It is ${showBody(text)}.` }, 400);
    }
    try {
      await sandbox.advance(ms);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return context.json({ error: error.message }, 400);
    }
    return shown(context);
  });
};

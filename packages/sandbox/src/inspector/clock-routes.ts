import type { Context, Hono } from "hono";
import { showValue } from "../show-value.ts";
import { FIRST_YEAR, isTime, LAST_YEAR, millisecondsOf } from "../time/moments.ts";
import { renderClock } from "./clock-view.ts";
import { UNITS_MS } from "./durations.ts";
import type { InspectorParts } from "./parts.ts";
import { formIn } from "./responses.ts";

/** The page of the clock. */
export const mountClockPages = (app: Hono, parts: InspectorParts): void => {
  const { clock } = parts.sandbox;
  const shown = (context: Context): Response => context.redirect("/inspector/clock", 303);

  app.get("/clock", (context) => context.html(renderClock(parts)));

  app.post("/clock/freeze", (context) => {
    clock.freeze();
    return shown(context);
  });

  app.post("/clock/resume", (context) => {
    clock.resume();
    return shown(context);
  });

  app.post("/clock/set", async (context) => {
    const entered = await formIn(context);
    const text = (entered.get("at") ?? "").trim();
    const atMs = millisecondsOf(text);
    if (atMs === undefined) {
      const rule = `The date and time must be ISO 8601 with an offset, such as 2026-03-15T10:00:00+07:00, of the years ${FIRST_YEAR} to ${LAST_YEAR}`;
      return context.html(renderClock(parts, { refusal: `${rule}, but is ${showValue(text)}.`, entered }), 400);
    }
    await clock.set(atMs);
    return shown(context);
  });

  app.post("/clock/advance", async (context) => {
    const entered = await formIn(context);
    const refusal = await advance(parts, (entered.get("amount") ?? "").trim(), entered.get("unit") ?? "");
    return refusal === undefined ? shown(context) : context.html(renderClock(parts, { refusal, entered }), 400);
  });
};

/** Why it does not go forward, or `undefined` once it has. */
const advance = async ({ sandbox }: InspectorParts, amount: string, unit: string): Promise<string | undefined> => {
  const unitMs = UNITS_MS.get(unit);
  if (unitMs === undefined) return `The unit must be ${[...UNITS_MS.keys()].join(", ")}, but is ${showValue(unit)}.`;
  if (!/^\d+$/.test(amount))
    return `To go forward, enter a whole number of ${unit}, 0 or more; not ${showValue(amount)}.`;
  const ms = Number(amount) * unitMs;
  if (!isTime(sandbox.clock.now() + ms))
    return `The clock goes no further than the year ${LAST_YEAR}, and ${amount} ${unit} go beyond it.`;
  await sandbox.advance(ms);
  return undefined;
};

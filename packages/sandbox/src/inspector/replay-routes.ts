import type { Hono } from "hono";
import type { Recording } from "../replay/recording.ts";
import { recordingOfRun } from "../replay/recording-of-run.ts";
import type { InspectorParts } from "./parts.ts";
import { renderReplay, renderStep } from "./replay-view.ts";
import { missing } from "./responses.ts";

/** A recording, or the run of this sandbox so far, step by step. */
export const mountReplayPages = (app: Hono, { replay, providers, run }: InspectorParts): void => {
  const recording = (): Recording => replay ?? recordingOfRun(providers, run());

  app.get("/replay", (context) => context.html(renderReplay(recording(), { isOwnRun: replay === undefined })));

  app.get("/replay/:step", (context) => {
    const number = Number(context.req.param("step"));
    const shown = recording();
    return Number.isInteger(number) && shown.steps[number - 1] !== undefined
      ? context.html(renderStep(shown, number - 1))
      : missing(context);
  });

  app.get("/recording.json", (context) =>
    context.body(`${JSON.stringify(recording(), null, 1)}\n`, 200, {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Disposition": 'attachment; filename="recording.json"',
    }),
  );
};

import { instantAt } from "@tautan/core/driver";
import { run, type Unit } from "../database/unit.ts";
import type { LearntBy } from "../events/event.ts";
import { addNote } from "../statements/trail.ts";
import { storableText } from "./storable.ts";

/** What is noted: a read of a link, or a call such as `call:update`. */
export type Noted = "read" | `call:${string}`;

/** The id of a note. Ids of events have no second colon, so that none is the same. */
export const noteIdOf = (linkRef: number, noted: Noted, cause: string, now: string): string =>
  `trail:${linkRef}:${noted}:${cause}:${now}`;

/** Notes a read or a call in the trail of a link, with its error if it failed. */
export function* noteInTrail(
  linkRef: number,
  noted: Noted,
  { cause, nowMs, error }: { readonly cause: LearntBy; readonly nowMs: number; readonly error?: string | undefined },
): Unit<void> {
  const now = instantAt(nowMs);
  yield* run(addNote, {
    id: `${noteIdOf(linkRef, noted, cause, now)}${error === undefined ? "" : ":failed"}`,
    linkRef,
    type: noted,
    cause,
    error: error === undefined ? null : storableText(error),
    now,
  });
}

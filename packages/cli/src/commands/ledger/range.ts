import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";
import type { OptionDefinitions } from "../../frame/command.ts";
import { parseDuration } from "../../frame/duration.ts";

/** The options of a range of time. */
export const RANGE_OPTIONS = {
  from: {
    type: "string",
    value: "time",
    required: true,
    description: "Since then: 30d, or a time with an offset such as 2026-01-01T00:00:00+07:00",
  },
  to: { type: "string", value: "time", description: "Before then; default: until now" },
} as const satisfies OptionDefinitions;

/** A moment: a time with an offset, or how long ago it was. */
export const readMoment = (text: string, option: string): Result<string, Failure> => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ok(new Date(Date.now() - ms).toISOString());
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isInstant && !Number.isNaN(Date.parse(text))) return ok(text);
  return err(
    usageError(
      `${option}: expected a time with an offset or a time span, got ${JSON.stringify(text.slice(0, 40))}`,
      "Such as 2026-01-01T00:00:00+07:00 or 30d.",
    ),
  );
};

interface Range {
  readonly from: string;
  readonly to?: string;
}

/** Reads the options of a range. */
export const readRange = ({ from, to }: { from: string; to: string | undefined }): Result<Range, Failure> =>
  readMoment(from, "--from").andThen((first) =>
    to === undefined ? ok({ from: first }) : readMoment(to, "--to").map((last) => ({ from: first, to: last })),
  );

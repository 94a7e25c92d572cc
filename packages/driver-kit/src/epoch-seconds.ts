// A file of its own, so that bundles of drivers that do not use it do not contain it.
import type { Instant } from "@tautan/core";
import * as z from "zod";
import { fromEpochSeconds } from "./time.ts";

/** A time in whole seconds since 1970, up to the year 9999, as a number or in digits. A time in milliseconds is refused. */
export const epochSeconds: z.ZodType<Instant> = z.unknown().transform((value, context) => {
  const instant = fromEpochSeconds(value);
  if (instant !== undefined) return instant;
  context.addIssue("expected whole seconds since 1970, up to the year 9999");
  return z.NEVER;
});

import type { Instant } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";

export const atSeconds = (seconds: number | undefined): Instant | undefined =>
  seconds === undefined ? undefined : instantAt(seconds * 1000);

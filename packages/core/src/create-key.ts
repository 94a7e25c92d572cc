import type { DriverCapabilities } from "./capabilities.ts";
import { epochMsOf, type Instant } from "./instant.ts";

/** After this time, a request that was sent has certainly ended, even if clocks differ. */
export const IN_FLIGHT_MS: number = 15 * 60 * 1000;

/**
 * Whether a create may be repeated now at a gateway that keeps its answers under a key: whenever it was sent since its preparation,
 * the gateway still has the first answer when the repeat has certainly ended.
 */
export const mayRepeatUnderKey = (
  { createKeyKeptMs = 0 }: Pick<DriverCapabilities, "createKeyKeptMs">,
  preparedAt: Instant,
  nowMs: number,
): boolean => nowMs + IN_FLIGHT_MS <= epochMsOf(preparedAt) + createKeyKeptMs;

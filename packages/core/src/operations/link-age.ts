import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CreateInput, DriverLink } from "../driver-contract.ts";
import { epochMsOf } from "../instant.ts";
import type { LinkWarning } from "../payment-link.ts";

/** How far a gateway's clock may be behind ours. */
const CLOCK_MARGIN_MS = 5 * 60 * 1000;

/** Whether a link can have been made by a request that was sent at this time, as far as the gateway's clock tells. */
export const isAsGoodAsNew = (found: DriverLink, sentAtMs: number): boolean =>
  !isCertainlyOlder(found, sentAtMs) && found.state === "open" && found.usage.used === 0;

/** Whether a link was made before a request was sent, by more than clocks differ. */
export const isCertainlyOlder = ({ createdAt }: DriverLink, sentAtMs: number): boolean =>
  createdAt !== undefined && epochMsOf(createdAt) < sentAtMs - CLOCK_MARGIN_MS;

/** Whether a link was made before a request was sent, by the second and if the clocks agree. */
export const isOlder = ({ createdAt }: DriverLink, sentAtMs: number): boolean =>
  createdAt !== undefined && epochMsOf(createdAt) < Math.floor(sentAtMs / 1000) * 1000;

/** A warning where the gateway set another expiry than asked for, by more than it rounds. */
export const expiryWarning = (
  gateway: string,
  { expiresAt: capability }: DriverCapabilities,
  asked: CreateInput,
  got: DriverLink,
): LinkWarning | undefined => {
  const [wanted, effective] = [asked.expiresAt, got.expiresAt];
  if (!isSupported(capability) || wanted === effective) return undefined;
  if (wanted && effective && Math.abs(epochMsOf(wanted) - epochMsOf(effective)) < capability.resolutionMs) {
    return undefined;
  }
  const message = `${gateway} ${effective ? `set the expiry to ${effective}` : "reports no expiry"}; you asked for ${wanted ?? "none"}`;
  return Object.freeze({ code: "adjusted", field: "expiresAt", message });
};

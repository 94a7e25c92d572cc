import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CreateInput, DriverLink } from "../driver-contract.ts";
import { epochMsOf } from "../instant.ts";
import type { LinkWarning } from "../payment-link.ts";

/** How far a gateway's clock may be behind ours. */
const CLOCK_MARGIN_MS = 5 * 60 * 1000;

/** Whether a link was created before a request was sent, by more than the difference of clocks. */
export const isCertainlyOlder = ({ createdAt }: DriverLink, sentAtMs: number): boolean =>
  createdAt !== undefined && epochMsOf(createdAt) < sentAtMs - CLOCK_MARGIN_MS;

/** Whether a link was created before a request was sent, in whole seconds, if the clocks agree. */
export const isOlder = ({ createdAt }: DriverLink, sentAtMs: number): boolean =>
  createdAt !== undefined && epochMsOf(createdAt) < Math.floor(sentAtMs / 1000) * 1000;

/** A warning if the gateway set a different expiry than requested, by more than its resolution. */
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

import { ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { DriverError, DriverObservation } from "../driver-contract.ts";
import type { CallScope } from "./call.ts";
import { readHistories } from "./read-histories.ts";

/**
 * Adds all histories to a link that was read, because the event of the link may be a payment that no delivery reported in full.
 * They are read even if no use is counted: a count may lag, and a reversed payment is no longer counted. If the gateway cannot
 * list histories, the link is returned as it is.
 */
export const withHistories = async (
  confirmed: DriverObservation,
  scope: CallScope<"confirm">,
): Promise<Result<DriverObservation, DriverError>> => {
  if (confirmed.kind !== "link") return ok(confirmed);
  const list = scope.handlers.of("listHistories");
  if (!list || !isSupported(scope.gateway.driver.capabilities.operations.listHistories)) return ok(confirmed);
  const read = await readHistories(scope, list, confirmed.link.providerId);
  return read.map((histories) => ({ ...confirmed, histories }));
};

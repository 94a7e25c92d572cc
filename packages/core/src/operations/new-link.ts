import { ok, type Result } from "neverthrow";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import { wasPaid } from "../history-status.ts";
import { linkStatus } from "../link-status.ts";
import type { CallScope } from "./call.ts";
import { readHistories } from "./read-histories.ts";

// Whether a link is as good as one that was made just now. A use that nobody counts is looked for in the histories.

/** What is known: whether nobody has paid, or nothing, because the gateway neither counts payments nor lists them. */
export type Unpaid = boolean | "not_reported";

export const isUnpaid = async (scope: CallScope<"create">, link: DriverLink): Promise<Result<Unpaid, DriverError>> => {
  const { usage } = scope.gateway.driver.capabilities;
  if (link.usage.used > 0) return ok(false);
  if (link.usage.counted !== false && usage.counted !== false) return ok(true);
  const read = await readHistories(scope, link.providerId, { paidOnly: true });
  return read.map((histories) => (histories ? !histories.some(({ record }) => wasPaid(record)) : "not_reported"));
};

/** Whether a link can be paid, now or from its start. */
export const isOpen = ({ state, usage, startsAt, expiresAt }: DriverLink, nowMs: number): boolean => {
  const status = linkStatus({ state, usage, startsAt, expiresAt, nowMs });
  return status === "active" || status === "scheduled";
};

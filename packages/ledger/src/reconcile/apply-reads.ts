import type { LinkCandidate } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import type { Applied } from "../apply/application.ts";
import { applyReport } from "../apply/apply.ts";
import type { LedgerContext } from "../context.ts";
import type { DatabaseError } from "../errors.ts";
import type { Report } from "../plan/state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";

/** Most histories of a link that are applied in one transaction. */
const MAX_HISTORIES = 100;

/** The result of reading one link. */
export interface ReadOfLink {
  readonly gateway: string;
  readonly candidates: readonly LinkCandidate[];
  readonly report: Report;
  readonly learntBy: "reconcile" | "confirm";
  /** As of an application. */
  readonly isOneOfMany?: boolean;
}

/** Applies what was read of a link. Returns nothing if the ledger does not know the link. Histories that are of other links come before it. */
export const applyRead = async (
  context: LedgerContext,
  refs: GatewayRefs,
  { report: { link, beganAt, histories }, ...read }: ReadOfLink,
): Promise<Result<readonly Applied[], DatabaseError>> => {
  const applied: Applied[] = [];
  // Without a history too: the clock may have changed the link's status.
  for (let start = 0; start === 0 || start < histories.length; start += MAX_HISTORIES) {
    const report = { ...(start === 0 && { link, beganAt }), histories: histories.slice(start, start + MAX_HISTORIES) };
    const one = await applyReport(context, refs, { ...read, report });
    if (one.isErr()) return err(one.error);
    if (one.value) applied.push(...(one.value.others ?? []), one.value);
  }
  return ok(applied);
};

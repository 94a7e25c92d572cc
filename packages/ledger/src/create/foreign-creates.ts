// Creates with an unknown outcome at gateways that this process does not have.
import type { LedgerContext } from "../context.ts";
import { run, type Unit } from "../database/unit.ts";
import type { CreateUnresolved } from "../deliveries/problem.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { listCreateProblems, type UnresolvedCreateRow } from "../statements/unresolved.ts";
import type { Unresolved } from "../types.ts";

/** Most creates of a report: one is enough to act on. */
const MAX_LISTED = 100;

/** What to do about a create at a gateway that no process has. */
export const FOREIGN_HINT =
  "Configure this gateway again in a process that runs reconcile, under this key or under a new one with this key in aliases. Otherwise look in the provider's dashboard for a link with this reference.";

/** The creates that nobody can resolve, apart from those of this process. */
export function* listForeignCreates(context: LedgerContext, refs: GatewayRefs): Unit<readonly Unresolved[]> {
  const own = new Set(context.links.gateways.map((key) => refs.refOf(key)));
  const found: Unresolved[] = [];
  for (const row of yield* run(listCreateProblems, { limit: MAX_LISTED })) {
    if (row.gateway_ref === null || own.has(row.gateway_ref)) continue;
    const gateways = yield* gatewaysFor(context, refs, row);
    found.push({ reference: row.reference, gateway: gateways.keyOf(row.gateway_ref), hint: FOREIGN_HINT });
  }
  return found;
}

/** The problem of such a create. */
export const createUnresolved = ({ reference }: UnresolvedCreateRow, gateway: string): CreateUnresolved => ({
  kind: "create_unresolved",
  gateway,
  reference,
  message: `a create may have made a link at the gateway ${gateway}: expected a process that has this gateway, and none has asked it for 10 minutes`,
  hint: FOREIGN_HINT,
});

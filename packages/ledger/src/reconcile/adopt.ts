import type { CallOptions, LinkId, PaymentLink, PaymentLinkError } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import type { Unit } from "../database/unit.ts";
import type { LedgerError } from "../errors.ts";
import { recordLink } from "../links/record-link.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import type { Adopted, AdoptOptions } from "../types.ts";

/** Stores the links of one page of a gateway's list that the ledger does not know. */
export const adoptLinks = async (
  context: LedgerContext,
  { gateway, limit, cursor }: AdoptOptions,
  options: CallOptions,
): Promise<Result<Adopted, PaymentLinkError | LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const page = await context.links.list({ gateway, limit, cursor }, options);
  if (page.isErr()) return err(page.error);
  const adopted: LinkId[] = [];
  for (const link of page.value.items) {
    // Each alone, so that no transaction is long.
    const stored = await context.engine.transaction(() => adoptUnit(refs.value, link, context.clock.now()));
    if (stored.isErr()) return err(stored.error);
    if (stored.value !== undefined) adopted.push(link.id);
  }
  const { nextCursor } = page.value;
  return ok({ adopted, ...(nextCursor !== undefined && { nextCursor }) });
};

function* adoptUnit(refs: GatewayRefs, link: PaymentLink, nowMs: number): Unit<number | undefined> {
  // The next run of `reconcile` reads its payments.
  return yield* recordLink(link, {
    gatewayRef: refs.refOf(link.gateway),
    state: "adopted",
    lookAt: instantAt(nowMs),
    nowMs,
  });
}

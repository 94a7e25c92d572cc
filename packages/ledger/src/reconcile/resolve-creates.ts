import { err, ok, type Result } from "neverthrow";
import { resolveNextIntent } from "../create/due-intents.ts";
import type { DatabaseError } from "../errors.ts";
import { type GatewayRun, isOfGateway } from "./look-at-due.ts";

/** Finds out the outcome of creates whose result is not known, before links are looked at: nobody knows their URLs. */
export const resolveCreates = async (gatewayRun: GatewayRun): Promise<Result<void, DatabaseError>> => {
  const { context, refs, gateway, tally, goesOn } = gatewayRun;
  for (;;) {
    if (!goesOn()) return ok(tally.cutShort());
    const next = await resolveNextIntent(context, refs, gatewayRun);
    if (next.isErr()) return err(next.error);
    if (!next.value) return ok(undefined);
    const { reference, resumed } = next.value;
    if (resumed.kind === "made") tally.create();
    if (resumed.kind !== "unknown") continue;
    const { error } = resumed;
    tally.unresolved({ reference, gateway, hint: error.hint });
    tally.fail(gateway, error);
    // The others would fare no better, and are due again later.
    if (isOfGateway(error)) return ok(undefined);
  }
};

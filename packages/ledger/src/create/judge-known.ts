import type { PaymentLink, PaymentLinkError, PreparedCreate } from "@tautan/core";
import { omitUndefined } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storedId } from "../apply/storable.ts";
import { linkOf, parseJson } from "../apply/stored-rows.ts";
import type { LedgerContext } from "../context.ts";
import { UnreadableRow } from "../database/engine.ts";
import { run, type Unit } from "../database/unit.ts";
import { type DatabaseError, databaseError, type LedgerError } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { type IntentRow, verifyLink } from "../statements/intents.ts";
import type { Creating } from "./creating.ts";
import { duplicate } from "./refusals.ts";
import { enforceExpiry, presentKey } from "./settle.ts";

type KnownRow = IntentRow & { readonly link: string; readonly gateway_ref: number };
type Judged = Result<PaymentLink, PaymentLinkError | LedgerError>;

/** The link that has the reference, if it is that of the request. */
export const judgeKnown = async (
  context: LedgerContext,
  refs: GatewayRefs,
  creating: Creating,
  row: KnownRow,
): Promise<Judged> => {
  const { plan } = creating;
  const gateways = await context.engine.read(() => gatewaysFor(context, refs, row));
  if (gateways.isErr()) return err(gateways.error);
  const gateway = gateways.value.keyOf(row.gateway_ref);
  const read = readable(() => ({
    existing: linkAsOf(linkOf(row.link, gateway), row.used, context.clock.now()),
    stored: storedCreate(row, plan.fingerprint),
  }));
  if (read.isErr()) return err(read.error);
  const { existing, stored } = read.value;
  if (row.state === "made" && isComparable(row.fingerprint, plan.fingerprint)) {
    return row.fingerprint === plan.fingerprint ? ok(existing) : err(duplicate(existing));
  }
  const prepared = stored ?? plan.candidates.find((each) => each.gateway === gateway);
  // The request goes to other gateways, or the link is gone there.
  if (!prepared || existing.status === "deleted") return err(duplicate(existing));
  return compare(context, creating, { row, existing, prepared });
};

/** The values of a row, or the error of one that the ledger cannot have written. */
const readable = <T>(read: () => T): Result<T, DatabaseError> => {
  try {
    return ok(read());
  } catch (thrown) {
    if (!(thrown instanceof UnreadableRow)) throw thrown;
    return err(databaseError("database_corrupt", thrown.message, thrown));
  }
};

/** Whether two fingerprints were computed in the same way: later versions may have another. */
const isComparable = (stored: string | null, wanted: string): boolean =>
  stored !== null && stored.split("-")[0] === wanted.split("-")[0];

/** The create that was sent for this very request, with the slug that proves its link. */
const storedCreate = ({ prepared, fingerprint }: KnownRow, wanted: string): PreparedCreate | undefined =>
  prepared === null || fingerprint !== wanted ? undefined : (parseJson(prepared, "prepared") as PreparedCreate);

interface Comparing {
  readonly row: KnownRow;
  readonly existing: PaymentLink;
  readonly prepared: PreparedCreate;
}

/** Core compares a link that was made elsewhere with a request. Nothing is sent to a gateway that can be asked for the link. */
const compare = async (
  context: LedgerContext,
  creating: Creating,
  { row, existing, prepared }: Comparing,
): Promise<Judged> => {
  const { links, engine } = context;
  const { gateway, reference } = existing;
  if (links.gateway(presentKey(context, gateway)).capabilities.operations.find === true) {
    const found = await links.find({ gateway, reference }, creating.call());
    if (found.isErr()) return err(found.error.kind === "not_found" ? duplicate(existing) : found.error);
  }
  const resumed = await links.resume(prepared, { ...creating.call(), sentAt: row.sent_at ?? undefined });
  if (resumed.isErr()) {
    const { error } = resumed;
    // It cannot be compared, so that it is not known to be this request's.
    return err(error.kind === "unsupported" ? duplicate(existing) : error);
  }
  if (storedId(resumed.value.providerId) !== row.provider_id) return err(duplicate(existing));
  const { fingerprint } = creating.plan;
  const { value: made } = resumed;
  const verified = await engine.transaction(function* (): Unit<void> {
    yield* run(verifyLink, { ref: row.ref, fingerprint });
    yield* enforceExpiry(row, made, context.clock.now());
  });
  if (verified.isErr()) return err(verified.error);
  const { expiresAt, expiryEnforcedBy } = made;
  const isEnforced = expiryEnforcedBy !== undefined && existing.expiryEnforcedBy === undefined;
  return ok(isEnforced ? Object.freeze({ ...existing, ...omitUndefined({ expiresAt }), expiryEnforcedBy }) : existing);
};

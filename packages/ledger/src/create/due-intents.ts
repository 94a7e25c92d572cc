import type { CallOptions } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { UnreadableRow } from "../database/engine.ts";
import { runFirst } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { type IntentRow, leaseDueIntent } from "../statements/intents.ts";
import { type Intent, intentOf } from "./intent.ts";
import { type Resumed, resumeIntent } from "./resume-intent.ts";
import { settleFailed, settleUnknown } from "./settle.ts";

/** How long one process has an intent, in milliseconds: longer than the call that it makes. */
const LEASE_MS = 60_000;

/** Which intents are resolved, and how. */
export interface Resolving {
  /** The gateway's key. */
  readonly gateway: string;
  /** For each call of the gateway; its deadline is below the lease. */
  readonly callOptions: () => CallOptions & { readonly timeoutMs: number };
}

/** An intent that was due, and what was found out about it. */
export interface ResolvedIntent {
  readonly reference: string;
  readonly resumed: Resumed;
}

/**
 * Finds out the outcome of the next create of a gateway that is due: its process has died, or its result was not known. Returns
 * `undefined` if none is due.
 */
export const resolveNextIntent = async (
  context: LedgerContext,
  refs: GatewayRefs,
  { gateway, callOptions }: Resolving,
): Promise<Result<ResolvedIntent | undefined, DatabaseError>> => {
  const nowMs = context.clock.now();
  const due = {
    gatewayRef: refs.refOf(gateway),
    now: instantAt(nowMs),
    leasedUntil: instantAt(nowMs + LEASE_MS),
  };
  const leased = await context.engine.write(() => runFirst(leaseDueIntent, due));
  if (leased.isErr()) return err(leased.error);
  const row = leased.value;
  if (!row) return ok(undefined);
  const found = await resolve(context, refs, row, callOptions());
  return found.map((resumed) => ({ reference: row.reference, resumed }));
};

const resolve = async (
  context: LedgerContext,
  refs: GatewayRefs,
  row: IntentRow,
  call: CallOptions,
): Promise<Result<Resumed, DatabaseError>> => {
  const lost = (): Resumed => ({ kind: "lost" });
  // Nothing was sent, and whoever asked for it is gone: if they ask again, it is created then.
  if (row.state === "intended") return (await settleFailed(context, row)).map(lost);
  const intent = readable(row);
  // It stays so: it must not stop the others.
  if (!intent) return (await settleUnknown(context, row, row.looks)).map(lost);
  return resumeIntent(context, refs, intent, { call, leaseMs: LEASE_MS });
};

const readable = (row: IntentRow): Intent | undefined => {
  try {
    return intentOf(row);
  } catch (thrown) {
    if (thrown instanceof UnreadableRow) return undefined;
    throw thrown;
  }
};

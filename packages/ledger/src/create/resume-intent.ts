import type { CallOptions, PaymentLink, PaymentLinkError, PreparedCreate } from "@tautan/core";
import { epochMsOf, mayRepeatUnderKey } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import type { DatabaseError } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import type { Intent } from "./intent.ts";
import { duplicateElsewhere } from "./refusals.ts";
import { noteSent, settleFailed, settleMade, settleUnknown } from "./settle.ts";

/** The outcome of an intent. */
export type Resumed =
  | { readonly kind: "made"; readonly link: PaymentLink }
  /** Certainly nothing was made. */
  | { readonly kind: "failed"; readonly error: PaymentLinkError }
  | { readonly kind: "unknown"; readonly error: PaymentLinkError }
  /** Another process has it. */
  | { readonly kind: "lost" };

export interface ResumingOptions {
  readonly call: CallOptions;
  readonly leaseMs: number;
}

/**
 * Finds out the outcome of a create that may have been sent, and stores it. Whether it is sent again, core decides: only if that
 * cannot make a second link.
 */
export const resumeIntent = async (
  context: LedgerContext,
  refs: GatewayRefs,
  intent: Intent,
  { call, leaseMs }: ResumingOptions,
): Promise<Result<Resumed, DatabaseError>> => {
  const { prepared, sentAt, fingerprint } = intent;
  let held: { readonly ref: number; readonly version: number } = { ref: intent.ref, version: intent.version };
  if (mayBeSent(context, intent)) {
    const noted = await noteSent(context, refs, held, prepared, leaseMs);
    if (noted.isErr()) return err(noted.error);
    if (!noted.value) return ok({ kind: "lost" });
    held = noted.value;
  }
  const resumed = await context.links.resume(prepared, { ...call, sentAt });
  if (resumed.isOk()) {
    const link = resumed.value;
    const settled = await settleMade(context, refs, held, { fingerprint, link, isNew: false });
    if (settled.isErr()) return err(settled.error);
    if (settled.value.kind !== "elsewhere") {
      return ok(settled.value.kind === "made" ? { kind: "made", link } : { kind: "lost" });
    }
    const { existing } = settled.value;
    return (await settleFailed(context, held)).map(() => ({ kind: "failed", error: duplicateElsewhere(existing) }));
  }
  const { error } = resumed;
  if (error.outcome !== "unknown") {
    const settled = await settleFailed(context, held);
    return settled.map(() => ({ kind: "failed", error }));
  }
  const settled = await settleUnknown(context, held, intent.looks);
  return settled.map(() => ({ kind: "unknown", error }));
};

/** After this time, `resume` sends a create again to a gateway that accepts a reference twice, if it has no such link. */
const IN_FLIGHT_MS = 15 * 60_000;

/**
 * Whether `resume` may send the create again. Then that is noted first; otherwise it is not, because asking again and again must not
 * keep it from ever being certain that nothing was made.
 */
const mayBeSent = (context: LedgerContext, { prepared, sentAt }: Intent): boolean => {
  const nowMs = context.clock.now();
  const { expiresAt } = prepared.input ?? {};
  if (expiresAt !== undefined && epochMsOf(expiresAt) <= nowMs) return false;
  const capabilities = capabilitiesAt(context, prepared);
  switch (capabilities?.createRecovery) {
    case "lookup":
    case "replay":
      return true;
    case "keyed":
      return mayRepeatUnderKey(capabilities, prepared.preparedAt, nowMs);
    case "scan":
      return sentAt !== undefined && nowMs >= epochMsOf(sentAt) + IN_FLIGHT_MS;
    // It cannot be asked.
    case "none":
    case undefined:
      return false;
  }
};

/** The features of the gateway; `undefined` if it is not configured any more. */
const capabilitiesAt = (context: LedgerContext, { gateway }: PreparedCreate) => {
  try {
    return context.links.gateway(gateway).capabilities;
  } catch {
    return undefined;
  }
};

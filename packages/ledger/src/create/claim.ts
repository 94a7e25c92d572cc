import type { CreatePlan } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { storableJson, storableText } from "../apply/storable.ts";
import { runFirst, type Unit } from "../database/unit.ts";
import { customerKeyOf } from "../erase/customer-key.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { addIntent, type Held, type IntentRow, leaseIntent, readIntent, replaceIntent } from "../statements/intents.ts";
import { type Intent, intentOf } from "./intent.ts";

/** What to do about a request. */
export type Claim =
  /** Nothing was sent yet, and nobody else may send. */
  | { readonly kind: "send"; readonly held: Held }
  /** A create of the reference was sent by a process that has died or given up, perhaps of another request. */
  | { readonly kind: "resume"; readonly intent: Intent }
  /** Somebody else creates it. */
  | { readonly kind: "busy" }
  /** A link has the reference. */
  | { readonly kind: "known"; readonly row: IntentRow & { readonly link: string; readonly gateway_ref: number } }
  /** Somebody else was quicker: look again. */
  | { readonly kind: "again" };

/** A request, and for how long it is claimed. */
export interface Claiming {
  readonly plan: CreatePlan;
  readonly nowMs: number;
  readonly leaseMs: number;
}

/** Claims the reference of a request, so that one process alone sends a create for it. */
export function* claimUnit(refs: GatewayRefs, { plan, nowMs, leaseMs }: Claiming): Unit<Claim> {
  const [first] = plan.candidates;
  if (!first) throw new TypeError("expected a plan with a candidate");
  const now = instantAt(nowMs);
  const request = {
    reference: storableText(first.input.reference),
    gatewayRef: refs.refOf(first.gateway),
    fingerprint: plan.fingerprint,
    prepared: storableJson(first),
    customerKey: yield* customerKeyOf(first.input.customer?.email),
    leasedUntil: instantAt(nowMs + leaseMs),
    now,
  };
  const added = yield* runFirst(addIntent, request);
  if (added) return { kind: "send", held: added };
  const row = yield* runFirst(readIntent, request);
  if (!row) return AGAIN;
  const { link, gateway_ref: gatewayRef, create_leased_until: leasedUntil, state } = row;
  if (link !== null && gatewayRef !== null) return { kind: "known", row: { ...row, link, gateway_ref: gatewayRef } };
  if (leasedUntil !== null && leasedUntil > now) return { kind: "busy" };
  if (state === "sent" || state === "unknown") {
    const intent = intentOf(row);
    const leased = yield* runFirst(leaseIntent, { ...row, ...request });
    return leased ? { kind: "resume", intent: { ...intent, ...leased } } : AGAIN;
  }
  const replaced = yield* runFirst(replaceIntent, { ...row, ...request });
  return replaced ? { kind: "send", held: replaced } : AGAIN;
}

const AGAIN: Claim = { kind: "again" };

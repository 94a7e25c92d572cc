import type { PaymentLink, PreparedCreate } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import type { ResultAsync } from "neverthrow";
import { storableJson, storableText, storedId } from "../apply/storable.ts";
import { linkOf } from "../apply/stored-rows.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { firstLookAt } from "../links/first-look.ts";
import { type Recording, recordLink, tellMade } from "../links/record-link.ts";
import { closeAtOf } from "../plan/closing.ts";
import { linkAsOf } from "../plan/link-state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { type Held, type IntentRow, markSent, readIntent, settleIntent, verifyLink } from "../statements/intents.ts";
import { putEnforcedExpiry } from "../statements/links.ts";
import { lockLink, readByLinkId } from "../statements/read.ts";

/**
 * Notes that a create is sent, before it is. `undefined` if another process has taken the intent over, or may have: this one may have
 * been stopped for longer than its lease. Then nothing may be sent.
 */
export const noteSent = (
  context: LedgerContext,
  refs: GatewayRefs,
  held: Held,
  prepared: PreparedCreate,
  leaseMs: number,
): ResultAsync<Held | undefined, DatabaseError> => {
  const nowMs = context.clock.now();
  const sent = {
    ...held,
    gatewayRef: refs.refOf(presentKey(context, prepared.gateway)),
    prepared: storableJson(prepared),
    leasedUntil: instantAt(nowMs + leaseMs),
    now: instantAt(nowMs),
  };
  return context.engine
    .write(() => runFirst(markSent, sent))
    .map((noted) => (context.clock.now() < nowMs + leaseMs ? noted : undefined));
};

/** The key of a gateway that may have been renamed since. */
export const presentKey = ({ links }: LedgerContext, key: string): string =>
  links.canonicalId(`${key}:x`)?.split(":")[0] ?? key;

/** The link that a create made. */
export interface Made {
  /** Of its request. */
  readonly fingerprint: string;
  readonly link: PaymentLink;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * The outcome of a link that a create made:
 *
 * - `made`: it is stored, by whoever was quicker.
 * - `taken`: another link has the reference in the ledger, so that this one is a second link.
 * - `elsewhere`: the ledger has this very link under another reference. Nothing was made for this one.
 */
export type Settled =
  | { readonly kind: "made" | "taken" }
  | { readonly kind: "elsewhere"; readonly existing: PaymentLink };

/** Stores the link that a create made, whoever was quicker: it is a fact. */
export const settleMade = (
  context: LedgerContext,
  refs: GatewayRefs,
  { ref }: Held,
  { fingerprint, link, isNew }: Made,
): ResultAsync<Settled, DatabaseError> => {
  const nowMs = context.clock.now();
  const gatewayRef = refs.refOf(link.gateway);
  // One that was made some time ago may have been paid since.
  const lookAt = isNew ? firstLookAt(context, link, nowMs) : instantAt(nowMs);
  const recording = { gatewayRef, lookAt, nowMs, learntBy: "create" } as const;
  return context.engine
    .transaction(() => madeUnit(ref, fingerprint, link, recording))
    .map((settled) => {
      context.wakeWorkers();
      return settled;
    });
};

function* madeUnit(
  ref: number,
  fingerprint: string,
  link: PaymentLink,
  recording: Omit<Recording, "state" | "learntBy"> & { readonly learntBy: "create" },
): Unit<Settled> {
  const { gatewayRef, nowMs } = recording;
  yield* run(lockLink, { linkRef: ref });
  const row = yield* runFirst(readIntent, { reference: storableText(link.reference) });
  if (row && row.link !== null) {
    if (row.gateway_ref !== gatewayRef || row.provider_id !== storedId(link.providerId)) return { kind: "taken" };
    // A webhook was quicker.
    if (row.state === "adopted") yield* run(verifyLink, { ref: row.ref, fingerprint });
    yield* enforceExpiry(row, link, nowMs);
    yield* tellMade(row.ref, link, recording);
    return { kind: "made" };
  }
  const known = yield* runFirst(readByLinkId, { gatewayRef, linkId: storedId(link.providerId) });
  if (known && known.link !== null) {
    return { kind: "elsewhere", existing: linkAsOf(linkOf(known.link, link.gateway), known.link_used, nowMs) };
  }
  // Another request has taken the reference since: whether the link is of that one, its own create decides.
  const isOfRow = row === undefined || row.fingerprint === fingerprint;
  const state = isOfRow ? "made" : "adopted";
  yield* recordLink(link, { ...recording, state });
  return { kind: "made" };
}

/**
 * Stores when the ledger is to close a link that was known without that: the gateway does not know it. The link is read again, because it
 * may have been changed, closed or erased while the gateway was asked.
 */
export function* enforceExpiry(
  { ref, reference }: Pick<IntentRow, "ref" | "reference">,
  { gateway, expiresAt, expiryEnforcedBy }: PaymentLink,
  nowMs: number,
): Unit<void> {
  if (expiryEnforcedBy === undefined || expiresAt === undefined) return;
  yield* run(lockLink, { linkRef: ref });
  const row = yield* runFirst(readIntent, { reference });
  if (!row || row.ref !== ref || row.link === null) return;
  const stored = linkOf(row.link, gateway);
  if (stored.expiryEnforcedBy !== undefined) return;
  const link = { ...stored, expiresAt, expiryEnforcedBy };
  const closeAt = closeAtOf(link);
  const lookAt = instantAt(nowMs);
  yield* run(putEnforcedExpiry, { ref, link: storableJson(link), expiresAt, closeAt, lookAt });
}

/** Stores that certainly nothing was made. A process that was overtaken changes nothing. */
export const settleFailed = (context: LedgerContext, held: Held): ResultAsync<unknown, DatabaseError> =>
  context.engine.write(() => runFirst(settleIntent, { ...held, state: "failed", looks: 0, lookAt: null }));

/** Stores that the outcome of a create is not known, and when to ask again. */
export const settleUnknown = (
  context: LedgerContext,
  held: Held,
  looks: number,
): ResultAsync<unknown, DatabaseError> => {
  const waitMs = LOOKS_MS[looks];
  const lookAt = waitMs === undefined ? null : instantAt(context.clock.now() + waitMs);
  return context.engine.write(() => runFirst(settleIntent, { ...held, state: "unknown", looks: looks + 1, lookAt }));
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The waits before an unknown create is asked about, after each answer that left it open. After the last it is not asked any more. */
const LOOKS_MS: readonly number[] = [
  MINUTE_MS,
  5 * MINUTE_MS,
  // By then it is certain that a create which is not found made nothing.
  16 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  ...Array.from({ length: 14 }, () => DAY_MS),
];

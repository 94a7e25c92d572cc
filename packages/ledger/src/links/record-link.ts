import type { Instant, PaymentLink, PreparedCreate } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { storableJson, storableText, storedId } from "../apply/storable.ts";
import { parseJson } from "../apply/stored-rows.ts";
import { CONSUMER } from "../apply/write.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { customerKeyOf } from "../erase/customer-key.ts";
import { withoutCustomer } from "../erase/without-customer.ts";
import type { LearntBy } from "../events/event.ts";
import { closeAtOf } from "../plan/closing.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { wakeDeliveries } from "../statements/deliveries.ts";
import { addLinkEvent } from "../statements/events.ts";
import { type IntentRow, readIntent } from "../statements/intents.ts";
import { wakeLane } from "../statements/lanes.ts";
import { putLink } from "../statements/links.ts";
import { readByLinkId } from "../statements/read.ts";

/** How a link became known. */
export interface Recording {
  readonly gatewayRef: number;
  /** `made`: it is certainly the link of the request that is stored under its reference, or of none. */
  readonly state: "made" | "adopted";
  /** When the gateway is asked about it; `undefined` if never. */
  readonly lookAt: Instant | undefined;
  readonly nowMs: number;
  /** Default: `create` if it was made, `webhook` if it was adopted. */
  readonly learntBy?: LearntBy | undefined;
}

/**
 * Stores a link that a gateway has reported, and wakes the deliveries that waited for it. Returns its number; `undefined` if a
 * link that is made has the reference, which may be this one.
 *
 * A link that is adopted onto an intent is the intent's if its slug proves that. Otherwise `create` compares it with its request.
 */
export function* recordLink(
  reported: PaymentLink,
  { gatewayRef, state, lookAt, nowMs, learntBy = state === "made" ? "create" : "webhook" }: Recording,
): Unit<number | undefined> {
  const now = instantAt(nowMs);
  const linkId = storedId(reported.providerId);
  const reference = storableText(reported.reference);
  const known = yield* runFirst(readByLinkId, { gatewayRef, linkId });
  // It is known under the reference that it was created with, which a gateway may report differently.
  if (known && known.link_reference !== reference) return undefined;
  const intent = yield* runFirst(readIntent, { reference });
  // Its reference is the provider's id: whatever has it here as its own reference is another link.
  if (reported.madeElsewhere && intent && !known) return undefined;
  // Its customer may have been erased before it was made.
  const isErased = intent !== undefined && intent.erased_at !== null;
  const link = withEnforcedExpiry(isErased ? withoutCustomer(reported) : reported, intent);
  const isMade = state === "made" || isOf(intent, link);
  const stored = yield* runFirst(putLink, {
    gatewayRef,
    providerId: linkId,
    reference,
    state: isMade ? "made" : "adopted",
    link: storableJson(link),
    providerUpdatedAt: link.updatedAt ?? null,
    status: linkAsOf(link, 0, nowMs).status,
    usedLimit: link.usage.limit ?? null,
    expiresAt: link.expiresAt ?? null,
    createdAt: link.createdAt ?? now,
    customerKey: yield* customerKeyOf(link.customer?.email),
    lookAt: lookAt ?? null,
    closeAt: closeAtOf(link),
  });
  if (!stored) return undefined;
  if (intent && (isMade || intent.state === "sent" || intent.state === "unknown")) {
    yield* tellMade(stored.ref, link, { nowMs, learntBy });
  }
  yield* run(wakeDeliveries, { gatewayRef, linkId, reference, now });
  return stored.ref;
}

/** Emits that a link was made, unless it was emitted before. */
export function* tellMade(
  linkRef: number,
  link: PaymentLink,
  { nowMs, learntBy }: { readonly nowMs: number; readonly learntBy: LearntBy },
): Unit<void> {
  const now = instantAt(nowMs);
  const at = link.createdAt ?? now;
  const told = yield* runFirst(addLinkEvent, {
    id: `${link.id}#link_made`,
    linkRef,
    type: "link_made",
    at,
    cause: learntBy,
    now,
  });
  if (told) yield* run(wakeLane, { consumer: CONSUMER, linkRef, now });
}

/** A webhook may report a link before its create is answered: the gateway does not know when the ledger is to close it. */
const withEnforcedExpiry = (link: PaymentLink, intent: IntentRow | undefined): PaymentLink => {
  const isSent = intent?.state === "sent" || intent?.state === "unknown";
  if (!isSent || intent.prepared === null || link.expiryEnforcedBy !== undefined) return link;
  const { enforcedExpiry } = parseJson(intent.prepared, "prepared") as Partial<PreparedCreate>;
  return enforcedExpiry === undefined ? link : { ...link, expiresAt: enforcedExpiry, expiryEnforcedBy: "ledger" };
};

/** Whether the create of an intent certainly made a link: nobody else knows its random slug. */
const isOf = (intent: IntentRow | undefined, link: PaymentLink): boolean => {
  if (!intent || intent.prepared === null) return false;
  const { slugIsRandom, input } = parseJson(intent.prepared, "prepared") as Partial<PreparedCreate>;
  return slugIsRandom === true && link.slug !== undefined && input?.slug === link.slug;
};

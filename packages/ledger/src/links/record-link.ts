import type { Instant, PaymentLink } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { storableJson, storableText, storedId } from "../apply/storable.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { customerKeyOf } from "../erase/customer-key.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { wakeDeliveries } from "../statements/deliveries.ts";
import { putLink } from "../statements/links.ts";

/** How a link became known. */
export interface Recording {
  readonly gatewayRef: number;
  readonly state: "made" | "adopted";
  /** When the gateway is asked about it; `undefined` if never. */
  readonly lookAt: Instant | undefined;
  readonly nowMs: number;
}

/**
 * Stores a link that a gateway has reported, and wakes the deliveries that waited for it. Returns its number; `undefined` if a
 * link that is made has the reference, which may be this one.
 */
export function* recordLink(
  link: PaymentLink,
  { gatewayRef, state, lookAt, nowMs }: Recording,
): Unit<number | undefined> {
  const now = instantAt(nowMs);
  const linkId = storedId(link.providerId);
  const reference = storableText(link.reference);
  const stored = yield* runFirst(putLink, {
    gatewayRef,
    providerId: linkId,
    reference,
    state,
    link: storableJson(link),
    providerUpdatedAt: link.updatedAt ?? null,
    status: linkAsOf(link, 0, nowMs).status,
    usedLimit: link.usage.limit ?? null,
    expiresAt: link.expiresAt ?? null,
    createdAt: link.createdAt ?? now,
    customerKey: yield* customerKeyOf(link.customer?.email),
    lookAt: lookAt ?? null,
  });
  if (!stored) return undefined;
  yield* run(wakeDeliveries, { gatewayRef, linkId, reference, now });
  return stored.ref;
}

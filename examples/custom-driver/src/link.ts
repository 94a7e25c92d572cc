import { type DriverError, type DriverLink, omitUndefined } from "@tautan/core/driver";
import type { Result } from "neverthrow";
import { methodOfCode } from "./methods.ts";
import { fromMinorUnits } from "./money.ts";
import { linkState } from "./status.ts";
import { atSeconds } from "./times.ts";
import type { WireLink } from "./wire.ts";

/** The link from a reply or a webhook. */
export const linkFromWire = (wire: WireLink, raw: unknown): Result<DriverLink, DriverError> =>
  fromMinorUnits(wire.amount, wire.currency).map((amount) => ({
    providerId: wire.id,
    reference: wire.reference,
    url: wire.url,
    state: linkState(wire.status),
    title: wire.title,
    amount,
    usage: { limit: wire.max_payments, used: wire.payments_made, held: 0 },
    expiresAt: atSeconds(wire.expires_at),
    methods: wire.methods?.map(methodOfCode),
    customer: wire.customer && omitUndefined(wire.customer),
    redirect: wire.return_url === undefined ? undefined : { url: wire.return_url },
    metadata: wire.metadata,
    createdAt: atSeconds(wire.created_at),
    updatedAt: atSeconds(wire.updated_at),
    raw,
  }));

import type { Delivery, Observation, WebhookRequest } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { applyDelivery } from "../apply/apply.ts";
import { KNOWN_DELIVERY } from "../apply/find-link.ts";
import type { LedgerContext } from "../context.ts";
import { runFirst, type Unit } from "../database/unit.ts";
import type { DeliveryState } from "../deliveries/types.ts";
import type { IngestError, StorageError } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { findDelivery, type NewDelivery, putDelivery } from "../statements/deliveries.ts";
import type { Ingested } from "../types.ts";
import { addCandidates } from "./candidates.ts";
import { isHint, isOfLedger, isProven, reportOf, storedObservations } from "./observations.ts";
import { type PendingDelivery, workDelivery } from "./work-delivery.ts";

/** The longest wait for a gateway's answer while the gateway waits for ours, in milliseconds. */
const CONFIRM_INLINE_MS = 3_000;
/** When a delivery is due if this process does not finish it, in milliseconds. */
const UNFINISHED_DUE_MS = 30_000;

/** Verifies, stores, confirms and applies a delivery. A delivery that is answered with success is in the database. */
export const ingestDelivery = async (
  context: LedgerContext,
  gateway: string,
  request: WebhookRequest,
): Promise<Result<Ingested, IngestError>> => {
  // Before any statement: a forged delivery costs the database nothing.
  const parsed = await context.links.parseWebhook(gateway, request);
  if (parsed.isErr()) return err(parsed.error);
  const delivery = parsed.value;
  const refused = (error: StorageError): IngestError => withAcknowledgement(error, delivery);
  const refs = await context.ready();
  if (refs.isErr()) return err(refused(refs.error));
  const stored = await store(context, refs.value, delivery);
  return stored
    .map(({ state, links }): Ingested => ({ state, links, acknowledgement: delivery.acknowledgement }))
    .mapErr(refused);
};

type Stored = Pick<Ingested, "state" | "links">;

const store = async (
  context: LedgerContext,
  refs: GatewayRefs,
  delivery: Delivery,
): Promise<Result<Stored, StorageError>> => {
  const gatewayRef = refs.refOf(delivery.gateway);
  const { observations } = delivery;
  const relevant = observations.filter(isOfLedger);
  const [first] = relevant;
  const proven = first && relevant.length === 1 && isProven(first) ? first : undefined;
  // A proven report is read together with its delivery, on SQLite inside a transaction that waits for the lock of writers: there,
  // a duplicate is found before.
  if (!observations.some(isHint) && (!proven || context.engine.dialect === "sqlite")) {
    const known = await context.engine.read(() => findUnit(gatewayRef, delivery));
    if (known.isErr()) return err(known.error);
    if (known.value) return ok(DUPLICATE);
  }
  if (proven) {
    const applied = await applyAtOnce(context, refs, proven, delivery);
    // What is stored of the payment cannot be read: then at least the delivery is kept.
    if (applied.isErr() && applied.error.kind !== "database_corrupt") return err(applied.error);
    if (applied.isOk() && applied.value) return ok(applied.value);
  }
  return storeFirst(context, refs, delivery, relevant);
};

function* findUnit(gatewayRef: number, { digest }: Delivery): Unit<boolean> {
  return (yield* runFirst(findDelivery, { gatewayRef, digest })) !== undefined;
}

const DUPLICATE: Stored = { state: "duplicate", links: [] };

/** The common case, one statement for all: a proven report of a link that is known. */
const applyAtOnce = async (
  context: LedgerContext,
  refs: GatewayRefs,
  observation: Observation,
  { digest, raw }: Delivery,
): Promise<Result<Stored | undefined, StorageError>> => {
  const reported = reportOf(observation);
  if (!reported) return ok(undefined);
  const { gateway } = observation;
  const application = {
    ...reported,
    gateway,
    learntBy: "webhook",
    causeRef: digest,
    delivery: { digest, raw },
  } as const;
  return (await applyDelivery(context, refs, application)).map((applied) => {
    if (applied === KNOWN_DELIVERY) return DUPLICATE;
    return applied && { state: "applied", links: [applied.linkId] };
  });
};

/** Everything else is stored before anything is asked or applied. */
const storeFirst = async (
  context: LedgerContext,
  refs: GatewayRefs,
  delivery: Delivery,
  relevant: readonly Observation[],
): Promise<Result<Stored, StorageError>> => {
  const { gateway, digest, raw, respondWithinMs } = delivery;
  const nowMs = context.clock.now();
  const isIgnored = relevant.length === 0;
  const leasedUntil = instantAt(nowMs + UNFINISHED_DUE_MS);
  const received: NewDelivery = {
    gatewayRef: refs.refOf(gateway),
    digest,
    now: instantAt(nowMs),
    state: isIgnored ? "ignored" : "unconfirmed",
    observations: isIgnored ? null : storedObservations(relevant),
    raw,
    dueAt: isIgnored ? null : leasedUntil,
  };
  const kept = await context.engine.transaction(() => keepUnit(received, relevant));
  if (kept.isErr()) return err(kept.error);
  if (isIgnored || !kept.value) return ok({ state: "ignored", links: [] });
  const pending: PendingDelivery = {
    ...kept.value,
    leasedUntil,
    gateway,
    digest,
    receivedAt: received.now,
    observations: relevant,
    attempts: 0,
  };
  const confirmTimeoutMs = Math.max(1, Math.min(CONFIRM_INLINE_MS, Math.floor((respondWithinMs * 2) / 3)));
  // From here on it is stored. Whatever fails now is done again later.
  const worked = await workDelivery(context, refs, pending, { confirmTimeoutMs, asksForLinks: false });
  context.wakeWorkers();
  return ok(
    worked.isOk() ? { state: STATES[worked.value.state], links: worked.value.links } : { state: "stored", links: [] },
  );
};

/** A delivery and the links that it may belong to, so that whoever erases the customer of one of them finds its body. */
function* keepUnit(
  received: NewDelivery,
  relevant: readonly Observation[],
): Unit<{ readonly ref: number; readonly arrivals: number } | undefined> {
  const kept = yield* runFirst(putDelivery, received);
  if (kept) yield* addCandidates(received.gatewayRef, kept.ref, relevant);
  return kept;
}

const STATES: Readonly<Record<DeliveryState, Ingested["state"]>> = {
  applied: "applied",
  ignored: "ignored",
  unconfirmed: "stored",
  waiting: "stored",
  dead: "stored",
};

/** The gateway is asked to send again what was not stored. */
const withAcknowledgement = (error: StorageError, { retryLater }: Delivery): IngestError => {
  const withIt = { ...error, acknowledgement: retryLater };
  if ("cause" in error) Object.defineProperty(withIt, "cause", { value: error.cause, enumerable: false });
  return Object.freeze(withIt);
};

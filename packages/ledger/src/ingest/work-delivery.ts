// The work on a stored delivery: confirmed, applied, or kept until its link is known. The same at its arrival and later.
import { type Instant, type LinkCandidate, type LinkId, type Observation, type PaymentLinkError } from "@tautan/core";
import { epochMsOf, instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { Applied } from "../apply/application.ts";
import { applyReport } from "../apply/apply.ts";
import { storableText, storedId } from "../apply/storable.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DeliveryProblem, DeliveryState } from "../deliveries/types.ts";
import { lastBeyondRetention } from "../erase/retention.ts";
import type { DatabaseError } from "../errors.ts";
import { recordLink } from "../links/record-link.ts";
import { backoffMs } from "../process/backoff.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { type DeliveryOutcome, dropCandidates, finishDelivery } from "../statements/deliveries.ts";
import { readByReference } from "../statements/read.ts";
import { addCandidates } from "./candidates.ts";
import { isOfLedger, isProven, reportOf, storedObservations } from "./observations.ts";

/** A delivery that is stored, and has not been applied. */
export interface PendingDelivery {
  readonly ref: number;
  /** The gateway's key. */
  readonly gateway: string;
  readonly digest: string;
  readonly receivedAt: string;
  readonly observations: readonly Observation[];
  readonly arrivals: number;
  /** When it is due again if nothing is done with it. */
  readonly leasedUntil: string;
  /** How often it was tried before. */
  readonly attempts: number;
}

export interface WorkOptions {
  /** The longest time for the gateway's answers, in milliseconds. */
  readonly confirmTimeoutMs: number;
  /** Whether to ask the gateway for a link that is not known. */
  readonly asksForLinks: boolean;
}

/** Its outcome. */
export interface Worked {
  readonly state: DeliveryState;
  readonly links: readonly LinkId[];
}

/** Tries of a delivery that its gateway does not confirm, over about a day. */
const MAX_ATTEMPTS = 12;
/** How long a delivery waits for its link before the gateway is asked for it: a create may be under way. */
const WAIT_BEFORE_ASKING_MS = 60_000;
/** After how long an unknown link needs a person, in milliseconds. */
const UNKNOWN_FOR_LONG_MS = 10 * 60_000;
/** The longest time between two questions for a link, in milliseconds. */
const MAX_WAIT_MS = 6 * 60 * 60 * 1000;

/** Confirms and applies a stored delivery, and stores its outcome. Safe to repeat. */
export const workDelivery = async (
  context: LedgerContext,
  refs: GatewayRefs,
  delivery: PendingDelivery,
  options: WorkOptions,
): Promise<Result<Worked, DatabaseError>> => {
  const beganAt = instantAt(context.clock.now());
  const confirmed = await Promise.all(
    delivery.observations.filter(isOfLedger).map((each) => confirm(context, each, options)),
  );
  const applied: Applied[] = [];
  const unknown: Observation[] = [];
  let isTaken = false;
  const failed: { readonly observation: Observation; readonly error: PaymentLinkError | DatabaseError }[] = [];
  for (const [index, result] of confirmed.entries()) {
    const observation = delivery.observations.filter(isOfLedger)[index];
    if (result.isErr()) {
      if (observation) failed.push({ observation, error: result.error });
      continue;
    }
    // A report of the delivery itself can be of any age.
    const readAt = observation && isProven(observation) ? undefined : beganAt;
    const outcome = await applyObservation(context, refs, delivery, { observation: result.value, readAt }, options);
    if (outcome.isErr()) {
      // A row that cannot be read stays so: it must not stop the other deliveries.
      if (outcome.error.kind !== "database_corrupt") return err(outcome.error);
      failed.push({ observation: result.value, error: outcome.error });
    } else if (outcome.value === "unknown_link" || outcome.value === "reference_taken") {
      unknown.push(result.value);
      isTaken ||= outcome.value === "reference_taken";
    } else if (outcome.value) applied.push(outcome.value);
  }
  const outcome = outcomeOf(context, delivery, { applied, unknown, failed, isTaken });
  const stored = await context.engine.transaction(() => finish(refs.refOf(delivery.gateway), outcome, unknown));
  return stored.map(() => ({ state: outcome.state, links: applied.map(({ linkId }) => linkId) }));
};

/** Nothing is asked about a proven observation: it only gets the present key of its gateway, which may have been renamed since. */
const confirm = async (
  { links }: LedgerContext,
  observation: Observation,
  { confirmTimeoutMs }: WorkOptions,
): Promise<Result<Observation, PaymentLinkError>> => links.confirm(observation, { timeoutMs: confirmTimeoutMs });

const applyObservation = async (
  context: LedgerContext,
  refs: GatewayRefs,
  { digest }: PendingDelivery,
  { observation, readAt }: { readonly observation: Observation; readonly readAt: Instant | undefined },
  options: WorkOptions,
): Promise<Result<Applied | "unknown_link" | "reference_taken" | undefined, DatabaseError>> => {
  const reported = reportOf(observation);
  // The gateway knows it, and it is of no payment link.
  if (!reported) return ok(undefined);
  const { gateway } = observation;
  const report = { ...reported.report, beganAt: readAt };
  const application = { ...reported, report, gateway, learntBy: "webhook", causeRef: digest } as const;
  const applied = await applyReport(context, refs, application);
  if (applied.isErr() || applied.value) return applied;
  const taken = await context.engine.read(() => isTakenUnit(refs.refOf(gateway), reported.candidates));
  if (taken.isErr() || taken.value) return taken.map(() => "reference_taken");
  if (!options.asksForLinks) return ok("unknown_link");
  const adopted = await adoptLink(context, refs, gateway, reported.candidates);
  if (adopted.isErr() || adopted.value === "not_found") return adopted.map(() => "unknown_link");
  const again = await applyReport(context, refs, application);
  return again.map((each) => each ?? (adopted.value === "not_stored" ? "reference_taken" : "unknown_link"));
};

/** Whether another link of the same gateway has the reference: the report is proven, and names its link by the gateway's own id. */
function* isTakenUnit(gatewayRef: number, candidates: readonly LinkCandidate[]): Unit<boolean> {
  for (const { id, reference } of candidates) {
    const linkId = id === undefined ? undefined : splitId(id)?.providerId;
    if (linkId === undefined || reference === undefined) continue;
    const row = yield* runFirst(readByReference, { gatewayRef, reference: storableText(reference) });
    if (row && row.link !== null && row.link_provider_id !== storedId(linkId)) return true;
  }
  return false;
}

/** Asks the gateway for the link of a report, and stores it if its reference is free. */
const adoptLink = async (
  context: LedgerContext,
  refs: GatewayRefs,
  gateway: string,
  candidates: readonly LinkCandidate[],
): Promise<Result<"stored" | "not_stored" | "not_found", DatabaseError>> => {
  for (const { id, reference } of candidates) {
    const found = id
      ? await context.links.get(id)
      : reference === undefined
        ? undefined
        : await context.links.find({ gateway, reference });
    if (!found?.isOk()) continue;
    const nowMs = context.clock.now();
    // It may have other payments, of which no webhook will report.
    const recording = { gatewayRef: refs.refOf(gateway), state: "adopted", lookAt: instantAt(nowMs), nowMs } as const;
    const stored = await context.engine.transaction(() => recordLink(found.value, recording));
    return stored.map((ref) => (ref === undefined ? "not_stored" : "stored"));
  }
  return ok("not_found");
};

interface Sorted {
  readonly applied: readonly Applied[];
  readonly unknown: readonly Observation[];
  /** Whether a link of them is at its gateway, and another link of the ledger has its reference. */
  readonly isTaken: boolean;
  readonly failed: readonly { readonly observation: Observation; readonly error: PaymentLinkError | DatabaseError }[];
}

const outcomeOf = (
  context: LedgerContext,
  delivery: PendingDelivery,
  { applied, unknown, failed, isTaken }: Sorted,
): DeliveryOutcome => {
  const nowMs = context.clock.now();
  const now = instantAt(nowMs);
  const { ref, arrivals, leasedUntil } = delivery;
  const base = { ref, arrivals, leasedUntil, linkRef: applied[0]?.linkRef ?? null, now };
  const attempts = delivery.attempts + 1;
  const left = [...failed.map(({ observation }) => observation), ...unknown];
  const observations = left.length === 0 ? null : storedObservations(left);
  const [failure] = failed;
  if (failure) {
    const { kind, message, retryable } = failure.error;
    const isHopeless = kind === "unsupported" || attempts >= MAX_ATTEMPTS;
    const dueAt = isHopeless ? null : instantAt(nowMs + backoffMs(attempts, context.random));
    const error = storableText(
      `${kind}: ${message}${retryable || isHopeless ? "" : " (asked again, because gateways can be late)"}`,
    );
    const problem = isHopeless ? hopelessness(kind) : null;
    return { ...base, state: isHopeless ? "dead" : "unconfirmed", observations, attempts, dueAt, error, problem };
  }
  if (unknown.length > 0) {
    const ageMs = nowMs - epochMsOf(delivery.receivedAt as `${string}Z`);
    const isOver = ageMs >= context.waitForLinkMs;
    const isLong = ageMs >= UNKNOWN_FOR_LONG_MS;
    const untilLongMs = isLong ? MAX_WAIT_MS : UNKNOWN_FOR_LONG_MS - ageMs;
    const waitMs = Math.min(Math.max(WAIT_BEFORE_ASKING_MS, ageMs), untilLongMs);
    const problem = isTaken ? "reference_taken" : isLong || isOver ? "unknown_link" : null;
    const dueAt = isOver ? null : instantAt(nowMs + waitMs);
    return { ...base, state: isOver ? "ignored" : "waiting", observations, attempts, dueAt, error: null, problem };
  }
  const state = applied.length > 0 ? "applied" : "ignored";
  return { ...base, state, observations: null, attempts, dueAt: null, error: null, problem: null };
};

const hopelessness = (kind: (PaymentLinkError | DatabaseError)["kind"]): DeliveryProblem => {
  if (kind === "unsupported") return "unsupported";
  return kind === "database_corrupt" ? "unreadable" : "unconfirmed";
};

/** Stores the outcome of a delivery. Its reports are not kept beyond their retention if it is not due any more. */
export function* finish(gatewayRef: number, found: DeliveryOutcome, unknown: readonly Observation[]): Unit<void> {
  const isKept = found.dueAt !== null || found.observations === null || found.ref > (yield* lastBeyondRetention());
  const outcome = isKept ? found : { ...found, observations: null };
  // It has arrived again meanwhile, and is due again: what was learnt before is applied all the same.
  if (!(yield* runFirst(finishDelivery, outcome))) return;
  if (outcome.observations === null) yield* run(dropCandidates, { deliveryRef: outcome.ref });
  // A gateway can name more of them than the delivery did.
  else yield* addCandidates(gatewayRef, outcome.ref, unknown);
}

import type { Observation } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { runFirst } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { parseObservations } from "../ingest/observations.ts";
import { finish, workDelivery } from "../ingest/work-delivery.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { type DeliveryOutcome, leaseDelivery, type StoredDelivery } from "../statements/deliveries.ts";

/** The longest wait for a gateway's answer when nobody waits for ours, in milliseconds. */
const CONFIRM_TIMEOUT_MS = 20_000;
/** When a delivery is due again if its worker dies, in milliseconds. */
const LEASE_MS = 60_000;

/** Confirms and applies the next delivery that is due. Returns whether there was one. */
export const workNextDelivery = async (
  context: LedgerContext,
  refs: GatewayRefs,
): Promise<Result<boolean, DatabaseError>> => {
  const { engine, clock, links } = context;
  const nowMs = clock.now();
  // Another process may have gateways that this one does not know: it works on their deliveries.
  const gateways = JSON.stringify(links.gateways.map((key) => ({ ref: refs.refOf(key) })));
  const leased = await engine.write(() =>
    runFirst(leaseDelivery, { now: instantAt(nowMs), until: instantAt(nowMs + LEASE_MS), gateways }),
  );
  if (leased.isErr()) return err(leased.error);
  const row = leased.value;
  if (!row) return ok(false);
  const observations = readable(row);
  if (observations.isErr()) {
    const { ref, arrivals, attempts, due_at: leasedUntil } = row;
    const dead: DeliveryOutcome = {
      ref,
      arrivals,
      leasedUntil,
      attempts,
      state: "dead",
      linkRef: null,
      dueAt: null,
      observations: row.observations,
      error: observations.error,
      problem: "unreadable",
      now: instantAt(clock.now()),
    };
    return (await engine.transaction(() => finish(row.gateway_ref, dead, []))).map(() => true);
  }
  const pending = {
    ...row,
    gateway: refs.keyOf(row.gateway_ref),
    receivedAt: row.received_at,
    leasedUntil: row.due_at,
    observations: observations.value,
  };
  const worked = await workDelivery(context, refs, pending, {
    confirmTimeoutMs: CONFIRM_TIMEOUT_MS,
    asksForLinks: true,
  });
  return worked.map(() => true);
};

/** What a delivery reports, or why it cannot be read: then it must not stop the others. */
const readable = ({ observations }: StoredDelivery): Result<readonly Observation[], string> => {
  try {
    return ok(parseObservations(observations ?? "[]"));
  } catch (thrown) {
    return err(thrown instanceof Error ? thrown.message : "unreadable");
  }
};

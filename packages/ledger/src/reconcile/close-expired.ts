// Links whose gateway does not know their expiry: the ledger closes them then, and tries again until that has succeeded.
import type { LinkId, PaymentLink, PaymentLinkError } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { applyReport } from "../apply/apply.ts";
import { noteInTrail } from "../apply/note-in-trail.ts";
import { run, type Unit } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import { closedAtExpiry, isToBeReported, waitToClose } from "../plan/closing.ts";
import { type DueClosing, finishClosing, leaseClosings } from "../statements/closings.ts";
import { inTurns } from "./in-turns.ts";
import { CONCURRENCY, type GatewayRun, isOfGateway } from "./look-at-due.ts";

/** When a link is to be closed again if the process dies that has it, in milliseconds. */
const LEASE_MS = 300_000;

/** Closes the links that are due. A gateway that does not work is left alone until the next run. */
export const closeExpired = async (gatewayRun: GatewayRun): Promise<Result<void, DatabaseError>> => {
  const { context, refs, gateway, tally, goesOn } = gatewayRun;
  for (;;) {
    if (!goesOn()) return ok(tally.cutShort());
    const nowMs = context.clock.now();
    const until = instantAt(nowMs + LEASE_MS);
    const due = { gatewayRef: refs.refOf(gateway), dueBy: instantAt(nowMs), until, limit: CONCURRENCY };
    const leased = await context.engine.write(() => run(leaseClosings, due));
    if (leased.isErr()) return err(leased.error);
    if (leased.value.length === 0) return ok(undefined);
    let isDown = false;
    const worked = await inTurns(leased.value, CONCURRENCY, async (closing) => {
      const closed = await closeOne(gatewayRun, closing, until);
      isDown ||= closed.isOk() && closed.value === "down";
      return closed;
    });
    if (worked.isErr()) return err(worked.error);
    if (isDown) return ok(undefined);
  }
};

const closeOne = async (
  gatewayRun: GatewayRun,
  closing: DueClosing,
  until: string,
): Promise<Result<"closed" | "down" | "failed", DatabaseError>> => {
  const { context, refs, gateway, tally } = gatewayRun;
  const { ref, provider_id: providerId, close_attempts: attempts } = closing;
  const id: LinkId = `${gateway}:${providerId}`;
  const error = await stop(gatewayRun, id);
  const nowMs = context.clock.now();
  if (error) {
    tally.fail(gateway, error);
    report(gatewayRun, closing, error);
    const noted = await finish(gatewayRun, { ref, until, waitMs: waitToClose(attempts), error });
    return noted.map(() => (isOfGateway(error) ? "down" : "failed"));
  }
  const applied = await applyReport(context, refs, {
    gateway,
    candidates: [{ id }],
    report: { change: { answeredAt: instantAt(nowMs), apply: closedAtExpiry(nowMs) }, histories: [] },
    learntBy: "reconcile",
  });
  if (applied.isErr()) return err(applied.error);
  if (applied.value) tally.apply(applied.value);
  return (await finish(gatewayRun, { ref, until })).map(() => "closed");
};

/** Closes a link. A refusal of one that the gateway has stopped already is a success. Returns the error if it may accept payments. */
const stop = async (
  { context: { links }, callOptions }: GatewayRun,
  id: LinkId,
): Promise<PaymentLinkError | undefined> => {
  const closed = await links.close(id, callOptions());
  if (closed.isOk()) return undefined;
  const { error } = closed;
  if (isGone(error)) return undefined;
  if (isOfGateway(error)) return error;
  const read = await links.get(id, callOptions());
  if (read.isErr()) return isGone(read.error) ? undefined : error;
  return hasEnded(read.value) ? undefined : error;
};

/** A "not found" of a proxy proves nothing. */
const isGone = ({ kind, outcome }: PaymentLinkError): boolean => kind === "not_found" && outcome === "refused";

const ENDS: ReadonlySet<PaymentLink["status"]> = new Set(["closed", "deleted", "expired", "exhausted"]);

const hasEnded = ({ status }: PaymentLink): boolean => ENDS.has(status);

const report = (
  { context: { problems }, gateway }: GatewayRun,
  { provider_id: providerId, reference, close_attempts: attempts }: DueClosing,
  { kind, retryable, hint }: PaymentLinkError,
): void => {
  if (!isToBeReported(attempts, retryable)) return;
  problems.mention({
    kind: "expiry_not_enforced",
    message: `a link of ${gateway} has expired and can still be paid: it could not be closed after ${attempts === 1 ? "one attempt" : `${attempts} attempts`} (${kind})`,
    hint: `Close it in the dashboard of ${gateway}, or refund what is marked late. It is tried again every hour. (${hint})`,
    gateway,
    link: `${gateway}:${providerId}`,
    reference,
    error: kind,
  });
};

const finish = async (
  { context }: GatewayRun,
  {
    ref,
    until,
    waitMs,
    error,
  }: {
    readonly ref: number;
    readonly until: string;
    readonly waitMs?: number;
    readonly error?: PaymentLinkError;
  },
): Promise<Result<unknown, DatabaseError>> => {
  const nowMs = context.clock.now();
  const closeAt = waitMs === undefined ? null : instantAt(nowMs + waitMs);
  return context.engine.transaction(function* (): Unit<void> {
    yield* run(finishClosing, { ref, until, closeAt });
    const failure = error && `${error.kind}: ${error.message}`;
    yield* noteInTrail(ref, "call:close", { cause: "reconcile", nowMs, error: failure });
  });
};

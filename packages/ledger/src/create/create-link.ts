import type { CreatePaymentLink, PaymentLink, PaymentLinkError } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { inProgress, type LedgerError } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import type { LedgerCreateOptions } from "../types.ts";
import { claimUnit } from "./claim.ts";
import { type Creating, creatingOf } from "./creating.ts";
import type { Intent } from "./intent.ts";
import { judgeKnown } from "./judge-known.ts";
import { abortedBefore, duplicateOfUnknown, invalidOptions, openError } from "./refusals.ts";
import { resumeIntent } from "./resume-intent.ts";
import { sendAlong } from "./send-along.ts";

type Created = Result<PaymentLink, PaymentLinkError | LedgerError>;

/** The first and the longest wait for another process, in milliseconds. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;

/** Returns the link of a request, and makes it if there is none: once, however many processes ask and die. */
export const createOnce = async (
  context: LedgerContext,
  request: CreatePaymentLink,
  { enforceExpiry = context.enforceExpiry, ...options }: LedgerCreateOptions = {},
): Promise<Created> => {
  if (typeof enforceExpiry !== "boolean") {
    const issues = [{ path: "enforceExpiry", message: "expected true or false" }];
    return err(invalidOptions(context.links.default, issues));
  }
  const planned = await context.links.prepare(request, { enforceExpiry });
  if (planned.isErr()) return err(planned.error);
  const creating = creatingOf(context, planned.value, options);
  const refused = checkOptions(context, creating);
  if (refused) return err(refused);
  const refs = await context.ready();
  return refs.isErr() ? err(refs.error) : await claimAndCreate(context, refs.value, creating);
};

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Refuses values that would be refused after they were stored. */
const checkOptions = (
  { links }: LedgerContext,
  { timeoutMs, signal, plan }: Creating,
): PaymentLinkError | undefined => {
  const gateway = plan.candidates[0]?.gateway ?? links.default;
  const isTimeout = typeof timeoutMs === "number" && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS;
  const message = `expected a number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`;
  if (!isTimeout) return invalidOptions(gateway, [{ path: "timeoutMs", message }]);
  return signal?.aborted ? abortedBefore(gateway) : undefined;
};

const claimAndCreate = async (context: LedgerContext, refs: GatewayRefs, creating: Creating): Promise<Created> => {
  const { plan, signal } = creating;
  for (let waits = 0; ; ) {
    const claiming = { plan, nowMs: context.clock.now(), leaseMs: creating.leaseMs() };
    const claimed = await context.engine.transaction(() => claimUnit(refs, claiming));
    if (claimed.isErr()) return err(claimed.error);
    const claim = claimed.value;
    let outcome: Created | "lost" = "lost";
    if (claim.kind === "known") return judgeKnown(context, refs, creating, claim.row);
    if (claim.kind === "send") outcome = lostOr(await sendAlong(context, refs, creating, claim.held));
    if (claim.kind === "resume") outcome = await resumeFor(context, refs, creating, claim.intent);
    if (outcome !== "lost") return outcome;
    if (signal?.aborted) return err(abortedBefore(plan.candidates[0]?.gateway ?? context.links.default));
    if (creating.leftMs() < 1) return err(inProgress(creating.timeoutMs));
    if (claim.kind !== "busy") continue;
    const stepMs = Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS) * (0.75 + context.random() / 2);
    await context.timer.wait(Math.min(stepMs, Math.max(1, creating.leftMs())), signal);
    waits += 1;
  }
};

const lostOr = (sent: Result<PaymentLink | "lost", PaymentLinkError | LedgerError>): Created | "lost" => {
  if (sent.isErr()) return err(sent.error);
  return sent.value === "lost" ? "lost" : ok(sent.value);
};

/** Finds out the outcome of an earlier create first. It may have been of another request. */
const resumeFor = async (
  context: LedgerContext,
  refs: GatewayRefs,
  creating: Creating,
  intent: Intent,
): Promise<Created | "lost"> => {
  const isSame = intent.fingerprint === creating.plan.fingerprint;
  const options = { call: creating.call(), leaseMs: creating.leaseMs() };
  const resumed = await resumeIntent(context, refs, intent, options);
  if (resumed.isErr()) return err(resumed.error);
  const { value: found } = resumed;
  if (found.kind === "made" && isSame) return ok(found.link);
  if (found.kind === "unknown") return err(isSame ? openError(context, found.error) : duplicateOfUnknown(found.error));
  // A link of somebody else has the reference at the gateway.
  if (found.kind === "failed" && isSame && found.error.kind === "duplicate_reference") return err(found.error);
  return "lost";
};

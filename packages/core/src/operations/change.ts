import { err, ok, type Result } from "neverthrow";
import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CallContext, ChangeInput, CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import { joinId, type LinkId } from "../identifiers.ts";
import { epochMsOf, type Instant } from "../instant.ts";
import { linkStatus } from "../link-status.ts";
import type { LinkStatus, PaymentLink } from "../payment-link.ts";
import type { LinkChanges } from "../request.ts";
import { checkChanges } from "../validation/changes.ts";
import { notAlwaysCollected } from "../validation/collected.ts";
import { type CallScope, callById } from "./call.ts";
import type { CallOptions, Configuration, Operation } from "./configuration.ts";
import { driverError, withHint } from "./driver-error.ts";
import { isOfLink, sameLink } from "./match-reply.ts";
import { refusal } from "./refusal.ts";
import { DESCRIBED_FIELDS, sameField } from "./same-request.ts";
import { toPaymentLink } from "./to-domain.ts";

/** A link that was stopped. If `capabilities.close.endsOpenPayments` is false, open payments may still be paid. */
export interface StoppedLink {
  readonly id: LinkId;
  readonly gateway: string;
  readonly status: Extract<LinkStatus, "closed" | "deleted">;
}

export const updateLink = (
  runtime: Configuration,
  id: unknown,
  changes: LinkChanges,
  options?: CallOptions,
): Promise<Result<PaymentLink, PaymentLinkError>> =>
  callById(runtime, { operation: "update", id, options, explainUnknown: readIfUnknown }, async (scope, providerId) => {
    const { gateway, handle } = scope;
    const { capabilities } = gateway.driver;
    const checked = checkChanges(changes, capabilities, gateway.key, runtime.clock.now());
    if (checked.kind !== "fits") return err(refusal(checked, "changes"));
    const isUnchanged = Object.keys(checked.changes).length === 0;
    const get = isUnchanged ? scope.handlers.of("get") : undefined;
    if (get) {
      const current = sameLink(gateway, await get(providerId, scope.context), providerId);
      return current.map((link) => toPaymentLink(gateway.key, link, runtime.clock.now()));
    }
    const updated = await changeThenRead(scope, providerId, {
      change: async (context) =>
        sameLink(gateway, await handle(providerId, checked.changes, context), providerId).andThen((link) =>
          isAsChanged(link, checked.changes, capabilities) ? ok(link) : err(notChanged(gateway.key)),
        ),
      reached: (link) => (hasChanges(link, checked.changes, capabilities) ? ok(link) : undefined),
    });
    return updated.map((link) => toPaymentLink(gateway.key, link, runtime.clock.now()));
  });

export const closeLink: Operation<unknown, StoppedLink> = (runtime, id, options) =>
  callById(runtime, { operation: "close", id, options, explainUnknown: readIfUnknown }, async (scope, providerId) => {
    const { gateway, handle } = scope;
    const closed = await changeThenRead(scope, providerId, {
      change: (context) => handle(providerId, context),
      reached: (link) => {
        const status = linkStatus({ ...link, nowMs: runtime.clock.now() });
        return status === "closed" || status === "deleted" ? ok({ state: status }) : undefined;
      },
      // If closed links can be read, a missing link was not closed.
      whenGone: gateway.driver.capabilities.close?.readableAfter ? undefined : { state: "deleted" as const },
    });
    return closed.map(({ state }) => stopped(gateway.key, providerId, state));
  });

export const deleteLink: Operation<unknown, StoppedLink> = (runtime, id, options) =>
  callById(runtime, { operation: "delete", id, options, explainUnknown: readIfUnknown }, async (scope, providerId) => {
    const { gateway, handle } = scope;
    const deleted = await changeThenRead(scope, providerId, {
      change: async (context) => (await handle(providerId, context)).map(() => true),
      reached: (link) => (link.state === "deleted" ? ok(true) : undefined),
      whenGone: true,
    });
    return deleted.map(() => stopped(gateway.key, providerId, "deleted"));
  });

export const reopenLink: Operation<unknown, PaymentLink> = (runtime, id, options) =>
  callById(runtime, { operation: "reopen", id, options, explainUnknown: readIfUnknown }, async (scope, providerId) => {
    const { gateway, handle } = scope;
    const reopened = await changeThenRead(scope, providerId, {
      change: async (context) => sameLink(gateway, await handle(providerId, context), providerId),
      reached: (link) => (link.state === "open" ? ok(link) : undefined),
    });
    return reopened.map((link) => toPaymentLink(gateway.key, link, runtime.clock.now()));
  });

interface Change<T> {
  readonly change: (context: CallContext) => PromiseLike<Result<T, DriverError>>;
  /** The result of the change, if a link that was read shows that it took effect. */
  readonly reached: (link: DriverLink) => Result<T, never> | undefined;
  /** The result if the link no longer exists, if the change removes it. */
  readonly whenGone?: T | undefined;
}

/**
 * Changes a link. If the effect is unknown, reads the link: it is a success if the link has the requested state, or was not
 * found and the change removes it. Otherwise the first error is returned.
 */
const changeThenRead = async <T>(
  scope: Pick<CallScope<"update">, "context" | "deadline" | "handlers" | "timeoutMs">,
  providerId: string,
  { change, reached, whenGone }: Change<T>,
): Promise<Result<T, DriverError>> => {
  const { context, deadline, handlers, timeoutMs } = scope;
  const get = handlers.of("get");
  if (!get) return (await change(context)).mapErr(readIfUnknown);
  const changed = await change({ ...context, signal: deadline.startShare(timeoutMs) });
  deadline.endShare();
  if (changed.isOk() || changed.error.outcome !== "unknown" || context.signal.aborted) {
    return changed.mapErr(readIfUnknown);
  }
  const read = await get(providerId, context);
  const outcome = read.isOk() && isOfLink(read.value, providerId) ? reached(read.value) : undefined;
  if (outcome) return outcome;
  // A "not found" of a proxy is not a refusal of the gateway.
  const isGone = read.isErr() && read.error.kind === "not_found" && read.error.outcome === "refused";
  return isGone && whenGone !== undefined ? ok(whenGone) : changed.mapErr(readIfUnknown);
};

const readIfUnknown = (error: DriverError): DriverError =>
  error.outcome === "unknown" ? withHint(error, "Read the link to see whether the change took effect.") : error;

const notChanged = (gateway: string): DriverError =>
  driverError("reply_mismatch", {
    message: `${gateway} returned a different usage limit or expiry than requested`,
  });

const stopped = (gateway: string, providerId: string, status: StoppedLink["status"]): StoppedLink =>
  Object.freeze({ id: joinId(gateway, providerId), gateway, status });

/** The usage limit and the expiry must be as requested; a gateway may change texts. */
const isAsChanged = (link: DriverLink, changes: ChangeInput, capabilities: DriverCapabilities): boolean =>
  (changes.usage === undefined || (link.usage.limit ?? "unlimited") === changes.usage.limit) &&
  (changes.expiresAt === undefined || sameTime(link.expiresAt, changes.expiresAt, capabilities));

const hasChanges = (
  link: DriverLink,
  changes: ChangeInput & Pick<CreateInput, "items" | "customer">,
  capabilities: DriverCapabilities,
): boolean =>
  isAsChanged(link, changes, capabilities) &&
  DESCRIBED_FIELDS.every((field) => {
    const reported = field === "collect" ? notAlwaysCollected(capabilities, link.collect) : link[field];
    return changes[field] === undefined || sameField(field, changes[field], reported);
  });

/** Compared at the gateway's resolution. */
const sameTime = (
  left: Instant | undefined,
  right: Instant | null,
  { expiresAt: capability }: DriverCapabilities,
): boolean => {
  if (left === undefined || right === null) return left === undefined && right === null;
  const resolutionMs = isSupported(capability) ? capability.resolutionMs : 1;
  return Math.floor(epochMsOf(left) / resolutionMs) === Math.floor(epochMsOf(right) / resolutionMs);
};

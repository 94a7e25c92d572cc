import { err, ok, type Result } from "neverthrow";
import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CallContext, ChangeInput, DriverError, DriverHandlers, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import { joinId, type LinkId } from "../identifiers.ts";
import { epochMsOf, type Instant } from "../instant.ts";
import { linkStatus } from "../link-status.ts";
import type { LinkStatus, PaymentLink } from "../payment-link.ts";
import { describeMethod } from "../payment-method.ts";
import type { LinkChanges } from "../request.ts";
import { checkChanges } from "../validation/changes.ts";
import { callById } from "./call.ts";
import { failure } from "./failure.ts";
import type { CallOptions, Runtime } from "./runtime.ts";
import { stampLink } from "./stamp.ts";

type Answer<T> = Promise<Result<T, PaymentLinkError>>;

/** A link that was stopped. Where `capabilities.close.killsAttempts` is false, open attempts may still be paid. */
export interface StoppedLink {
  readonly id: LinkId;
  readonly gateway: string;
  readonly status: Extract<LinkStatus, "closed" | "deleted">;
}

export const updateLink = (
  runtime: Runtime,
  id: unknown,
  changes: LinkChanges,
  options: CallOptions | undefined,
): Answer<PaymentLink> =>
  callById(runtime, { operation: "update", id, options }, async ({ gateway, handle, context, providerId }) => {
    const { capabilities, handlers } = gateway.driver;
    const checked = checkChanges(changes, capabilities, gateway.key, runtime.clock.now());
    if (checked.kind === "invalid_request") {
      const message = `nothing was sent: ${checked.issues.map((each) => `${each.path || "changes"}: ${each.message}`).join("; ")}`;
      return err(failure("invalid_request", { message, issues: checked.issues }));
    }
    if (checked.kind === "unsupported") {
      const message = `nothing was sent: ${checked.features.map((each) => `${each.feature}: ${each.reason}`).join("; ")}`;
      return err(failure("unsupported", { message, features: checked.features }));
    }
    const updated = await handle(providerId, checked.changes, context);
    const settled = await readBackIfUnknown(updated, handlers.get, providerId, context, (link) =>
      hasChanges(link, checked.changes, capabilities) ? ok(link) : undefined,
    );
    return settled.map((link) => stampLink(gateway.key, link, runtime.clock.now()));
  });

export const closeLink = (runtime: Runtime, id: unknown, options: CallOptions | undefined): Answer<StoppedLink> =>
  callById(runtime, { operation: "close", id, options }, async ({ gateway, handle, context, providerId }) => {
    const closed = await handle(providerId, context);
    const settled = await readBackIfUnknown(
      closed,
      gateway.driver.handlers.get,
      providerId,
      context,
      (link) => {
        const status = linkStatus({ ...link, nowMs: runtime.clock.now() });
        return status === "closed" || status === "deleted" ? ok({ state: status }) : undefined;
      },
      // A gateway whose closed links can be read does not close one by making it go.
      gateway.driver.capabilities.close?.readableAfter ? undefined : { state: "deleted" as const },
    );
    return settled.map(({ state }) => stopped(gateway.key, providerId, state));
  });

export const deleteLink = (runtime: Runtime, id: unknown, options: CallOptions | undefined): Answer<StoppedLink> =>
  callById(runtime, { operation: "delete", id, options }, async ({ gateway, handle, context, providerId }) => {
    const deleted = (await handle(providerId, context)).map(() => true);
    const settled = await readBackIfUnknown(
      deleted,
      gateway.driver.handlers.get,
      providerId,
      context,
      (link) => (link.state === "deleted" ? ok(true) : undefined),
      true,
    );
    return settled.map(() => stopped(gateway.key, providerId, "deleted"));
  });

export const reopenLink = (runtime: Runtime, id: unknown, options: CallOptions | undefined): Answer<PaymentLink> =>
  callById(runtime, { operation: "reopen", id, options }, async ({ gateway, handle, context, providerId }) => {
    const reopened = await handle(providerId, context);
    const settled = await readBackIfUnknown(reopened, gateway.driver.handlers.get, providerId, context, (link) =>
      link.state === "open" ? ok(link) : undefined,
    );
    return settled.map((link) => stampLink(gateway.key, link, runtime.clock.now()));
  });

/**
 * Where it is not known what became of a change, reads the link: the wished state reached is success, and "not found" is
 * too where the change was to make it go. Otherwise the first error stands.
 */
const readBackIfUnknown = async <T>(
  result: Result<T, DriverError>,
  get: DriverHandlers["get"] | undefined,
  providerId: string,
  context: CallContext,
  reached: (link: DriverLink) => Result<T, never> | undefined,
  whenGone?: T,
): Promise<Result<T, DriverError>> => {
  if (result.isOk() || result.error.outcome !== "unknown" || !get || context.signal.aborted) return result;
  const read = await get(providerId, context);
  if (read.isOk()) return reached(read.value) ?? result;
  return read.error.kind === "not_found" && whenGone !== undefined ? ok(whenGone) : result;
};

const stopped = (gateway: string, providerId: string, status: StoppedLink["status"]): StoppedLink =>
  Object.freeze({ id: joinId(gateway, providerId), gateway, status });

const hasChanges = (link: DriverLink, changes: ChangeInput, capabilities: DriverCapabilities): boolean =>
  (changes.title === undefined || (link.title ?? null) === changes.title) &&
  (changes.usage === undefined || (link.usage.limit ?? "unlimited") === changes.usage.limit) &&
  (changes.expiresAt === undefined || sameTime(link.expiresAt, changes.expiresAt, capabilities)) &&
  (changes.methods === undefined || methodSet(link.methods) === methodSet(changes.methods)) &&
  (changes.redirect === undefined || link.redirect?.url === changes.redirect?.url) &&
  (changes.collect === undefined || entrySet(link.collect) === entrySet(changes.collect)) &&
  (changes.metadata === undefined || entrySet(link.metadata) === entrySet(changes.metadata));

/** As finely as the gateway counts. */
const sameTime = (
  left: Instant | undefined,
  right: Instant | null,
  { expiresAt: capability }: DriverCapabilities,
): boolean => {
  if (left === undefined || right === null) return left === undefined && right === null;
  const resolutionMs = isSupported(capability) ? capability.resolutionMs : 1;
  return Math.floor(epochMsOf(left) / resolutionMs) === Math.floor(epochMsOf(right) / resolutionMs);
};

const methodSet = (methods: DriverLink["methods"] | null): string =>
  (methods ?? []).map(describeMethod).toSorted().join();

const entrySet = (entries: object | null | undefined): string =>
  JSON.stringify(Object.entries(entries ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)));

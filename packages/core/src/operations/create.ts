import { err, ok, type Result } from "neverthrow";
import type { CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { DuplicateReferenceError, PaymentLinkError } from "../errors.ts";
import type { LinkWarning, PaymentLink } from "../payment-link.ts";
import { withHidden } from "../raw.ts";
import type { CreatePaymentLink } from "../request.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { type FitResult, fitCreateRequest } from "../validation/fit-create.ts";
import { call, type Handling } from "./call.ts";
import { firstShareOf } from "./deadline.ts";
import { failure, stampError } from "./failure.ts";
import { differencesFrom, expiryWarning, isLostLink } from "./integrity.ts";
import { refusal } from "./refusal.ts";
import type { CallOptions, Runtime } from "./runtime.ts";
import { stampLink } from "./stamp.ts";

export const createLink = (
  runtime: Runtime,
  request: CreatePaymentLink,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const gateway = request?.gateway ?? runtime.defaultKey;
  return call(runtime, { operation: "create", gateway, options }, async (handling) => {
    const fit = fitRequest(runtime, request, handling);
    if (fit.kind !== "fits") return err(refusal(fit, "request"));
    const sentAtMs = runtime.clock.now();
    const sent = await sendCreate(handling, fit.input);
    if (sent.isErr()) return resolveFailure({ runtime, handling, sentAtMs, ...fit }, sent.error);
    const differences = differencesFrom(fit.input, sent.value);
    if (differences.length > 0) return err(replyMismatch(handling.gateway.key, differences));
    return ok(stampCreated(handling, fit.input, fit.warnings, sent.value, sentAtMs));
  });
};

const fitRequest = (
  runtime: Runtime,
  request: CreatePaymentLink,
  { gateway: { key, driver } }: Handling<"create">,
): FitResult => {
  const nowMs = runtime.clock.now();
  const driverNames = [...new Set([...runtime.gateways.values()].map((each) => each.driver.name))];
  const checked = checkCreateRequest(request, { nowMs, wideReferences: runtime.wideReferences, driverNames });
  if ("issues" in checked) return { kind: "invalid_request", issues: checked.issues };
  return fitCreateRequest(driver.capabilities, checked.checked, {
    gateway: key,
    driverName: driver.name,
    nowMs,
    defaultExpiryMs: runtime.defaultExpiryMs,
    randomSlug: runtime.randomSlug,
  });
};

/** Where a lost answer can be looked up afterwards, the one request to create leaves time for that. */
const sendCreate = (
  { gateway, handle, context, timeoutMs }: Handling<"create">,
  input: CreateInput,
): PromiseLike<Result<DriverLink, DriverError>> =>
  gateway.driver.capabilities.createRecovery === "none"
    ? handle(input, context)
    : firstShareOf(timeoutMs, context.signal, (signal) => handle(input, { ...context, signal }));

const stampCreated = (
  { gateway: { key, driver } }: Handling<"create">,
  input: CreateInput,
  warnings: readonly LinkWarning[],
  link: DriverLink,
  nowMs: number,
): PaymentLink => {
  const expiry = expiryWarning(key, driver.capabilities, input, link);
  return stampLink(key, link, nowMs, expiry ? [...warnings, expiry] : warnings);
};

interface FailedCreate {
  readonly runtime: Runtime;
  readonly handling: Handling<"create">;
  readonly input: CreateInput;
  readonly warnings: readonly LinkWarning[];
  readonly sentAtMs: number;
}

/**
 * After an error: looks up what the reference belongs to, where the gateway can. A link that is the one asked for is the
 * success whose answer was lost. Finding none proves nothing: the request may still be on its way.
 */
const resolveFailure = async (
  { runtime, handling, input, warnings, sentAtMs }: FailedCreate,
  error: DriverError,
): Promise<Result<PaymentLink, DriverError | PaymentLinkError>> => {
  const { key, driver } = handling.gateway;
  const isLost = error.outcome === "unknown";
  if (error.kind === "not_found") return err(noSuchPlace(error, key));
  if (error.kind !== "duplicate_reference" && !isLost) return err(error);
  const found = await lookUp(handling, input.reference);
  if (!found) return err(isLost ? unresolved(error, handling) : error);
  const nowMs = runtime.clock.now();
  if (isLost && isLostLink(input, found, sentAtMs)) return ok(stampCreated(handling, input, warnings, found, nowMs));
  const duplicate = failure("duplicate_reference", {
    message: `${key} has a link under this reference already`,
    hint: "The link is error.existing: use it, or create with a fresh reference.",
    // Where references need not be unique, the lost request may have made a second link.
    ...(isLost && driver.capabilities.createRecovery === "scan" && { outcome: "unknown" }),
  });
  const stamped = stampError(duplicate, key, "create") as DuplicateReferenceError;
  return err(withHidden({ ...stamped }, "existing", stampLink(key, found, nowMs)));
};

const lookUp = async (
  { gateway, handlers, context }: Handling<"create">,
  reference: string,
): Promise<DriverLink | undefined> => {
  const find = gateway.driver.capabilities.createRecovery === "none" ? undefined : handlers.of("find");
  if (!find || context.signal.aborted) return undefined;
  const found = await find(reference, context);
  return found.isOk() && found.value.reference === reference ? found.value : undefined;
};

const unresolved = (error: DriverError, { gateway: { key, driver } }: Handling<"create">): DriverError =>
  Object.freeze({ ...error, hint: UNRESOLVED_HINTS[driver.capabilities.createRecovery](key) });

const UNRESOLVED_HINTS = {
  lookup: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }), or create again under the SAME reference: ${key} takes a reference once only.`,
  scan: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }) and look into the dashboard before creating again: ${key} would make a second link.`,
  none: (key: string) => `The link may exist. Look for the reference in ${key}'s dashboard before creating again.`,
} as const;

/** Nothing can be missing when a link is made, unless the request went to the wrong place. */
const noSuchPlace = (error: DriverError, gateway: string): DriverError =>
  Object.freeze({
    ...error,
    hint: `Check the baseUrl of ${gateway}, if it is set, and that its account can make links.`,
  });

const replyMismatch = (gateway: string, differences: readonly string[]): DriverError =>
  failure("reply_mismatch", {
    message: `${gateway} answered with another ${differences.join(" and another ")} than was asked for`,
  });

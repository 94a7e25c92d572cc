import { err, ok, type Result } from "neverthrow";
import type { CallContext, CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { DuplicateReferenceError, PaymentLinkError } from "../errors.ts";
import { sameMoney } from "../money.ts";
import type { LinkWarning, PaymentLink } from "../payment-link.ts";
import { withHidden } from "../raw.ts";
import type { CreatePaymentLink } from "../request.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { type FitResult, fitCreateRequest } from "../validation/fit-create.ts";
import { call, type Handling } from "./call.ts";
import { startDeadline } from "./deadline.ts";
import { failure, stampError } from "./failure.ts";
import type { CallOptions, Runtime } from "./runtime.ts";
import { stampLink } from "./stamp.ts";

/** The part of a call's time that the one request to create may take where a lost answer can be looked up afterwards. */
const SHARE_OF_TIME_TO_CREATE = 2 / 3;

export const createLink = (
  runtime: Runtime,
  request: CreatePaymentLink,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const gateway = request?.gateway ?? runtime.defaultKey;
  return call(runtime, { operation: "create", gateway, options }, async (handling) => {
    const fit = fitRequest(runtime, request, handling);
    if (fit.kind !== "fits") return err(refusal(fit));
    const startedAtMs = runtime.clock.now();
    const sent = await sendCreate(runtime, handling, fit.input, options);
    if (sent.isErr()) return resolveFailure(runtime, handling, fit.input, fit.warnings, sent.error);
    const differences = differencesFrom(fit.input, sent.value);
    if (differences.length > 0) return err(replyMismatch(handling.gateway.key, differences));
    return ok(stampLink(handling.gateway.key, sent.value, startedAtMs, fit.warnings));
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

const sendCreate = async (
  runtime: Runtime,
  { gateway, handle, context }: Handling<"create">,
  input: CreateInput,
  options: CallOptions | undefined,
): Promise<Result<DriverLink, DriverError>> => {
  if (gateway.driver.capabilities.createRecovery === "none") return handle(input, context);
  const deadline = startDeadline((options?.timeoutMs ?? runtime.timeoutMs) * SHARE_OF_TIME_TO_CREATE, context.signal);
  try {
    return await handle(input, { ...context, signal: deadline.signal });
  } finally {
    deadline.dispose();
  }
};

/**
 * After an error: looks up what the reference belongs to, where the gateway can. A link that is the one asked for is the
 * success whose answer was lost. Finding none proves nothing: the request may still be on its way.
 */
const resolveFailure = async (
  runtime: Runtime,
  { gateway, context }: Handling<"create">,
  input: CreateInput,
  warnings: readonly LinkWarning[],
  error: DriverError,
): Promise<Result<PaymentLink, DriverError | PaymentLinkError>> => {
  const isDuplicate = error.kind === "duplicate_reference";
  const isLost = error.outcome === "unknown";
  const { createRecovery } = gateway.driver.capabilities;
  if (!isDuplicate && !isLost) return err(error);
  const find = gateway.driver.handlers.find;
  const found = createRecovery === "none" || !find ? undefined : await lookUp(find, input.reference, context);
  if (!found) return err(isLost ? unresolved(error, gateway.key, find !== undefined) : error);
  const link = stampLink(gateway.key, found, runtime.clock.now(), warnings);
  if (isLost && differencesFrom(input, found).length === 0) return ok(link);
  const duplicate = failure("duplicate_reference", { message: `${gateway.key} has another link under this reference` });
  const stamped = stampError(duplicate, gateway.key, "create") as DuplicateReferenceError;
  return err(withHidden({ ...stamped }, "existing", link));
};

const lookUp = async (
  find: (reference: string, context: CallContext) => PromiseLike<Result<DriverLink, DriverError>>,
  reference: string,
  context: CallContext,
): Promise<DriverLink | undefined> => {
  if (context.signal.aborted) return undefined;
  const found = await find(reference, context);
  return found.isOk() ? found.value : undefined;
};

const unresolved = (error: DriverError, gateway: string, canFind: boolean): DriverError =>
  Object.freeze({
    ...error,
    hint: canFind
      ? `The link may exist. Ask links.find({ gateway: "${gateway}", reference }) until it is found; do not create it again.`
      : "The link may exist. Look for the reference in the gateway's dashboard; do not create it again blindly.",
  });

/** Which of the things asked for came back different. */
const differencesFrom = (asked: CreateInput, got: DriverLink): readonly string[] => {
  const differences: string[] = [];
  if (asked.reference !== got.reference) differences.push("reference");
  if (!sameAmount(asked.amount, got.amount)) differences.push("amount");
  if (asked.slug !== undefined && got.slug !== undefined && asked.slug !== got.slug) differences.push("slug");
  return differences;
};

const sameAmount = (asked: CreateInput["amount"], got: DriverLink["amount"]): boolean => {
  if ("open" in asked) return "open" in got && asked.open.currency === got.open.currency;
  return !("open" in got) && sameMoney(asked, got);
};

const replyMismatch = (gateway: string, differences: readonly string[]): DriverError =>
  failure("reply_mismatch", {
    message: `${gateway} answered with another ${differences.join(" and another ")} than was asked for`,
  });

const refusal = (fit: Exclude<FitResult, { kind: "fits" }>): DriverError => {
  switch (fit.kind) {
    case "invalid_request": {
      const message = `the request was not sent: ${fit.issues.map((each) => `${each.path || "request"}: ${each.message}`).join("; ")}`;
      return failure("invalid_request", { message, issues: fit.issues });
    }
    case "unsupported": {
      const message = `the request was not sent: ${fit.features.map((each) => `${each.feature}: ${each.reason}`).join("; ")}`;
      const instead = fit.features.flatMap((each) =>
        each.instead === undefined ? [] : [`${each.feature}: ${each.instead}`],
      );
      const hint = instead.length > 0 ? `${instead.join("; ")}.` : undefined;
      return failure("unsupported", { message, hint, features: fit.features });
    }
    case "amount_unrepresentable":
      return failure("amount_unrepresentable", {
        message: `the request was not sent: ${fit.path}: ${fit.message}`,
        path: fit.path,
      });
  }
};

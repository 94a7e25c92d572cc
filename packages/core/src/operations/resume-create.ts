import { err, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import { IN_FLIGHT_MS, mayRepeatUnderKey } from "../create-key.ts";
import type { DriverError } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import { epochMsOf, instantAt, toInstant } from "../instant.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { PreparedCreate, ResumeOptions } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import type { Configuration } from "./configuration.ts";
import { callForLink, createOrGet, expiredBefore } from "./create.ts";
import { attributeError, driverError, invalidRequest, withHint, withOutcome } from "./driver-error.ts";
import { type Existing, isOurs } from "./existing-link.ts";
import { sameReference } from "./match-reply.ts";
import { isTaken, judgeFound, judgeRepeated, lookUpTaken } from "./recover-create.ts";
import { readStoredCreate } from "./stored-create.ts";

/**
 * Finds out the outcome of a create that may have been sent, by this process or another, and completes it.
 *
 * It is sent again only if that cannot create a second link: the gateway accepts a reference once, or documents that a repeat
 * returns the first result, or has no such link although every earlier request has ended.
 */
export const resumeCreate = async (
  runtime: Configuration,
  stored: unknown,
  resumeOptions: ResumeOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const { sentAt, ...options } = resumeOptions ?? {};
  // Invalid arguments prove nothing: the create may have been sent.
  const refuse = (error: PaymentLinkError): Result<never, PaymentLinkError> => err(withOutcome(error, "unknown"));
  const read = readStoredCreate(runtime, stored);
  if (read.isErr()) return refuse(read.error);
  const prepared = read.value;
  const sentInstant = sentAt === undefined ? undefined : toInstant(sentAt);
  if (sentAt !== undefined && sentInstant === undefined) {
    return refuse(attributeError(NOT_AN_INSTANT, prepared.gateway, "create"));
  }
  const sinceMs = epochMsOf(prepared.preparedAt);
  const overAtMs = sentInstant === undefined ? undefined : Math.max(sinceMs, epochMsOf(sentInstant)) + IN_FLIGHT_MS;
  const attempt: Attempt = {
    runtime,
    prepared,
    sinceMs,
    overAtMs,
    isOver: overAtMs !== undefined && runtime.clock.now() >= overAtMs,
    isAbsent: false,
  };
  const resumed = await callForLink(runtime, prepared, options, async (scope, leftMs) => {
    const made = await findOrSend(scope, attempt, leftMs);
    return made.mapErr((error) =>
      error.outcome === "unknown" || isProven(attempt, error) ? error : openError(scope, error),
    );
  });
  return resumed.mapErr((error) => (isProven(attempt, error) ? error : withOutcome(error, "unknown")));
};

interface Attempt {
  readonly runtime: Configuration;
  readonly prepared: PreparedCreate;
  readonly sinceMs: number;
  /** When every earlier request has ended, if that is known. */
  readonly overAtMs: number | undefined;
  readonly isOver: boolean;
  /** Whether the gateway reported that it has no such link. */
  isAbsent: boolean;
}

/** Whether the outcome of an error holds for the whole create: another link has its reference, or no earlier request created one. */
const isProven = ({ isOver, isAbsent }: Attempt, { kind }: DriverError | PaymentLinkError): boolean =>
  kind === "duplicate_reference" || (isOver && isAbsent);

const findOrSend = async (scope: CallScope<"create">, attempt: Attempt, leftMs: () => number): Promise<Existing> => {
  switch (scope.gateway.driver.capabilities.createRecovery) {
    case "none":
      return err(notRecoverable(scope));
    case "replay":
      return replay(scope, attempt);
    case "keyed":
      return mayRepeatUnderKey(
        scope.gateway.driver.capabilities,
        attempt.prepared.preparedAt,
        attempt.runtime.clock.now(),
      )
        ? replay(scope, attempt)
        : findOnly(scope, attempt);
    case "lookup":
    case "scan":
      return lookThenSend(scope, attempt, leftMs);
  }
};

/**
 * The identical request returns the first result. A refusal of the repeat does not prove anything about the first request: after
 * some time, a gateway may report its own link as a duplicate.
 */
const replay = async (scope: CallScope<"create">, { runtime, prepared, sinceMs }: Attempt): Promise<Existing> => {
  const replayed = await scope.handle(prepared.input, scope.context);
  if (replayed.isOk()) {
    return judgeRepeated(scope, prepared, replayed.value, {
      attempt: "resumed",
      sinceMs,
      repliedAtMs: runtime.clock.now(),
    });
  }
  const { error } = replayed;
  return isTaken(error, prepared) ? lookUpTaken(scope, { ...prepared, sinceMs }, error, "resumed") : err(error);
};

/** Looks for the link of a create that must not be sent again. That it is not found proves nothing. */
const findOnly = async (scope: CallScope<"create">, { prepared, sinceMs }: Attempt): Promise<Existing> => {
  const { gateway, handlers, context } = scope;
  const { reference } = prepared.input;
  const find = isSupported(gateway.driver.capabilities.operations.find) ? handlers.of("find") : undefined;
  if (!find) return err(keyNotKept(scope));
  const found = sameReference(gateway, await find(reference, context), reference);
  if (found.isOk()) return judgeFound(scope, prepared, found.value, { sinceMs });
  return err(found.error.kind === "not_found" ? keyNotKept(scope) : found.error);
};

const keyNotKept = ({ gateway: { key, driver } }: CallScope<"create">): DriverError =>
  driverError("unsupported", {
    message: `${key} keeps the answer to a create for ${driver.capabilities.createKeyKeptMs ?? 0} ms, and this one was prepared earlier`,
    hint: `Nothing was sent, because it could make a second link. Look for the reference in ${key}'s dashboard.`,
    outcome: "unknown",
    features: [{ feature: "createRecovery", reason: "it returns the first answer only for some time" }],
  });

const lookThenSend = async (scope: CallScope<"create">, attempt: Attempt, leftMs: () => number): Promise<Existing> => {
  const { gateway, handlers, context } = scope;
  const { runtime, prepared, sinceMs, isOver } = attempt;
  const { reference } = prepared.input;
  const isScanned = gateway.driver.capabilities.createRecovery === "scan";
  const findRecent = isScanned ? handlers.looker("findRecent") : undefined;
  const find = handlers.of("find");
  const looked = findRecent
    ? await findRecent(reference, context, prepared.preparedAt)
    : ((await find?.(reference, context)) ?? err(notRecoverable(scope)));
  const found = sameReference(gateway, looked, reference);
  if (found.isOk()) {
    const mayBeTwo = isScanned && !isOurs(prepared, found.value);
    return judgeFound(scope, prepared, found.value, { sinceMs, mayBeTwo });
  }
  // A "not found" that a proxy wrote proves nothing.
  if (found.error.kind !== "not_found" || found.error.outcome !== "refused") return err(found.error);
  attempt.isAbsent = true;
  const expired = expiredBefore(prepared, runtime.clock.now());
  if (expired) return err(isOver ? expired : withHint(expired, waitHint(attempt)));
  if (isScanned && !isOver) return err(mayHaveNotEnded(scope, attempt));
  return createOrGet(runtime, scope, prepared, { sinceMs, leftMs });
};

const NOT_AN_INSTANT: DriverError = invalidRequest("the options of the call", [
  { path: "sentAt", message: "expected a valid Date or ISO 8601 text with an offset" },
]);

const mayHaveNotEnded = ({ gateway: { key } }: CallScope<"create">, attempt: Attempt): DriverError =>
  driverError("not_found", {
    message: `${key} has no such link, but a request that was sent may not have ended`,
    hint: waitHint(attempt),
    retryable: true,
    outcome: "unknown",
  });

const waitHint = ({ overAtMs }: Attempt): string =>
  overAtMs === undefined
    ? "Resume with sentAt, the time at which it was sent. After 15 minutes, it is certain whether a link was created."
    : `Resume again after ${instantAt(overAtMs)}: then it is certain whether a link was created.`;

const notRecoverable = ({ gateway: { key } }: CallScope<"create">): DriverError =>
  driverError("unsupported", {
    message: `${key} has no way to find out the outcome of a create`,
    hint: `The link may exist. Look for the reference in ${key}'s dashboard.`,
    outcome: "unknown",
    features: [{ feature: "createRecovery", reason: "it has no way to find a link by its reference" }],
  });

/** An error of this call proves nothing about what was sent before. */
const openError = ({ gateway: { key } }: CallScope<"create">, error: DriverError | PaymentLinkError): DriverError =>
  withHint(
    { ...error, outcome: "unknown" },
    `The link may exist. Resume the create again, or look for the reference in ${key}'s dashboard.`,
  );

import { err } from "neverthrow";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { withHint } from "./driver-error.ts";
import { type Existing, isAnothers, isOurs, type Judge, judgeExisting, judgeReplayed } from "./existing-link.ts";
import { type Asking, type Attempt, judgeKeyed, judgeKeyTaken, keyTakenUnseen } from "./kept-answer.ts";
import { isCertainlyOlder } from "./link-age.ts";
import { hasReference, sameLink } from "./match-reply.ts";
import { isUnpaid } from "./new-link.ts";
import { moneyDifferences, sameAsAsked } from "./same-request.ts";

interface SentCreate extends PreparedCreate {
  /** An older link was created by another request, if it is older by more than clocks can differ. */
  readonly sinceMs: number;
}

/**
 * After a create that failed, finds out whether it created a link, in the way that the gateway allows. If the link is as
 * requested, the create succeeded, whichever request created it. If no link is found, the request may still be on its way.
 */
export const recoverCreate = async (
  scope: CallScope<"create">,
  sent: SentCreate,
  error: DriverError,
): Promise<Existing> => {
  const { key, driver } = scope.gateway;
  if (error.kind === "not_found" && error.outcome !== "unknown") return err(noSuchPlace(error, key));
  if (isTaken(error, sent)) return lookUpTaken(scope, sent, error);
  if (error.outcome !== "unknown") return err(error);
  switch (driver.capabilities.createRecovery) {
    case "none":
      return err(explainUnknownCreate(error, scope.gateway));
    case "replay":
    case "keyed":
      return replay(scope, sent, error);
    case "lookup":
    case "scan":
      return lookUpLost(scope, sent, error);
  }
};

/** Whether an earlier request may have caused the refusal: the reference, or the slug that the caller chose, is taken. */
export const isTaken = (error: DriverError, { input, slugIsRandom }: PreparedCreate): boolean =>
  (error.kind === "duplicate_reference" && error.outcome !== "unknown") ||
  (error.kind === "invalid_request" &&
    error.outcome === "refused" &&
    input.slug !== undefined &&
    !slugIsRandom &&
    error.issues.some(({ path }) => path === "slug"));

/**
 * Sends the identical request once more, to a gateway that returns the first result for a repeat. A refusal of the repeat does
 * not prove anything about the first request.
 */
const replay = async (scope: CallScope<"create">, sent: SentCreate, error: DriverError): Promise<Existing> => {
  const { handle, context } = scope;
  const replayed = context.signal.aborted ? err(error) : await handle(sent.input, context);
  if (replayed.isErr()) return err(explainUnknownCreate(error, scope.gateway));
  return judgeRepeated(scope, sent, replayed.value, { sinceMs: sent.sinceMs, attempt: "repeated" });
};

/** Judges an answer that may be the first one to an identical request. */
export const judgeRepeated: Judge<Asking & { readonly repliedAtMs?: number }> = async (scope, sent, reply, times) =>
  isKeyed(scope) ? judgeKeyed(scope, sent, reply, times) : judgeReplayed(scope, sent, reply, times);

const isKeyed = ({ gateway }: CallScope<"create">): boolean => gateway.driver.capabilities.createRecovery === "keyed";

/**
 * Reads the link that has the reference. This call may have created it, if its request reached the gateway twice. If the link
 * cannot be read, the outcome is unknown.
 */
export const lookUpTaken = async (
  scope: CallScope<"create">,
  sent: SentCreate,
  error: DriverError,
  attempt: Attempt = "first",
): Promise<Existing> => {
  const named = error.kind === "duplicate_reference" ? error.existingProviderId : undefined;
  const found = (await getNamed(scope, sent, named)) ?? (await findByReference(scope, sent));
  if (found) {
    return isKeyed(scope) && error.kind === "duplicate_reference"
      ? judgeKeyTaken(scope, sent, found, { attempt, sinceMs: sent.sinceMs })
      : judgeFound(scope, sent, found, sent);
  }
  if (error.kind !== "duplicate_reference") return err(error);
  if (!isKeyed(scope)) return err(withHint({ ...error, outcome: "unknown" }, TAKEN_UNSEEN));
  return err(keyTakenUnseen(error, { key: scope.gateway.key, named, attempt }));
};

const lookUpLost = async (scope: CallScope<"create">, sent: SentCreate, error: DriverError): Promise<Existing> => {
  const { gateway } = scope;
  const found = await findByReference(scope, sent);
  if (!found) return err(explainUnknownCreate(error, scope.gateway));
  // If references need not be unique, the lost request may have created a second link.
  const mayBeTwo = gateway.driver.capabilities.createRecovery === "scan" && !isOurs(sent, found);
  const judged = await judgeFound(scope, sent, found, { sinceMs: sent.sinceMs, mayBeTwo });
  if (!mayBeTwo || judged.isErr()) return judged;
  return (await isAsGoodAsNew(scope, found, sent.sinceMs)) ? judged : err(explainUnknownCreate(error, scope.gateway));
};

const isAsGoodAsNew = async (scope: CallScope<"create">, found: DriverLink, sinceMs: number): Promise<boolean> =>
  found.state === "open" &&
  !isCertainlyOlder(found, sinceMs) &&
  (await isUnpaid(scope, found)).unwrapOr("not_reported") === true;

interface Found {
  readonly sinceMs: number;
  readonly mayBeTwo?: boolean;
}

/** Returns the link if it is as requested; otherwise the reference is taken. `refused` only if nothing was created. */
export const judgeFound: Judge<Found> = async (scope, sent, found, { sinceMs, mayBeTwo = false }) => {
  if (isOurs(sent, found)) return sameAsAsked(scope.gateway, sent.input, found);
  // The gateway may have changed a text that differs. It does not change the price.
  const isOther = isAnothers(sent, found, sinceMs) || moneyDifferences(sent.input, found).length > 0;
  return judgeExisting(scope, sent, found, isOther && !mayBeTwo ? "refused" : "unknown");
};

const findByReference = async (
  { handlers, context }: CallScope<"create">,
  { input }: SentCreate,
): Promise<DriverLink | undefined> => {
  const find = context.signal.aborted ? undefined : handlers.of("find");
  const found = await find?.(input.reference, context);
  return found?.isOk() && hasReference(found.value, input.reference) ? found.value : undefined;
};

const getNamed = async (
  { gateway, handlers, context }: CallScope<"create">,
  { input }: SentCreate,
  providerId: string | undefined,
): Promise<DriverLink | undefined> => {
  if (providerId === undefined || context.signal.aborted) return undefined;
  const read = await handlers.of("get")?.(providerId, context);
  const link = read && sameLink(gateway, read, providerId);
  return link?.isOk() && hasReference(link.value, input.reference) ? link.value : undefined;
};

const TAKEN_UNSEEN =
  "A link has, or had, this reference, and could not be read. This request may have created it. Look for it before creating with a fresh reference.";

export const explainUnknownCreate = (error: DriverError, { key, driver }: ConfiguredGateway): DriverError =>
  withHint(error, UNRESOLVED_HINTS[driver.capabilities.createRecovery](key));

const UNRESOLVED_HINTS = {
  lookup: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }), or create again with gateway: "${key}" and the SAME reference and request: ${key} accepts a reference only once, and you get the link.`,
  scan: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }) and check the dashboard before creating again: ${key} may create a second link.`,
  replay: (key: string) =>
    `The link may exist. Create again with gateway: "${key}" and the SAME reference and request, for which ${key} documents the first result, or check ${key}'s dashboard before creating again with another reference.`,
  keyed: (key: string) =>
    `The link may exist. Create again with gateway: "${key}" and the SAME reference and request soon: ${key} keeps its first answer for some time. Later, check ${key}'s dashboard before creating again.`,
  none: (key: string) => `The link may exist. Look for the reference in ${key}'s dashboard before creating again.`,
} as const;

/** A create needs no existing object, so "not found" means a wrong address. */
const noSuchPlace = (error: DriverError, gateway: string): DriverError =>
  withHint(error, `Check the baseUrl of ${gateway}, if it is set, and that its account can create links.`);

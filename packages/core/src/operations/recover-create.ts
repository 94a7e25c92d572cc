import { err } from "neverthrow";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { withHint } from "./driver-error.ts";
import { type Existing, isAnothers, isOurs, judgeExisting, judgeReplayed } from "./existing-link.ts";
import { isAsGoodAsNew } from "./link-age.ts";
import { moneyDifferences, sameAsAsked } from "./same-request.ts";

interface SentCreate extends PreparedCreate {
  /** A link that is older, by more than clocks differ, was made by another create. */
  readonly sinceMs: number;
}

/**
 * After a create that failed: finds out what became of it, by the way that the gateway allows. A link that is the one asked
 * for is the success, whichever request made it. Finding none proves nothing: the request may still be on its way.
 */
export const recoverCreate = async (
  handling: CallScope<"create">,
  sent: SentCreate,
  error: DriverError,
): Promise<Existing> => {
  const { key, driver } = handling.gateway;
  if (error.kind === "not_found" && error.outcome !== "unknown") return err(noSuchPlace(error, key));
  if (isTaken(error, sent)) return lookUpTaken(handling, sent, error);
  if (error.outcome !== "unknown") return err(error);
  switch (driver.capabilities.createRecovery) {
    case "none":
      return err(unresolved(error, handling));
    case "replay":
      return replay(handling, sent, error);
    case "lookup":
    case "scan":
      return lookUpLost(handling, sent, error);
  }
};

/** Whether a refusal may be the echo of an earlier request: the reference is taken, or the address that the caller chose. */
const isTaken = (error: DriverError, { input, slugIsRandom }: SentCreate): boolean =>
  (error.kind === "duplicate_reference" && error.outcome !== "unknown") ||
  (error.kind === "invalid_request" &&
    error.outcome === "refused" &&
    input.slug !== undefined &&
    !slugIsRandom &&
    error.issues.some(({ path }) => path === "slug"));

/**
 * Sends the identical request once more, to a gateway that answers a repeat with the first result. A refusal of the repeat
 * says nothing about the first.
 */
const replay = async (handling: CallScope<"create">, sent: SentCreate, error: DriverError): Promise<Existing> => {
  const { handle, context } = handling;
  const replayed = context.signal.aborted ? err(error) : await handle(sent.input, context);
  return replayed.isOk() ? judgeReplayed(handling, sent, replayed.value, sent) : err(unresolved(error, handling));
};

/**
 * Looks for the link that has a taken reference. It may be the very one that this call made, where its request came twice
 * to the gateway: then it is the one asked for. Where it cannot be looked at, that stays open.
 */
const lookUpTaken = async (handling: CallScope<"create">, sent: SentCreate, error: DriverError): Promise<Existing> => {
  const found = await findByReference(handling, sent);
  if (found) return judgeFound(handling, sent, found);
  if (error.kind !== "duplicate_reference") return err(error);
  return err(withHint({ ...error, outcome: "unknown" }, TAKEN_UNSEEN));
};

/** Looks for the link that a create may have made whose answer was lost. */
const lookUpLost = async (handling: CallScope<"create">, sent: SentCreate, error: DriverError): Promise<Existing> => {
  const { gateway } = handling;
  const found = await findByReference(handling, sent);
  if (!found) return err(unresolved(error, handling));
  // Where references need not be unique, the lost request may have made a second link.
  const mayBeTwo = gateway.driver.capabilities.createRecovery === "scan" && !isOurs(sent, found);
  const judged = await judgeFound(handling, sent, found, mayBeTwo);
  return mayBeTwo && judged.isOk() && !isAsGoodAsNew(found, sent.sinceMs) ? err(unresolved(error, handling)) : judged;
};

/** The link that was found is the one asked for, or the reference is taken. It is `refused` only where nothing was made. */
export const judgeFound = async (
  handling: CallScope<"create">,
  sent: SentCreate,
  found: DriverLink,
  mayBeTwo = false,
): Promise<Existing> => {
  if (isOurs(sent, found)) return sameAsAsked(handling.gateway, sent.input, found);
  // A text that differs may be ours in the gateway's own words; gateways do not change what a link costs.
  const isOther = isAnothers(sent, found, sent.sinceMs) || moneyDifferences(sent.input, found).length > 0;
  return judgeExisting(handling, sent, found, isOther && !mayBeTwo ? "refused" : "unknown");
};

const findByReference = async (
  { handlers, context }: CallScope<"create">,
  { input }: SentCreate,
): Promise<DriverLink | undefined> => {
  const find = context.signal.aborted ? undefined : handlers.of("find");
  const found = await find?.(input.reference, context);
  return found?.isOk() && found.value.reference === input.reference ? found.value : undefined;
};

const TAKEN_UNSEEN =
  "A link has, or had, this reference, and could not be looked at: it may be one that this very request made. Look for it before creating with a fresh reference.";

/** Says how to find out what became of a create. */
export const explainUnknownCreate = (error: DriverError, { key, driver }: ConfiguredGateway): DriverError =>
  withHint(error, UNRESOLVED_HINTS[driver.capabilities.createRecovery](key));

const unresolved = (error: DriverError, { gateway }: CallScope<"create">): DriverError =>
  explainUnknownCreate(error, gateway);

const askDashboard = (key: string): string =>
  `The link may exist. Look for the reference in ${key}'s dashboard before creating again.`;

const UNRESOLVED_HINTS = {
  lookup: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }), or create again with gateway: "${key}" and the SAME reference and request: ${key} takes a reference once only, and you get the link.`,
  scan: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }) and look into the dashboard before creating again: ${key} may make a second link.`,
  replay: (key: string) =>
    `The link may exist. Create again with gateway: "${key}" and the SAME reference and request, which ${key} documents to give the first result, or look into ${key}'s dashboard before creating again with another.`,
  none: askDashboard,
} as const;

/** Nothing can be missing when a link is made, unless the request went to the wrong place. */
const noSuchPlace = (error: DriverError, gateway: string): DriverError =>
  withHint(error, `Check the baseUrl of ${gateway}, if it is set, and that its account can make links.`);

import { err, ok, type Result } from "neverthrow";
import type { CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { Handling } from "./call.ts";
import { failure, stampError, withHint } from "./failure.ts";
import { isAsGoodAsNew, sameAsAsked } from "./integrity.ts";
import type { ConfiguredGateway } from "./runtime.ts";
import { stampLink } from "./stamp.ts";

type Recovered = Result<DriverLink, DriverError | PaymentLinkError>;

interface SentCreate {
  readonly input: CreateInput;
  /** Whether the slug is our own random one, which no other link can have. */
  readonly slugIsRandom: boolean;
  readonly sentAtMs: number;
}

/**
 * After a create that failed: finds out what became of it, by the way that the gateway allows. A link that is the one asked
 * for is the success whose answer was lost. Finding none proves nothing: the request may still be on its way.
 */
export const recoverCreate = async (
  handling: Handling<"create">,
  sent: SentCreate,
  error: DriverError,
): Promise<Recovered> => {
  const { key, driver } = handling.gateway;
  const isLost = error.outcome === "unknown";
  if (error.kind === "not_found" && !isLost) return err(noSuchPlace(error, key));
  if (error.kind !== "duplicate_reference" && !isLost) return err(error);
  if (!isLost) return lookUp(handling, sent, error);
  switch (driver.capabilities.createRecovery) {
    case "none":
      return err(unresolved(error, handling));
    case "replay":
      return replay(handling, sent, error);
    case "lookup":
    case "scan":
      return lookUp(handling, sent, error);
  }
};

/**
 * Sends the identical request once more, to a gateway that answers a repeat with the first result. A refusal of the repeat
 * says nothing about the first.
 */
const replay = async (handling: Handling<"create">, { input }: SentCreate, error: DriverError): Promise<Recovered> => {
  const { gateway, handle, context } = handling;
  const replayed = context.signal.aborted ? err(error) : await handle(input, context);
  return replayed.isOk() ? sameAsAsked(gateway, input, replayed.value) : err(unresolved(error, handling));
};

/** Looks for the link that has the reference. */
const lookUp = async (
  handling: Handling<"create">,
  { input, sentAtMs, slugIsRandom }: SentCreate,
  error: DriverError,
): Promise<Recovered> => {
  const { gateway, handlers, context } = handling;
  const isLost = error.outcome === "unknown";
  const find = context.signal.aborted ? undefined : handlers.of("find");
  const found = await find?.(input.reference, context);
  if (!found?.isOk() || found.value.reference !== input.reference) {
    return err(isLost ? unresolved(error, handling) : error);
  }
  const isOurs = slugIsRandom && found.value.slug !== undefined && found.value.slug === input.slug;
  if (isOurs) return sameAsAsked(gateway, input, found.value);
  if (isLost && isAsGoodAsNew(input, found.value, sentAtMs)) return ok(found.value);
  // Where references need not be unique, the lost request may have made a second link.
  const mayBeTwo = isLost && gateway.driver.capabilities.createRecovery === "scan";
  return err(duplicate(handling, found.value, mayBeTwo));
};

const duplicate = (
  { gateway: { key }, context }: Handling<"create">,
  existing: DriverLink,
  mayBeTwo: boolean,
): PaymentLinkError => {
  const error = failure("duplicate_reference", {
    message: `${key} has a link under this reference already`,
    hint: "The link is error.existing: use it, or create with a fresh reference.",
    outcome: mayBeTwo ? "unknown" : "refused",
  });
  return stampError(error, key, "create", stampLink(key, existing, context.clock.now()));
};

/** Says how to find out what became of a create. */
export const explainUnknownCreate = (error: DriverError, { key, driver }: ConfiguredGateway): DriverError =>
  withHint(error, UNRESOLVED_HINTS[driver.capabilities.createRecovery](key));

const unresolved = (error: DriverError, { gateway }: Handling<"create">): DriverError =>
  explainUnknownCreate(error, gateway);

const askDashboard = (key: string): string =>
  `The link may exist. Look for the reference in ${key}'s dashboard before creating again.`;

const UNRESOLVED_HINTS = {
  lookup: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }), or create again under the SAME reference: ${key} takes a reference once only.`,
  scan: (key: string) =>
    `The link may exist. Call links.find({ gateway: "${key}", reference }) and look into the dashboard before creating again: ${key} would make a second link.`,
  replay: askDashboard,
  none: askDashboard,
} as const;

/** Nothing can be missing when a link is made, unless the request went to the wrong place. */
const noSuchPlace = (error: DriverError, gateway: string): DriverError =>
  withHint(error, `Check the baseUrl of ${gateway}, if it is set, and that its account can make links.`);

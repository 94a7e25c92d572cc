import { err, ok, type Result } from "neverthrow";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import type { Outcome, PaymentLinkError } from "../errors.ts";
import { epochMsOf } from "../instant.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import { attributeError, driverError } from "./driver-error.ts";
import { isCertainlyOlder, isOlder } from "./link-age.ts";
import { hasReference } from "./match-reply.ts";
import { differencesFromRequest, moneyDifferences, sameAsAsked } from "./same-request.ts";
import { toPaymentLink } from "./to-domain.ts";

// A reference belongs to one link. The request that created it returns it again; any other request is a duplicate.

export type Existing = Result<DriverLink, DriverError | PaymentLinkError>;

/** Returns a link if it is the one of a create, otherwise an error. */
export type Judge<Details> = (
  scope: CallScope<"create">,
  prepared: PreparedCreate,
  link: DriverLink,
  details: Details,
) => Promise<Existing>;

/** Whether this create made a link, by our random slug; `undefined` if no random slug shows that. */
export const isOurs = ({ input, slugIsRandom }: PreparedCreate, found: DriverLink): boolean | undefined =>
  slugIsRandom && found.slug !== undefined ? found.slug === input.slug : undefined;

/** Whether a link existed before a create began, and so was created by another one. */
export const isAnothers = (prepared: PreparedCreate, found: DriverLink, sinceMs: number): boolean =>
  isOurs(prepared, found) === false || isCertainlyOlder(found, sinceMs);

/** The link of the reference if this request created it, or an error that names the differences. */
export const judgeExisting: Judge<Outcome> = async (scope, prepared, found, outcomeIfOther) => {
  const { input, slugIsRandom, preparedAt } = prepared;
  // As it was then: its expiry may have passed since.
  const clock = { now: () => epochMsOf(preparedAt) };
  const preview = (await scope.handlers.looker("preview")?.(input, { clock }))?.unwrapOr(undefined);
  const differences = differencesFromRequest(input, found, {
    slugIsRandom,
    preview,
    capabilities: scope.gateway.driver.capabilities,
  });
  return differences.length === 0 ? ok(found) : err(duplicate(scope, found, differences, outcomeIfOther));
};

/**
 * Before a create, looks for a link that already has the reference, because the gateway would create a second one. `undefined`
 * if none was found. A failure here has not sent a create.
 */
export const lookBefore = async (scope: CallScope<"create">, asked: PreparedCreate): Promise<Existing | undefined> => {
  const { handlers, context } = scope;
  // A request that would be refused without I/O must not cause a search.
  const preview = await handlers.looker("preview")?.(asked.input, context);
  if (preview?.isErr()) return err(preview.error);
  const look = handlers.looker("findRecent") ?? handlers.looker("find");
  const found = await look?.(asked.input.reference, context);
  if (found === undefined) return undefined;
  // A "not found" of a proxy is not a reply of the gateway.
  if (found.isErr() && found.error.kind === "not_found" && found.error.outcome === "refused") return undefined;
  if (found.isErr()) return err({ ...found.error, outcome: "not_sent" });
  return hasReference(found.value, asked.input.reference)
    ? judgeExisting(scope, asked, found.value, "refused")
    : undefined;
};

/**
 * Checks a reply of a gateway that returns the first result for a repeat: the new link, or the link of an earlier request with
 * the same reference. If the link seems older than the request, its current state is read, because the reply may be a copy of
 * the first one.
 */
export const judgeReplayed: Judge<{ readonly sinceMs: number; readonly repliedAtMs?: number }> = async (
  scope,
  asked,
  reply,
  { sinceMs, repliedAtMs = sinceMs },
) => {
  const { input } = asked;
  if (!hasReference(reply, input.reference) || isOurs(asked, reply)) return sameAsAsked(scope.gateway, input, reply);
  const isAnother = isAnothers(asked, reply, sinceMs);
  const link = isAnother || isOlder(reply, repliedAtMs) ? await currentStateOf(scope, reply) : reply;
  if (isAnother) return judgeExisting(scope, asked, link, "refused");
  // It may be a link of another recent request, or ours with wrong values: the reply does not show which. Texts are not compared,
  // because the gateway may have changed them.
  const differences = moneyDifferences(input, link);
  return differences.length === 0 ? ok(link) : err(duplicate(scope, link, differences, "unknown"));
};

const currentStateOf = async ({ handlers, context }: CallScope<"create">, reply: DriverLink): Promise<DriverLink> => {
  const read = context.signal.aborted ? undefined : await handlers.of("get")?.(reply.providerId, context);
  const isSame = read?.isOk() && read.value.providerId === reply.providerId && read.value.reference === reply.reference;
  return isSame ? { ...read.value, warnings: reply.warnings } : reply;
};

/** The error of a link that has the reference and differs from the request. */
export const duplicate = (
  scope: CallScope<"create">,
  existing: DriverLink,
  differences: readonly string[],
  outcome: Outcome,
): PaymentLinkError =>
  duplicateWith(scope, existing, {
    message: `with a different ${differences.join(", a different ")}`,
    hint: `and it differs in ${differences.join(", ")}: use it,`,
    outcome,
  });

/** The error of a link that has the reference, with the rest of its message and of its hint. */
export const duplicateWith = (
  { gateway: { key }, context }: CallScope<"create">,
  existing: DriverLink,
  { message, hint, outcome }: { readonly message: string; readonly hint: string; readonly outcome: Outcome },
): PaymentLinkError => {
  const error = driverError("duplicate_reference", {
    message: `${key} already has a link under this reference, ${message}`,
    hint: `The link is error.existing, ${hint} or create with a fresh reference.`,
    outcome,
  });
  return attributeError(error, key, "create", toPaymentLink(key, existing, context.clock.now()));
};

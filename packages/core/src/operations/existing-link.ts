import { err, ok, type Result } from "neverthrow";
import type { DriverError, DriverLink, LinkPreview } from "../driver-contract.ts";
import type { Outcome, PaymentLinkError } from "../errors.ts";
import { epochMsOf } from "../instant.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import { attributeError, driverError } from "./driver-error.ts";
import { isCertainlyOlder, isOlder } from "./link-age.ts";
import { differencesFromRequest, moneyDifferences, sameAsAsked } from "./same-request.ts";
import { toPaymentLink } from "./to-domain.ts";

// A reference belongs to one link: the request that made it gives that link again, any other is a duplicate.

export type Existing = Result<DriverLink, DriverError | PaymentLinkError>;

/** Whether this very create made a link, by our own random slug; `undefined` where no such slug tells. */
export const isOurs = ({ input, slugIsRandom }: PreparedCreate, found: DriverLink): boolean | undefined =>
  slugIsRandom && found.slug !== undefined ? found.slug === input.slug : undefined;

/** Whether a link was there before a create began, and so was made by another. */
export const isAnothers = (prepared: PreparedCreate, found: DriverLink, sinceMs: number): boolean =>
  isOurs(prepared, found) === false || isCertainlyOlder(found, sinceMs);

/** What a link under the reference is to this request: the link itself, or an error that names what is another. */
export const judgeExisting = async (
  handling: CallScope<"create">,
  prepared: PreparedCreate,
  found: DriverLink,
  outcomeIfOther: Outcome = "refused",
): Promise<Existing> => {
  const { input, slugIsRandom } = prepared;
  const preview = await previewOf(handling, prepared);
  const differences = differencesFromRequest(input, found, { slugIsRandom, preview });
  return differences.length === 0 ? ok(found) : err(duplicate(handling, found, differences, outcomeIfOther));
};

/**
 * Looks before a create whether a link has the reference already, where the gateway would make a second one. `undefined`
 * where none was found. What fails here has sent nothing that could create.
 */
export const lookBefore = async (
  handling: CallScope<"create">,
  asked: PreparedCreate,
): Promise<Existing | undefined> => {
  const { handlers, context } = handling;
  // What would be refused unsent must not be asked about either.
  const preview = await handlers.looker("preview")?.(asked.input, context);
  if (preview?.isErr()) return err(preview.error);
  const look = handlers.looker("findRecent") ?? handlers.looker("find");
  const found = await look?.(asked.input.reference, context);
  if (found === undefined) return undefined;
  // "Not found" of something on the way to the gateway is no word of the gateway's.
  if (found.isErr() && found.error.kind === "not_found" && found.error.outcome === "refused") return undefined;
  if (found.isErr()) return err({ ...found.error, outcome: "not_sent" });
  return found.value.reference === asked.input.reference ? judgeExisting(handling, asked, found.value) : undefined;
};

/**
 * Judges a reply of a gateway that answers a repeat with the first result: the link just made, or one of an earlier request
 * under the same reference. Of a link that looks older than the request the present state is read, because the reply may be
 * the first one word for word.
 */
export const judgeReplayed = async (
  handling: CallScope<"create">,
  asked: PreparedCreate,
  got: DriverLink,
  { sinceMs, repliedAtMs = sinceMs }: { readonly sinceMs: number; readonly repliedAtMs?: number },
): Promise<Existing> => {
  const { input } = asked;
  if (got.reference !== input.reference || isOurs(asked, got)) return sameAsAsked(handling.gateway, input, got);
  const isAnother = isAnothers(asked, got, sinceMs);
  const link = isAnother || isOlder(got, repliedAtMs) ? await presentOf(handling, got) : got;
  if (isAnother) return judgeExisting(handling, asked, link);
  // The link of another request a moment ago, or ours made wrong: the reply does not tell. Texts that the gateway may have written
  // in its own way do not make it another.
  const differences = moneyDifferences(input, link);
  return differences.length === 0 ? ok(link) : err(duplicate(handling, link, differences, "unknown"));
};

/** The link as it is now; as it was told where that cannot be read. */
const presentOf = async ({ handlers, context }: CallScope<"create">, told: DriverLink): Promise<DriverLink> => {
  const read = context.signal.aborted ? undefined : await handlers.of("get")?.(told.providerId, context);
  const isSame = read?.isOk() && read.value.providerId === told.providerId && read.value.reference === told.reference;
  return isSame ? { ...read.value, warnings: told.warnings } : told;
};

const previewOf = async (
  { handlers }: CallScope<"create">,
  { input, preparedAt }: PreparedCreate,
): Promise<LinkPreview | undefined> => {
  // As it was then: its expiry may have passed since.
  const clock = { now: () => epochMsOf(preparedAt) };
  const preview = await handlers.looker("preview")?.(input, { clock });
  return preview?.isOk() ? preview.value : undefined;
};

const duplicate = (
  { gateway: { key }, context }: CallScope<"create">,
  existing: DriverLink,
  differences: readonly string[],
  outcome: Outcome,
): PaymentLinkError => {
  const error = driverError("duplicate_reference", {
    message: `${key} already has a link under this reference, with a different ${differences.join(", a different ")}`,
    hint: `The link is error.existing, and it differs in ${differences.join(", ")}: use it, or create with a fresh reference.`,
    outcome,
  });
  return attributeError(error, key, "create", toPaymentLink(key, existing, context.clock.now()));
};

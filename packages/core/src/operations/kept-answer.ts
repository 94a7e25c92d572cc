import { err, ok, type Result } from "neverthrow";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import type { Outcome } from "../errors.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CallScope } from "./call.ts";
import { driverError, withHint } from "./driver-error.ts";
import { duplicate, duplicateWith, isAnothers, type Judge, judgeExisting } from "./existing-link.ts";
import { isOlder } from "./link-age.ts";
import { hasReference, sameLink } from "./match-reply.ts";
import { isOpen, isUnpaid } from "./new-link.ts";
import { moneyDifferences, sameAsAsked } from "./same-request.ts";

// A gateway that keeps its first answer under a key returns it unchanged, whatever has happened to the link since. So the link is
// read, unless the gateway reports that it has made it now.

/**
 * The request that was answered:
 *
 * - `first`: the first one of a call. A link that has been paid or stopped is of an earlier call: nobody has the URL of a new one.
 * - `repeated`: the repeat of one whose answer was lost in the same call.
 * - `resumed`: the repeat of one that may have been sent at any time. Its own link is returned, whatever has happened to it.
 */
export type Attempt = "first" | "repeated" | "resumed";

export interface Asking {
  readonly attempt: Attempt;
  /** An older link was created by another request, if it is older by more than clocks can differ. */
  readonly sinceMs: number;
}

/** Checks an answer that may be a kept one. A link that is as good as new is returned in its present state. */
export const judgeKeyed: Judge<Asking> = async (scope, prepared, reply, asking) => {
  const { gateway } = scope;
  const { input } = prepared;
  if (reply.isKeptAnswer === false || !hasReference(reply, input.reference)) return sameAsAsked(gateway, input, reply);
  const read = await readNow(scope, reply);
  if (read.isErr()) return err(read.error);
  const { createdAt = reply.createdAt, ...present } = read.value;
  const link = { ...present, createdAt, warnings: reply.warnings };
  return judgePresent(scope, prepared, link, {
    ...asking,
    isKept: reply.isKeptAnswer === true,
    wasAsAsked: differencesOf(prepared, reply).length === 0,
  });
};

/** Checks the link of a key that was used with other parameters. */
export const judgeKeyTaken: Judge<Asking> = async (scope, prepared, found, { attempt, sinceMs }) => {
  // In one call all requests are the same, so that this call has made nothing. An earlier version may have sent other parameters.
  const isSure = attempt !== "resumed" || isAnothers(prepared, found, sinceMs);
  const judged = await judgeExisting(scope, prepared, found, isSure ? "refused" : "unknown");
  if (judged.isErr()) return judged;
  const present = { sinceMs, isKept: true, wasAsAsked: true } as const;
  return judgePresent(scope, prepared, found, { ...present, attempt: attempt === "resumed" ? attempt : "first" });
};

/** The error of a key that was used with other parameters, whose link cannot be read. */
export const keyTakenUnseen = (
  error: DriverError,
  { key, named, attempt }: { readonly key: string; readonly named: string | undefined; readonly attempt: Attempt },
): DriverError => {
  const whose = named === undefined ? "whose link it does not name" : `whose link ${named} could not be read`;
  const taken = `${key} has used the key of this reference for another request, ${whose}.`;
  if (attempt !== "resumed") return withHint(error, `${taken} ${REPEAT_EXACTLY}`);
  const next = `An earlier version may have sent this create in another form. Look for the reference in ${key}'s dashboard before creating with a fresh one.`;
  return withHint({ ...error, outcome: "unknown" }, `${taken} ${next}`);
};

const REPEAT_EXACTLY =
  "Repeat that request exactly, with the same expiresAt and slug, to get its link, or create with a fresh reference.";

interface Judging extends Asking {
  readonly isKept: boolean;
  readonly wasAsAsked: boolean;
}

const judgePresent: Judge<Judging> = async (scope, prepared, link, judging) => {
  const { attempt, sinceMs, isKept, wasAsAsked } = judging;
  const isAnother = isAnothers(prepared, link, sinceMs);
  const isFirst = attempt === "first";
  /** Nothing was created if the link is another's. `isEarlier` is whether its state shows that it is of an earlier call. */
  const outcomeIf = (isEarlier: boolean): Outcome =>
    isAnother || (isFirst && (isKept || isEarlier)) ? "refused" : "unknown";
  const differences = differencesOf(prepared, link);
  if (differences.length > 0) return err(duplicate(scope, link, differences, outcomeIf(wasAsAsked)));
  if (attempt === "resumed" && !isAnother) return ok(link);
  const unpaid = await isUnpaid(scope, link);
  if (unpaid.isErr()) return err(notRead(scope, link, unpaid.error));
  if (unpaid.value === "not_reported") {
    const isOfNow = !(isFirst && isKept) && link.createdAt !== undefined && !isOlder(link, sinceMs);
    return isOfNow && isOpen(link, scope.context.clock.now())
      ? ok(link)
      : err(duplicateWith(scope, link, { ...PERHAPS_PAID, outcome: outcomeIf(false) }));
  }
  return unpaid.value && isOpen(link, scope.context.clock.now())
    ? ok(link)
    : err(duplicateWith(scope, link, { ...USED, outcome: outcomeIf(true) }));
};

const USED = {
  message: "which has been paid, held or stopped since it was made",
  hint: "in its present state: use it,",
} as const;

const PERHAPS_PAID = {
  message: "and does not report whether that one has been paid",
  hint: "which may have been paid: use it only if your own records show that it was not,",
} as const;

/** Without a random slug, which differs in every request. */
const differencesOf = ({ input, slugIsRandom }: PreparedCreate, link: DriverLink): readonly string[] =>
  moneyDifferences(input, link).filter((each) => each !== "slug" || !slugIsRandom);

const readNow = async (scope: CallScope<"create">, reply: DriverLink): Promise<Result<DriverLink, DriverError>> => {
  const { gateway, handlers, context } = scope;
  if (context.signal.aborted) return err(notRead(scope, reply, NO_TIME));
  const get = handlers.of("get");
  if (!get) throw new TypeError("expected a driver that can read the links of its keyed creates");
  const read = sameLink(gateway, await get(reply.providerId, context), reply.providerId);
  return read.mapErr((error) => notRead(scope, reply, error));
};

const NO_TIME: DriverError = driverError("timeout", {
  message: "the gateway returned a link that may be an older one, and there was no time to read its present state",
});

/** The link exists, and is not known well enough to be shared. */
const notRead = (
  { gateway: { key } }: CallScope<"create">,
  { providerId }: DriverLink,
  error: DriverError,
): DriverError => {
  const isAbsent = error.kind === "not_found";
  const next = isAbsent
    ? "If it is still not found later, it was deleted: create with a fresh reference."
    : "That reads it again.";
  const hint = `${key} has returned the link ${providerId}, perhaps from an earlier create. Create again with the SAME reference and request. ${next}`;
  return withHint({ ...error, outcome: "unknown", retryable: error.retryable || isAbsent }, hint);
};

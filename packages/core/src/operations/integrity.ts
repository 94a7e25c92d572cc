import { err, ok, type Result } from "neverthrow";
import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import { epochMsOf } from "../instant.ts";
import { sameMoney } from "../money.ts";
import type { LinkWarning } from "../payment-link.ts";
import { failure } from "./failure.ts";
import type { ConfiguredGateway } from "./runtime.ts";

/** How far a gateway's clock may be behind ours. */
const CLOCK_MARGIN_MS = 5 * 60 * 1000;

/** The link, where it is the one asked for. */
export const sameAsAsked = (
  { key }: ConfiguredGateway,
  asked: CreateInput,
  got: DriverLink,
): Result<DriverLink, DriverError> => {
  const differences = differencesFrom(asked, got);
  if (differences.length === 0) return ok(got);
  const message = `${key} answered with another ${differences.join(" and another ")} than was asked for`;
  return err(failure("reply_mismatch", { message }));
};

/** Which of the things asked for came back different: whose money, how much, how often. */
const differencesFrom = (asked: CreateInput, got: DriverLink): readonly string[] => {
  const differences: string[] = [];
  if (asked.reference !== got.reference) differences.push("reference");
  if (!sameAmount(asked.amount, got.amount)) differences.push("amount");
  if (asked.usage.limit !== (got.usage.limit ?? "unlimited")) differences.push("usage limit");
  if (asked.slug !== undefined && got.slug !== undefined && asked.slug !== got.slug) differences.push("slug");
  return differences;
};

/**
 * Whether a link that was found can be the one whose answer was lost, and not an older one under the same reference, where no
 * random slug proves it.
 */
export const isAsGoodAsNew = (asked: CreateInput, found: DriverLink, sentAtMs: number): boolean => {
  if (differencesFrom(asked, found).length > 0) return false;
  const isNew = found.createdAt === undefined || epochMsOf(found.createdAt) >= sentAtMs - CLOCK_MARGIN_MS;
  return isNew && found.state === "open" && found.usage.used === 0;
};

/** A warning where the gateway set another expiry than asked for, by more than it rounds. */
export const expiryWarning = (
  gateway: string,
  { expiresAt: capability }: DriverCapabilities,
  asked: CreateInput,
  got: DriverLink,
): LinkWarning | undefined => {
  const [wanted, effective] = [asked.expiresAt, got.expiresAt];
  if (!isSupported(capability) || wanted === effective) return undefined;
  if (wanted && effective && Math.abs(epochMsOf(wanted) - epochMsOf(effective)) < capability.resolutionMs) {
    return undefined;
  }
  const message = `${gateway} ${effective ? `lets it expire at ${effective}` : "tells no expiry"}; asked for was ${wanted ?? "never"}`;
  return Object.freeze({ code: "adjusted", field: "expiresAt", message });
};

const sameAmount = (asked: CreateInput["amount"], got: DriverLink["amount"]): boolean => {
  if (!("open" in asked)) return !("open" in got) && sameMoney(asked, got);
  if (!("open" in got) || asked.open.currency !== got.open.currency) return false;
  // A gateway that does not tell its bounds back is not at fault.
  const { open: told } = got;
  return (["min", "max", "preset"] as const).every(
    (name) => told[name] === undefined || told[name] === asked.open[name],
  );
};

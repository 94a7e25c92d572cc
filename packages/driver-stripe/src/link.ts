import type { LinkAmount, LinkCollect, LinkItem, LinkUsage, Money } from "@tautan/core";
import { type DriverError, type DriverLink, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { isUsedUp } from "./create-body.ts";
import { callersMetadata, REFERENCE_KEY, TITLE_KEY } from "./metadata.ts";
import { methodOfCode } from "./methods.ts";
import { moneyFromWire } from "./money.ts";
import type { LinkReply, WireItem } from "./wire.ts";

/** A link from Stripe's form, with all its lines. */
export const linkFromWire = (
  reply: LinkReply,
  lines: readonly WireItem[],
  raw: unknown,
): Result<DriverLink, DriverError> => {
  const amount = amountOf(lines);
  if (!amount) {
    const message = "the response has a link without line items, or with line items in two currencies";
    return err(driverError("malformed_response", { message }));
  }
  const { metadata, after_completion, payment_method_types } = reply;
  const reference = metadata?.[REFERENCE_KEY];
  return ok({
    providerId: reply.id,
    reference: reference ?? reply.id,
    ...(reference === undefined && { madeElsewhere: true }),
    url: reply.url,
    // Stripe stops a link that reached its limit in the same way as the merchant: the count shows which of them did.
    state: reply.active || isUsedUp(reply) ? "open" : "closed",
    amount,
    ...titleAndItems(reply, lines, amount),
    usage: usageOf(reply),
    methods: payment_method_types?.length ? payment_method_types.map(methodOfCode) : undefined,
    collect: collectOf(reply),
    redirect: after_completion?.redirect,
    metadata: callersMetadata(metadata),
    raw,
  });
};

/** The sum of the lines, which Stripe computes; bounds, if the payer chooses it. */
const amountOf = (lines: readonly WireItem[]): LinkAmount | undefined => {
  const [first, ...others] = lines;
  if (!first || others.some((each) => each.currency !== first.currency)) return undefined;
  const chosen = first.price?.custom_unit_amount;
  if (!chosen) {
    return moneyFromWire(
      lines.reduce((sum, each) => sum + each.amount_total, 0),
      first.currency,
    );
  }
  const bound = (minor: number | undefined): string | undefined =>
    minor === undefined ? undefined : moneyFromWire(minor, first.currency).amount;
  const [min, max, preset] = [bound(chosen.minimum), bound(chosen.maximum), bound(chosen.preset)];
  return {
    open: {
      currency: first.currency.toUpperCase(),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(preset !== undefined && { preset }),
    },
  };
};

/**
 * A link without items has one line, which is named like the title or, without one, like the reference. Of a link that was made
 * elsewhere, the name of its only line is the title.
 */
const titleAndItems = (
  { id, metadata }: LinkReply,
  lines: readonly WireItem[],
  amount: LinkAmount,
): Pick<DriverLink, "title" | "items"> => {
  const [first] = lines;
  const reference = metadata?.[REFERENCE_KEY];
  const title =
    metadata?.[TITLE_KEY] ?? (reference === undefined && lines.length === 1 ? first?.description : undefined);
  const standsIn = lines.length === 1 && first?.quantity === 1 && first.description === (title ?? reference ?? id);
  return { title, items: standsIn || "open" in amount ? undefined : itemsOf(lines) };
};

/** `undefined` if a line cannot be expressed: one without a name, or with a price in fractions of minor units. */
const itemsOf = (lines: readonly WireItem[]): readonly LinkItem[] | undefined => {
  const items = lines.flatMap(({ description, quantity, price }) => {
    const unitPrice: Money | undefined =
      price?.unit_amount === undefined ? undefined : moneyFromWire(price.unit_amount, price.currency);
    return description === undefined || quantity === undefined || quantity < 1 || !unitPrice
      ? []
      : [{ name: description, quantity, unitPrice }];
  });
  return items.length === lines.length ? items : undefined;
};

/** Only a link with a limit has a count. A completed visit is a use, even before a delayed payment. */
const usageOf = ({ restrictions }: LinkReply): LinkUsage => {
  if (!restrictions) return { used: 0, held: 0, counted: false };
  const { limit, count } = restrictions.completed_sessions;
  return { limit, used: count, held: 0 };
};

/** The page always asks for the e-mail address. */
const collectOf = ({ name_collection, phone_number_collection }: LinkReply): LinkCollect => ({
  email: "required",
  ...(name_collection?.individual?.enabled && { name: "required" }),
  ...(phone_number_collection?.enabled && { phone: "required" }),
});

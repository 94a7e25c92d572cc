// What requests of both generations have in common.
import { type LinkItem, sameMoney } from "@tautan/core";
import type { ChangeInput, CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { toWireAmount } from "./money.ts";

/** What a change is to do, beside what callers may ask for. */
export interface LinkChange extends ChangeInput {
  readonly status?: "open" | "closed";
}

/** Items as both generations write them. Source: docs.singapay.id, api-reference/payment-link/create. */
export const toWireItems = (items: readonly LinkItem[]): readonly object[] =>
  items.map(({ name, quantity, unitPrice }) => ({ name, quantity, unit_price: toWireAmount(unitPrice) }));

/**
 * How a link of this request reads. One item that repeats the title and the amount is read as none: it is what a create of the
 * first generation writes where there are none.
 */
export const previewOf = ({ title, items, amount }: CreateInput): LinkPreview => {
  const [first, ...others] = items ?? [];
  const standsIn =
    first?.name === title && first?.quantity === 1 && "amount" in amount && sameMoney(first.unitPrice, amount);
  return { adjusted: standsIn && others.length === 0 ? { items: undefined } : {} };
};

/** `null` offers all methods. */
export const codesOrNull = (codes: readonly string[] | undefined): readonly string[] | null =>
  codes?.length ? codes : null;

/** Payments that were made are not taken back. Source: docs-payment-b2b.singapay.id, payment-link/update. */
export const usageFault = (change: LinkChange, currentUsage: number): DriverError | undefined => {
  const limit = change.usage?.limit ?? "unlimited";
  return limit === "unlimited" || limit >= currentUsage
    ? undefined
    : driverError("invalid_state", {
        message: `the link was paid ${currentUsage} times already; its limit cannot be ${limit}`,
        outcome: "not_sent",
        hint: `Set a limit of at least ${currentUsage}.`,
      });
};

/** The error for a field that SingaPay cannot honour. */
export const unsupported = (feature: string, reason: string, instead: string): DriverError =>
  driverError("unsupported", {
    message: `nothing was sent: ${feature}: ${reason}`,
    hint: `${instead}.`,
    features: [{ feature, reason, instead }],
  });

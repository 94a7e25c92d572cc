// Common parts of the requests of both versions.
import { type LinkItem, sameMoney } from "@tautan/core";
import type { ChangeInput, CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { toWireAmount } from "./money.ts";

/** The changes of callers, and of close and reopen. */
export interface LinkChange extends ChangeInput {
  readonly status?: "open" | "closed";
}

/** Items in the form of both versions. Source: https://docs.singapay.id/api-reference/payment-link/create. */
export const toWireItems = (items: readonly LinkItem[]): readonly object[] =>
  items.map(({ name, quantity, unitPrice }) => ({ name, quantity, unit_price: toWireAmount(unitPrice) }));

/**
 * The expected link of this request. One item with the title and the amount is read as no items: a create of version 1 sends
 * it if there are none.
 */
export const previewOf = ({ title, items, amount }: CreateInput): LinkPreview => {
  const [first, ...others] = items ?? [];
  const standsIn =
    first?.name === title && first?.quantity === 1 && "amount" in amount && sameMoney(first.unitPrice, amount);
  return { adjusted: standsIn && others.length === 0 ? { items: undefined } : {} };
};

/** `null` means all methods. */
export const codesOrNull = (codes: readonly string[] | undefined): readonly string[] | null =>
  codes?.length ? codes : null;

/** The limit cannot be lower than the number of payments. Source: docs-payment-b2b.singapay.id, payment-link/update. */
export const usageError = (change: LinkChange, currentUsage: number): DriverError | undefined => {
  const limit = change.usage?.limit ?? "unlimited";
  return limit === "unlimited" || limit >= currentUsage
    ? undefined
    : driverError("invalid_state", {
        message: `the link was already paid ${currentUsage} times; its limit cannot be ${limit}`,
        outcome: "not_sent",
        hint: `Set a limit of at least ${currentUsage}.`,
      });
};

/** The error for a field that SingaPay does not support. */
export const unsupported = (feature: string, reason: string, instead: string): DriverError =>
  driverError("unsupported", {
    message: `nothing was sent: ${feature}: ${reason}`,
    hint: `${instead}.`,
    features: [{ feature, reason, instead }],
  });

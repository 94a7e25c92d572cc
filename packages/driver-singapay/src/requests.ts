// What requests of both generations have in common.
import { type LinkItem, sameMoney } from "@tautan/core";
import type { ChangeInput, CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import type { SingapayApiVersion } from "./capabilities.ts";

/** What a change is to do, beside what callers may ask for. */
export interface LinkChange extends ChangeInput {
  readonly status?: "open" | "closed";
}

/** Items as both generations write them. Source: docs.singapay.id, api-reference/payment-link/create. */
export const toWireItems = (items: readonly LinkItem[]): readonly object[] =>
  items.map(({ name, quantity, unitPrice }) => ({ name, quantity, unit_price: Number(unitPrice.amount) }));

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
        hint: `Ask for a limit of at least ${currentUsage}.`,
      });
};

const OPTIONS_BY_VERSION: Readonly<Record<SingapayApiVersion, readonly string[]>> = {
  1: [],
  2: ["expiredRedirectUrl"],
};

/** Options of the caller's that this version does not have. */
export const providerOptionsFault = (options: unknown, version: SingapayApiVersion): DriverError | undefined => {
  if (options === undefined) return undefined;
  const known = OPTIONS_BY_VERSION[version];
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const names = isObject ? Object.keys(options) : [""];
  const offered = known.length === 0 ? "none" : known.join(", ");
  const message = `expected an option that SingaPay's API version ${version} has: ${offered}`;
  return invalidRequest(
    names
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: ["providerOptions.singapay", name].filter(Boolean).join("."), message })),
  );
};

/** The error for what is wrong with a request, where anything is. */
export const invalidRequest = (
  issues: readonly { readonly path: string; readonly message: string }[],
): DriverError | undefined =>
  issues.length === 0
    ? undefined
    : driverError("invalid_request", {
        message: `the request was not sent: ${issues.map((each) => `${each.path}: ${each.message}`).join("; ")}`,
        issues,
      });

/** The error for a field that SingaPay cannot honour. */
export const unsupported = (feature: string, reason: string, instead: string): DriverError =>
  driverError("unsupported", {
    message: `nothing was sent: ${feature}: ${reason}`,
    hint: `${instead}.`,
    features: [{ feature, reason, instead }],
  });

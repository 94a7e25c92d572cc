import type { Instant, Money } from "@tautan/core";
import type { CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { driverError, epochMsOf } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import {
  codesOrNull,
  type LinkChange,
  previewOf as previewOfEither,
  toWireItems,
  unsupported,
  usageError,
} from "./create-body.ts";
import { MOST_USES } from "./link.ts";
import { codesOfMethod, sendableCode } from "./methods.ts";
import { toWireAmount } from "./money.ts";
import { readProviderOptions } from "./provider-options.ts";
import { linkState } from "./status.ts";
import type { MutableFields } from "./wire.ts";

/** The body of a create request. Source: https://docs.singapay.id/api-reference/payment-link/create. */
export const toWireCreate = (input: CreateInput): Result<object, DriverError> => {
  const options = readProviderOptions(input, 1);
  if (options.isErr()) return err(options.error);
  const { reference, title = reference, expiresAt, methods, redirect, metadata } = input;
  // An open amount is unsupported and does not get here.
  const amount = input.amount as Money;
  return ok({
    reff_no: reference,
    title,
    max_usage: toWireLimit(input.usage.limit),
    total_amount: toWireAmount(amount),
    // Items are required. A link without items gets one with its title and amount.
    items: toWireItems(input.items ?? [{ name: title, quantity: 1, unitPrice: amount }]),
    required_customer_detail: input.collect !== undefined,
    expired_at: toWireTime(expiresAt),
    ...(methods && { whitelisted_payment_method: methods.flatMap(codesOfMethod) }),
    ...(redirect && { redirect_url: redirect.url }),
    ...(metadata && { optional_metadata: metadata }),
  });
};

/** The expected link of this request: title, items and the payer's form are always sent. */
export const previewOf = (input: CreateInput): LinkPreview => {
  const title = input.title ?? input.reference;
  const { adjusted } = previewOfEither({ ...input, title });
  return { adjusted: { ...adjusted, title }, alwaysReported: ["title", "items", "collect"] };
};

const toWireLimit = (limit: number | "unlimited"): number => (limit === "unlimited" ? MOST_USES : limit);

/** An expiry in milliseconds, as a text of 13 digits; `null` for never. */
const toWireTime = (instant: Instant | null | undefined): string | null =>
  instant === null || instant === undefined ? null : String(epochMsOf(instant));

/** The error for a field that this version cannot change. */
export const changeError = ({ title }: LinkChange): DriverError | undefined =>
  title === undefined
    ? undefined
    : unsupported("title", "SingaPay cannot change a title", "create another link under a fresh reference");

/**
 * The body of a change: every field that can be changed, unchanged ones as they were read, because a field that is left out
 * may be reset. Source: https://docs.singapay.id/api-reference/payment-link/update.
 */
export const toWireUpdate = (current: MutableFields, change: LinkChange): Result<object, DriverError> => {
  const status = change.status ?? current.status;
  const limit = change.usage ? toWireLimit(change.usage.limit) : current.max_usage;
  const error = statusError(status) ?? usageError(change, current.current_usage) ?? unlimitedError(limit);
  if (error) return err(error);
  const redirect = current.redirect_url ?? current.success_redirect_url;
  return ok({
    status,
    max_usage: limit,
    required_customer_detail: change.collect === undefined ? current.required_customer_detail : change.collect !== null,
    expired_at: toWireTime(change.expiresAt === undefined ? current.expired_at : change.expiresAt),
    whitelisted_payment_method:
      change.methods === undefined
        ? codesOrNull(current.whitelisted_payment_method?.map(sendableCode))
        : codesOrNull(change.methods?.flatMap(codesOfMethod)),
    redirect_url: change.redirect === undefined ? redirect : (change.redirect?.url ?? null),
    optional_metadata: change.metadata === undefined ? current.optional_metadata : (change.metadata ?? {}),
  });
};

const statusError = (status: string): DriverError | undefined =>
  linkState(status) === "open" || linkState(status) === "closed"
    ? undefined
    : driverError("invalid_state", {
        message: "the stored link is neither open nor closed, and a change must set one of the two",
        outcome: "not_sent",
        hint: "Close or reopen the link first, then change it.",
      });

/** Every change repeats the limit, and version 1 cannot send a link without a limit of version 2: its minimum is 1. */
const unlimitedError = (limit: number): DriverError | undefined =>
  limit === 0
    ? driverError("invalid_state", {
        message: "the link has no limit of payments, which SingaPay's API version 1 cannot write back",
        outcome: "not_sent",
        hint: "Change it through a driver with apiVersion: 2, or give it a usage limit with the same change.",
      })
    : undefined;

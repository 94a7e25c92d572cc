// The requests of version 2, which SingaPay's pages do not document. Source: its OpenAPI file, as
// https://github.com/aliziodev/laravel-singapay and https://github.com/Aturjadwal/singapay-ledger read it.
import type { LinkCollect, LinkRedirect, Money } from "@tautan/core";
import type { ChangeInput, CreateInput, DriverError } from "@tautan/core/driver";
import { invalidRequest } from "@tautan/core/driver";
import { jakartaTime } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { codesOrNull, type LinkChange, toWireItems, unsupported, usageError } from "./create-body.ts";
import { codesOfMethod } from "./methods.ts";
import { toWireAmount } from "./money.ts";
import { readProviderOptions } from "./provider-options.ts";
import type { LinkReply } from "./wire.ts";

type Limit = number | "unlimited";

/** The body of a create request. If there are items, SingaPay computes their sum. */
export const toWireCreate = (input: CreateInput): Result<object, DriverError> => {
  const { reference, title, items, usage, expiresAt, methods, customer, collect, redirect, metadata } = input;
  const options = readProviderOptions(input, 2);
  if (options.isErr()) return err(options.error);
  const error = customerError(customer);
  if (error) return err(error);
  // An open amount is unsupported and does not get here.
  const amount = input.amount as Money;
  const expiredRedirect = options.value.expiredRedirectUrl ?? redirect?.url;
  return ok({
    reff_no: reference,
    ...(items
      ? { payment_link_type: "items", items: toWireItems(items) }
      : { payment_link_type: "total", total_amount: toWireAmount(amount) }),
    ...(title !== undefined && { description: title }),
    max_usage: toWireLimit(usage.limit),
    // With Jakarta's offset, as in SingaPay's own responses.
    ...(expiresAt !== undefined && { expired_at: jakartaTime(expiresAt) }),
    ...(methods && { whitelisted_payment_method: methods.flatMap(codesOfMethod) }),
    ...(redirect && { success_redirect_url: redirect.url }),
    ...(expiredRedirect !== undefined && { expired_redirect_url: expiredRedirect }),
    ...(metadata && { optional_metadata: metadata }),
    ...(customer && { customer_name: customer.name, customer_email: customer.email }),
    ...(customer?.phone !== undefined && { customer_phone: customer.phone }),
    ...(collect && toWireCollect(collect)),
  });
};

/** 0 means no limit. */
const toWireLimit = (limit: Limit): number => (limit === "unlimited" ? 0 : limit);

const toWireCollect = (collect: LinkCollect | null): object => ({
  required_customer_number: collect?.phone === "required",
  required_customer_email: collect?.email === "required",
});

/** A customer is only for links for one payment, with name and e-mail address: SingaPay refuses others with 422. */
const customerError = (customer: CreateInput["customer"]): DriverError | undefined => {
  if (customer === undefined) return undefined;
  const missing = (["name", "email"] as const).filter((name) => customer[name] === undefined);
  const message = "SingaPay requires a customer's name and email together";
  const issues = missing.map((name) => ({ path: `customer.${name}`, message }));
  return issues.length === 0 ? undefined : invalidRequest("the request", issues);
};

const collectError = (collect: LinkCollect | null | undefined, limit: Limit): DriverError | undefined =>
  collect && limit === 1
    ? unsupported(
        "collect",
        "SingaPay supports collect only for links for several payments",
        "Pass the customer with the link, or a higher usage limit",
      )
    : undefined;

/** The body of a change: only the changed fields, because a field that is left out stays. */
export const toWireUpdate = (current: LinkReply, change: LinkChange): Result<object, DriverError> => {
  const limit = change.usage?.limit ?? (current.max_usage === 0 ? "unlimited" : current.max_usage);
  const error =
    titleError(current, change) ?? usageError(change, current.current_usage) ?? collectError(change.collect, limit);
  if (error) return err(error);
  const { status, title, usage, expiresAt, methods, metadata, collect } = change;
  return ok({
    ...(status && { status }),
    ...(title !== undefined && { description: title }),
    ...(usage && { max_usage: toWireLimit(usage.limit) }),
    // Removing it is unsupported and does not get here.
    ...(expiresAt && { expired_at: jakartaTime(expiresAt) }),
    ...(methods !== undefined && { whitelisted_payment_method: codesOrNull(methods?.flatMap(codesOfMethod)) }),
    ...redirectChange(current, change.redirect),
    ...(metadata !== undefined && { optional_metadata: metadata ?? {} }),
    ...(collect !== undefined && toWireCollect(collect)),
  });
};

/** The title of a link from another source is not its description, and this version only writes the description. */
const titleError = ({ source }: LinkReply, { title }: LinkChange): DriverError | undefined =>
  title === undefined || source === undefined || source === "api v2"
    ? undefined
    : unsupported(
        "title",
        "SingaPay can only change the title of a link that its API version 2 created",
        "Leave the title out, or create another link under a fresh reference",
      );

/** A separate address for expired links stays. */
const redirectChange = (
  { success_redirect_url, expired_redirect_url }: LinkReply,
  redirect: ChangeInput["redirect"],
): object => {
  if (redirect === undefined) return {};
  const url: LinkRedirect["url"] | null = redirect?.url ?? null;
  const isOwn = expired_redirect_url !== undefined && expired_redirect_url !== success_redirect_url;
  return { success_redirect_url: url, ...(!isOwn && { expired_redirect_url: url }) };
};

// The requests that create and change a link. Source of the fields: https://docs.stripe.com/api/payment-link/create and update.
import { type LinkCollect, type LinkItem, type OpenAmount, sameMoney } from "@tautan/core";
import type { ChangeInput, CreateInput, DriverError, LinkPreview } from "@tautan/core/driver";
import { driverError, invalidRequest } from "@tautan/core/driver";
import type { FormFields } from "@tautan/driver-kit/form";
import { err, ok, type Result } from "neverthrow";
import { metadataIssues, REFERENCE_KEY, sortedEntries, TITLE_KEY } from "./metadata.ts";
import { codesOfMethod } from "./methods.ts";
import { toWireAmount } from "./money.ts";
import type { StripeItem, StripeProviderOptions } from "./options.ts";
import { readProviderOptions } from "./provider-options.ts";
import type { LinkReply } from "./wire.ts";

type Input = CreateInput<StripeProviderOptions>;

/** The requests of a create: the second needs the id of the price that the first creates, if there is one. */
export interface WireCreate {
  readonly price: FormFields | undefined;
  readonly link: (priceId: string | undefined) => FormFields;
}

/** The name of the product of a link without items. */
const nameOf = ({ title, reference }: Pick<Input, "title" | "reference">): string => title ?? reference;

/** The requests of a link. The same input gives the same bytes. */
export const toWireCreate = (input: Input): Result<WireCreate, DriverError> => {
  const read = readProviderOptions(input);
  if (read.isErr()) return err(read.error);
  const options = read.value;
  const issues = [...metadataIssues(input.metadata), ...optionIssues(input, options)];
  if (issues.length > 0) return err(invalidRequest("the request", issues));
  const { amount } = input;
  return ok({
    price: "open" in amount ? toWirePrice(input, amount.open) : undefined,
    link: (priceId) => ({
      line_items:
        "open" in amount
          ? [{ price: priceId, quantity: 1 }]
          : (input.items ?? [{ name: nameOf(input), quantity: 1, unitPrice: amount }]).map((each, index) =>
              toWireItem(each, options.items?.[index]),
            ),
      ...(input.usage.limit !== "unlimited" && toWireUsage(input.usage.limit)),
      after_completion: toWireCompletion(input, options),
      payment_method_types: input.methods?.flatMap(codesOfMethod),
      ...(input.collect && toWireCollect(input.collect)),
      // The items' names are on the page then, and not the title.
      custom_text: input.items && input.title !== undefined ? { submit: { message: input.title } } : undefined,
      submit_type: options.submitType,
      billing_address_collection: options.billingAddress,
      inactive_message: options.inactiveMessage,
      payment_intent_data: {
        description: options.description,
        statement_descriptor_suffix: options.statementDescriptorSuffix,
        metadata: { [REFERENCE_KEY]: input.reference },
      },
      metadata: Object.fromEntries([
        [REFERENCE_KEY, input.reference],
        ...(input.title === undefined ? [] : [[TITLE_KEY, input.title] as const]),
        ...sortedEntries(input.metadata),
      ]),
      expand: ["line_items"],
    }),
  });
};

/** Options that contradict the request, which would be ignored. */
const optionIssues = (
  { amount, items, redirect }: Input,
  { items: lines = [], confirmationMessage }: StripeProviderOptions,
) => {
  const at = "providerOptions.stripe";
  const count = items?.length ?? 1;
  const isOpen = "open" in amount;
  return [
    ...(lines.length > count
      ? [{ path: `${at}.items`, message: `expected at most ${count}, as many as the link has lines` }]
      : []),
    ...(isOpen && lines.length > 0
      ? [{ path: `${at}.items`, message: "expected none for an amount that the payer chooses" }]
      : []),
    ...lines.flatMap(({ adjustableQuantity: { minimum = 0, maximum = 99 } = {} }, index) =>
      minimum <= maximum
        ? []
        : [{ path: `${at}.items[${index}].adjustableQuantity`, message: "expected a minimum up to the maximum" }],
    ),
    ...(confirmationMessage !== undefined && redirect
      ? [{ path: `${at}.confirmationMessage`, message: "expected none beside redirect, which takes its place" }]
      : []),
  ];
};

/** An amount that the payer chooses needs a price of its own: https://docs.stripe.com/api/prices/create. */
const toWirePrice = (input: Input, { currency, min, max, preset }: OpenAmount): FormFields => {
  const minor = (amount: string | undefined): number | undefined =>
    amount === undefined ? undefined : toWireAmount({ amount, currency });
  return {
    currency: currency.toLowerCase(),
    custom_unit_amount: { enabled: true, minimum: minor(min), maximum: minor(max), preset: minor(preset) },
    product_data: { name: nameOf(input) },
  };
};

const toWireItem = ({ name, quantity, unitPrice }: LinkItem, { adjustableQuantity, description }: StripeItem = {}) => ({
  price_data: {
    currency: unitPrice.currency.toLowerCase(),
    unit_amount: toWireAmount(unitPrice),
    product_data: { name, description },
  },
  quantity,
  adjustable_quantity: adjustableQuantity && {
    enabled: true,
    minimum: adjustableQuantity.minimum,
    maximum: adjustableQuantity.maximum,
  },
});

const toWireUsage = (limit: number): FormFields => ({ restrictions: { completed_sessions: { limit } } });

const toWireCompletion = ({ redirect }: Pick<Input, "redirect">, { confirmationMessage }: StripeProviderOptions) => {
  if (redirect) return { type: "redirect", redirect: { url: redirect.url } };
  return confirmationMessage === undefined
    ? undefined
    : { type: "hosted_confirmation", hosted_confirmation: { custom_message: confirmationMessage } };
};

/** The page always asks for the e-mail address. */
const toWireCollect = ({ name, phone }: LinkCollect): FormFields => ({
  ...(name === "required" && { name_collection: { individual: { enabled: true, optional: false } } }),
  ...(phone === "required" && { phone_number_collection: { enabled: true } }),
});

/** The form in which the link of this request will be read. One item that is named like the title is read as no items. */
export const previewOf = (input: Input): LinkPreview => {
  const { items, amount } = input;
  const [first, ...others] = items ?? [];
  const standsIn =
    first !== undefined &&
    others.length === 0 &&
    first.quantity === 1 &&
    first.name === nameOf(input) &&
    "amount" in amount &&
    sameMoney(first.unitPrice, amount);
  return standsIn ? { adjusted: { items: undefined } } : {};
};

/** The form of a change. `current` is the link before it, if that matters. */
export const toWireUpdate = (changes: ChangeInput, current: LinkReply | undefined): Result<FormFields, DriverError> => {
  const { usage, methods, collect, redirect, metadata } = changes;
  const issues = metadataIssues(metadata ?? {});
  if (issues.length > 0) return err(invalidRequest("the changes", issues));
  const count = current?.restrictions?.completed_sessions.count ?? 0;
  if (usage && usage.limit !== "unlimited" && usage.limit < count) return err(belowCount(usage.limit, count));
  return ok({
    ...(usage && (usage.limit === "unlimited" ? { restrictions: "" } : toWireUsage(usage.limit))),
    ...(usage && current && isUsedUp(current) && allowsMore(current, usage.limit) && { active: true }),
    ...(methods !== undefined && { payment_method_types: methods === null ? "" : methods.flatMap(codesOfMethod) }),
    ...(collect !== undefined && {
      name_collection: "",
      phone_number_collection: { enabled: false },
      ...toWireCollect(collect ?? {}),
    }),
    ...(redirect !== undefined && {
      after_completion: redirect === null ? { type: "hosted_confirmation" } : toWireCompletion({ redirect }, {}),
    }),
    ...(metadata !== undefined && { metadata: changedMetadata(metadata ?? {}, current?.metadata) }),
    expand: ["line_items"],
  });
};

/** Whether Stripe accepts such a limit is not documented, and it would mean nothing. */
const belowCount = (limit: number, count: number): DriverError =>
  driverError("invalid_state", {
    message: `the link was already paid ${count} times; its limit cannot be ${limit}`,
    outcome: "not_sent",
    hint: `Set a limit of at least ${count}.`,
  });

/** Whether a change must read the link first. */
export const needsCurrent = ({ usage, metadata }: ChangeInput): boolean =>
  usage !== undefined || metadata !== undefined;

/** A link that reached its limit was deactivated by Stripe, not by the merchant. */
export const isUsedUp = ({ active, restrictions }: LinkReply): boolean =>
  !active &&
  restrictions !== undefined &&
  restrictions.completed_sessions.count >= restrictions.completed_sessions.limit;

const allowsMore = ({ restrictions }: LinkReply, limit: number | "unlimited"): boolean =>
  limit === "unlimited" || limit > (restrictions?.completed_sessions.count ?? 0);

/** An entry that is left out stays, and an empty one is removed. */
const changedMetadata = (wanted: Readonly<Record<string, string>>, current: LinkReply["metadata"] = {}): FormFields =>
  Object.fromEntries([
    ...Object.keys(current)
      .filter((key) => key !== REFERENCE_KEY && key !== TITLE_KEY && !Object.hasOwn(wanted, key))
      .map((key) => [key, ""] as const),
    ...sortedEntries(wanted),
  ]);

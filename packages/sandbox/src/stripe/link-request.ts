// docs.stripe.com/api/payment-link/create and /update
import { CURRENCY_CODES } from "./currencies.ts";
import { METHOD_CODES } from "./methods.ts";
import type { AdjustableQuantity, AfterCompletion, CustomText, IntentData, LinkSettings, NamePart } from "./model.ts";
import type { Metadata, Params } from "./params.ts";
import { type NewPrice, readPriceData } from "./price-request.ts";

export interface NewItem {
  /** An id, or a price to make. */
  readonly price: string | NewPrice;
  readonly quantity: number;
  readonly adjustable: AdjustableQuantity | null;
}

export interface NewLink {
  readonly items: readonly NewItem[];
  readonly currency: string | undefined;
  readonly settings: LinkSettings;
}

export interface LinkChange {
  readonly isActive: boolean | undefined;
  readonly items: readonly {
    readonly id: string;
    readonly quantity: number | undefined;
    readonly adjustable: AdjustableQuantity | null | undefined;
  }[];
  readonly metadata: Metadata | "" | undefined;
  readonly settings: Partial<Omit<LinkSettings, "metadata">>;
}

/** "up to 20 line items": docs.stripe.com/api/payment-link/create. */
const MAX_LINE_ITEMS = 20;

const NOT_SIMULATED = [
  "allow_promotion_codes",
  "application_fee_amount",
  "application_fee_percent",
  "automatic_tax",
  "consent_collection",
  "custom_fields",
  "invoice_creation",
  "managed_payments",
  "on_behalf_of",
  "optional_items",
  "payment_method_collection",
  "payment_method_options",
  "shipping_address_collection",
  "shipping_options",
  "subscription_data",
  "tax_id_collection",
  "transfer_data",
];

export const readLinkRequest = (params: Params): NewLink => {
  params.unsimulated(...NOT_SIMULATED);
  const settings = readSettings(params, () => false);
  return {
    items: (params.objects("line_items", { required: true, max: MAX_LINE_ITEMS }) ?? []).map(readItem),
    currency: params.text("currency", { oneOf: CURRENCY_CODES }),
    settings: {
      limit: null,
      inactiveMessage: null,
      afterCompletion: { type: "hosted_confirmation", message: null },
      methods: null,
      intentData: null,
      asksForPhone: false,
      billingAddress: "auto",
      names: null,
      customerCreation: "if_required",
      submitType: "auto",
      customText: NO_CUSTOM_TEXT,
      ...settings,
      metadata: params.metadata("metadata") || {},
    },
  };
};

export const readLinkChange = (params: Params): LinkChange => {
  params.unsimulated(...NOT_SIMULATED);
  return {
    isActive: params.flag("active"),
    items: (params.objects("line_items", { max: MAX_LINE_ITEMS }) ?? []).map((item) => ({
      id: item.text("id", { required: true }) ?? "",
      quantity: item.integer("quantity", { min: 0, max: MAX_QUANTITY }),
      adjustable: item.has("adjustable_quantity") ? readAdjustable(item) : undefined,
    })),
    metadata: params.metadata("metadata"),
    settings: {
      ...(params.isUnset("restrictions") && { limit: null }),
      ...(params.isUnset("inactive_message") && { inactiveMessage: null }),
      ...(params.isUnset("payment_method_types") && { methods: null }),
      ...(params.isUnset("name_collection") && { names: null }),
      ...readSettings(params, params.isUnset),
    },
  };
};

/** The settings that both take, without those that are unset. */
const readSettings = (params: Params, isUnset: Params["isUnset"]): Partial<Omit<LinkSettings, "metadata">> => {
  const settings = {
    limit: isUnset("restrictions") ? undefined : readLimit(params),
    inactiveMessage: isUnset("inactive_message") ? undefined : params.text("inactive_message", { max: 500 }),
    afterCompletion: readAfterCompletion(params.object("after_completion")),
    methods: isUnset("payment_method_types") ? undefined : readMethods(params),
    intentData: readIntentData(params.object("payment_intent_data")),
    asksForPhone: params.object("phone_number_collection")?.flag("enabled", { required: true }),
    billingAddress: params.text("billing_address_collection", { oneOf: ["auto", "required"] }),
    names: isUnset("name_collection") ? undefined : readNames(params.object("name_collection")),
    customerCreation: params.text("customer_creation", { oneOf: ["always", "if_required"] }),
    submitType: params.text("submit_type", { oneOf: ["auto", "book", "donate", "pay"] }),
    customText: readCustomText(params.object("custom_text")),
  };
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<LinkSettings>;
};

const readLimit = (params: Params): number | undefined =>
  params
    .object("restrictions")
    ?.object("completed_sessions", { required: true })
    ?.integer("limit", { required: true, min: 1 });

const readMethods = (params: Params): readonly string[] | undefined => {
  const methods = params.texts("payment_method_types", { oneOf: METHOD_CODES });
  if (methods?.length === 0) params.refuse("payment_method_types", { message: "Invalid array: must not be empty" });
  return methods;
};

const readAfterCompletion = (params: Params | undefined): AfterCompletion | undefined => {
  if (params === undefined) return undefined;
  const type = params.text("type", { required: true, oneOf: ["hosted_confirmation", "redirect"] });
  const url = params.object("redirect", { required: type === "redirect" })?.url("url", { required: true, max: 2_048 });
  const message = params.object("hosted_confirmation")?.text("custom_message", { max: 500 });
  return type === "redirect" ? { type, url: url ?? "" } : { type: "hosted_confirmation", message: message ?? null };
};

const readIntentData = (params: Params | undefined): IntentData | undefined => {
  if (params === undefined) return undefined;
  const capture = params.text("capture_method", { oneOf: ["automatic", "automatic_async", "manual"] });
  if (capture === "manual") params.unsimulated("capture_method");
  return {
    metadata: params.metadata("metadata") || {},
    description: params.text("description", { max: 1_000 }) ?? null,
    statementDescriptor: params.text("statement_descriptor", { max: 22 }) ?? null,
    statementDescriptorSuffix: params.text("statement_descriptor_suffix", { max: 22 }) ?? null,
    setupFutureUsage: params.text("setup_future_usage", { oneOf: ["off_session", "on_session"] }) ?? null,
    transferGroup: params.text("transfer_group") ?? null,
  };
};

const NO_CUSTOM_TEXT: CustomText = {
  after_submit: null,
  shipping_address: null,
  submit: null,
  terms_of_service_acceptance: null,
};

// "Text may be up to 1200 characters in length": docs.stripe.com/api/payment-link/create, `custom_text`.
const readCustomText = (params: Params | undefined): CustomText | undefined => {
  if (params === undefined) return undefined;
  const texts = Object.keys(NO_CUSTOM_TEXT).map((place) => {
    const message = params.isUnset(place)
      ? undefined
      : params.object(place)?.text("message", { required: true, max: 1_200 });
    return [place, message === undefined ? null : { message }] as const;
  });
  return Object.fromEntries(texts) as CustomText;
};

const readNames = (params: Params | undefined): LinkSettings["names"] | undefined => {
  if (params === undefined) return undefined;
  const part = (name: string): NamePart | undefined => {
    const inner = params.object(name);
    if (inner === undefined) return undefined;
    const enabled = inner.flag("enabled", { required: true }) ?? false;
    return { enabled, optional: inner.flag("optional") ?? false };
  };
  const [individual, business] = [part("individual"), part("business")];
  return { ...(individual !== undefined && { individual }), ...(business !== undefined && { business }) };
};

// "must be less than or equal to 999999": docs.stripe.com/api/payment-link/create, `adjustable_quantity`.
const MAX_QUANTITY = 999_999;

const readItem = (item: Params): NewItem => {
  const id = item.text("price");
  const data = item.object("price_data");
  if ((id === undefined) === (data === undefined)) {
    item.refuse("price", {
      ...(id === undefined && { code: "parameter_missing" }),
      message: "You must specify one of price and price_data, and not both.",
    });
  }
  return {
    price: data === undefined ? (id ?? "") : readPriceData(data),
    quantity: item.integer("quantity", { required: true, min: 1, max: MAX_QUANTITY }) ?? 1,
    adjustable: readAdjustable(item),
  };
};

const readAdjustable = (item: Params): AdjustableQuantity | null => {
  const params = item.object("adjustable_quantity");
  if (params === undefined) return null;
  const isEnabled = params.flag("enabled", { required: true });
  const minimum = params.integer("minimum", { min: 0, max: MAX_QUANTITY }) ?? 0;
  const maximum = params.integer("maximum", { min: Math.max(1, minimum), max: MAX_QUANTITY }) ?? 99;
  return isEnabled === true ? { minimum, maximum } : null;
};

// The objects of the API: github.com/stripe/stripe-node, src/resources, and the samples of github.com/stripe/openapi,
// openapi/fixtures3.json. Members of products that are not simulated have the value of an account without them.
import { type JsonObject, SECOND_MS } from "../simulator-kit/index.ts";
import { lineAmount, totalOf } from "./amounts.ts";
import { dynamicMethods } from "./methods.ts";
import type { IntentData, LineItem, StripeLink, StripePrice, StripeProduct, StripeSession } from "./model.ts";
import type { StripeStore } from "./store.ts";

export const secondsOf = (ms: number): number => Math.floor(ms / SECOND_MS);

/** docs.stripe.com/api/pagination */
export const listOf = (url: string, data: readonly object[], hasMore: boolean): object => ({
  object: "list",
  data,
  has_more: hasMore,
  url,
});

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
/** Of a payer whose link asks for it. */
const TEST_ADDRESS = {
  city: "Jakarta",
  country: "ID",
  line1: "Jalan Contoh 1",
  line2: null,
  postal_code: "10110",
  state: "DKI Jakarta",
};

export interface Resources {
  readonly product: (product: StripeProduct) => JsonObject;
  readonly price: (price: StripePrice) => JsonObject;
  readonly link: (link: StripeLink) => JsonObject;
  readonly lineItems: (items: readonly LineItem[], chosen: number | null) => readonly JsonObject[];
  readonly session: (session: StripeSession) => JsonObject;
  readonly amountOf: (session: Pick<StripeSession, "items" | "chosenAmount">) => number;
  readonly priceOf: (id: string) => StripePrice;
  readonly addressOf: (link: StripeLink) => JsonObject;
}

export const createResources = (
  store: StripeStore,
  urls: { readonly ofLink: (link: StripeLink) => string; readonly ofSession: (session: StripeSession) => string },
): Resources => {
  const priceOf = (id: string): StripePrice => {
    const price = store.prices.get(id);
    if (price === undefined) throw new Error(`There is no price ${id}.`);
    return price;
  };

  const price = (one: StripePrice): JsonObject => ({
    id: one.id,
    object: "price",
    active: one.isActive,
    billing_scheme: "per_unit",
    created: secondsOf(one.createdAtMs),
    currency: one.currency,
    custom_unit_amount:
      one.customAmount === null
        ? null
        : { maximum: one.customAmount.maximum, minimum: one.customAmount.minimum, preset: one.customAmount.preset },
    livemode: false,
    lookup_key: one.lookupKey,
    metadata: one.metadata,
    nickname: one.nickname,
    product: one.productId,
    recurring: null,
    tax_behavior: one.taxBehavior,
    tiers_mode: null,
    transform_quantity: null,
    type: "one_time",
    unit_amount: one.unitAmount,
    unit_amount_decimal: one.unitAmountDecimal ?? (one.unitAmount === null ? null : String(one.unitAmount)),
  });

  const amountOf: Resources["amountOf"] = ({ items, chosenAmount }) => totalOf(items, priceOf, chosenAmount) ?? 0;
  const addressOf: Resources["addressOf"] = ({ settings }) =>
    settings.billingAddress === "required" ? TEST_ADDRESS : NO_ADDRESS;

  return {
    priceOf,
    amountOf,
    addressOf,
    price,
    product: (one) => ({
      id: one.id,
      object: "product",
      active: one.isActive,
      created: secondsOf(one.createdAtMs),
      default_price: null,
      description: one.description,
      images: one.images,
      livemode: false,
      marketing_features: [],
      metadata: one.metadata,
      name: one.name,
      package_dimensions: null,
      shippable: null,
      statement_descriptor: null,
      tax_code: one.taxCode,
      type: "service",
      unit_label: one.unitLabel,
      updated: secondsOf(one.createdAtMs),
      url: null,
    }),
    lineItems: (items, chosen) =>
      items.map(({ id, priceId, quantity, adjustable }) => {
        const of = priceOf(priceId);
        const amount = lineAmount(of, quantity, chosen);
        return {
          id,
          object: "item",
          adjustable_quantity:
            adjustable === null ? null : { enabled: true, maximum: adjustable.maximum, minimum: adjustable.minimum },
          amount_discount: 0,
          amount_subtotal: amount,
          amount_tax: 0,
          amount_total: amount,
          currency: of.currency,
          description: store.products.get(of.productId)?.name ?? "",
          metadata: {},
          price: price(of),
          quantity,
        };
      }),
    link: (one) => ({
      id: one.id,
      object: "payment_link",
      active: one.isActive,
      after_completion: afterCompletion(one),
      allow_promotion_codes: false,
      application: null,
      application_fee_amount: null,
      application_fee_percent: null,
      automatic_tax: { enabled: false, liability: null },
      billing_address_collection: one.settings.billingAddress,
      consent_collection: null,
      currency: one.currency,
      custom_fields: [],
      custom_text: one.settings.customText,
      customer_creation: one.settings.customerCreation,
      inactive_message: one.settings.inactiveMessage,
      invoice_creation: null,
      livemode: false,
      managed_payments: null,
      metadata: one.settings.metadata,
      ...(one.settings.names !== null && { name_collection: one.settings.names }),
      on_behalf_of: null,
      optional_items: null,
      payment_intent_data: intentData(one.settings.intentData),
      payment_method_collection: "always",
      payment_method_options: null,
      payment_method_types: one.settings.methods,
      phone_number_collection: { enabled: one.settings.asksForPhone },
      restrictions:
        one.settings.limit === null
          ? null
          : { completed_sessions: { count: one.completed, limit: one.settings.limit } },
      shipping_address_collection: null,
      shipping_options: [],
      submit_type: one.settings.submitType,
      subscription_data: null,
      tax_id_collection: { enabled: false, required: "never" },
      transfer_data: null,
      url: urls.ofLink(one),
    }),
    session: (one) => {
      const link = store.links.get(one.linkId);
      if (link === undefined) throw new Error(`The session ${one.id} has no link.`);
      const amount = amountOf(one);
      const { settings, currency } = link;
      return {
        id: one.id,
        object: "checkout.session",
        adaptive_pricing: { enabled: false },
        after_expiration: null,
        allow_promotion_codes: false,
        allowed_payment_method_types: null,
        amount_subtotal: amount,
        amount_total: amount,
        automatic_tax: { enabled: false, liability: null, provider: null, status: null },
        billing_address_collection: settings.billingAddress,
        cancel_url: urls.ofLink(link),
        client_reference_id: one.clientReferenceId,
        client_secret: null,
        collected_information: null,
        consent: null,
        consent_collection: null,
        created: secondsOf(one.createdAtMs),
        currency,
        currency_conversion: null,
        custom_fields: [],
        custom_text: settings.customText,
        customer: one.customerId,
        customer_account: null,
        customer_creation: settings.customerCreation,
        customer_details:
          one.payer === undefined
            ? null
            : {
                address: addressOf(link),
                business_name: null,
                email: one.payer.email,
                individual_name: null,
                name: one.payer.name,
                phone: one.payer.phone,
                tax_exempt: "none",
                tax_ids: [],
              },
        customer_email: one.prefilledEmail,
        discounts: [],
        expires_at: secondsOf(one.expiresAtMs),
        integration_identifier: null,
        invoice: null,
        invoice_creation: null,
        livemode: false,
        locale: "auto",
        managed_payments: null,
        metadata: settings.metadata,
        mode: "payment",
        origin_context: null,
        payment_intent: one.intentId ?? null,
        payment_link: one.linkId,
        payment_method_collection: "always",
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: settings.methods ?? dynamicMethods(currency),
        payment_status: one.paymentStatus,
        permissions: null,
        phone_number_collection: { enabled: settings.asksForPhone },
        recovered_from: null,
        saved_payment_method_options: null,
        setup_intent: null,
        shipping_address_collection: null,
        shipping_cost: null,
        shipping_options: [],
        status: one.status,
        submit_type: settings.submitType,
        subscription: null,
        success_url: settings.afterCompletion.type === "redirect" ? settings.afterCompletion.url : null,
        total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
        ui_mode: "hosted_page",
        url: one.status === "open" ? urls.ofSession(one) : null,
        wallet_options: null,
      };
    },
  };
};

const afterCompletion = ({ settings }: StripeLink): JsonObject =>
  settings.afterCompletion.type === "redirect"
    ? { type: "redirect", redirect: { url: settings.afterCompletion.url } }
    : { type: "hosted_confirmation", hosted_confirmation: { custom_message: settings.afterCompletion.message } };

const intentData = (data: IntentData | null): JsonObject | null =>
  data === null
    ? null
    : {
        capture_method: null,
        description: data.description,
        metadata: data.metadata,
        setup_future_usage: data.setupFutureUsage,
        statement_descriptor: data.statementDescriptor,
        statement_descriptor_suffix: data.statementDescriptorSuffix,
        transfer_group: data.transferGroup,
      };

// PaymentIntents, charges, refunds and disputes, as resources.ts has the rest.
import type { JsonObject } from "../simulator-kit/index.ts";
import { cardWith, lastFourOf, type StripeCard } from "./cards.ts";
import type { StripeCharge, StripeDispute, StripeIntent, StripeLink, StripeRefund, StripeSession } from "./model.ts";
import { type Resources, secondsOf } from "./resources.ts";
import type { StripeStore } from "./store.ts";

export interface PaymentResources {
  readonly intent: (intent: StripeIntent) => JsonObject;
  readonly charge: (charge: StripeCharge) => JsonObject;
  readonly refund: (refund: StripeRefund) => JsonObject;
  readonly dispute: (dispute: StripeDispute) => JsonObject;
}

export const createPaymentResources = (
  store: StripeStore,
  { addressOf }: Pick<Resources, "addressOf">,
  baseUrl: string,
): PaymentResources => {
  const sessionOf = (id: string): StripeSession => {
    const session = store.sessions.get(id);
    if (session === undefined) throw new Error(`There is no session ${id}.`);
    return session;
  };
  const linkOf = ({ linkId }: StripeSession): StripeLink => {
    const link = store.links.get(linkId);
    if (link === undefined) throw new Error(`There is no link ${linkId}.`);
    return link;
  };

  const billingDetails = (session: StripeSession): JsonObject => ({
    address: addressOf(linkOf(session)),
    email: session.payer?.email ?? null,
    name: session.payer?.name ?? null,
    phone: session.payer?.phone ?? null,
    tax_id: null,
  });

  const lastError = ({
    lastError: error,
    chargeId,
    methodId,
    method,
    card,
    sessionId,
  }: StripeIntent): JsonObject | null => {
    if (error === null) return null;
    return {
      ...(chargeId !== undefined && { charge: chargeId }),
      code: error.code,
      ...(error.declineCode !== null && { decline_code: error.declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}`,
      message: error.message,
      payment_method: {
        id: methodId,
        object: "payment_method",
        billing_details: billingDetails(sessionOf(sessionId)),
        ...methodDetails(method, card === undefined ? undefined : cardWith(card)),
        created: null,
        customer: null,
        livemode: false,
        metadata: {},
      },
      type: "card_error",
    };
  };

  return {
    intent: (one) => {
      const session = sessionOf(one.sessionId);
      const isPaid = one.status === "succeeded";
      return {
        id: one.id,
        object: "payment_intent",
        allowed_payment_method_types: null,
        amount: one.amount,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: isPaid ? one.amount : 0,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: null,
        canceled_at: one.canceledAtMs === null ? null : secondsOf(one.canceledAtMs),
        cancellation_reason: one.canceledAtMs === null ? null : "expired",
        capture_method: "automatic_async",
        client_secret: `${one.id}_secret_sandbox`,
        confirmation_method: "automatic",
        created: secondsOf(one.createdAtMs),
        currency: one.currency,
        customer: session.customerId,
        customer_account: null,
        description: one.data?.description ?? null,
        excluded_payment_method_types: null,
        last_payment_error: lastError(one),
        latest_charge: one.chargeId ?? null,
        livemode: false,
        managed_payments: null,
        metadata: one.data?.metadata ?? {},
        next_action: one.status === "requires_action" ? nextAction(one, baseUrl) : null,
        on_behalf_of: null,
        payment_method: one.status === "requires_payment_method" ? null : one.methodId,
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: linkOf(session).settings.methods ?? [one.method],
        payment_record: null,
        processing: null,
        receipt_email: null,
        review: null,
        setup_future_usage: one.data?.setupFutureUsage ?? null,
        shipping: null,
        source: null,
        statement_descriptor: one.data?.statementDescriptor ?? null,
        statement_descriptor_suffix: one.data?.statementDescriptorSuffix ?? null,
        status: one.status,
        transfer_data: null,
        transfer_group: one.data?.transferGroup ?? null,
      };
    },
    charge: (one) => {
      const session = sessionOf(one.sessionId);
      const data = store.intents.get(one.intentId)?.data;
      const isPaid = one.status === "succeeded";
      const card = one.card === undefined ? undefined : cardWith(one.card);
      return {
        id: one.id,
        object: "charge",
        amount: one.amount,
        amount_captured: isPaid ? one.amount : 0,
        amount_refunded: one.refundedAmount,
        application: null,
        application_fee: null,
        application_fee_amount: null,
        balance_transaction: isPaid ? one.id.replace("ch_", "txn_") : null,
        billing_details: billingDetails(session),
        calculated_statement_descriptor: "TAUTAN SANDBOX",
        captured: isPaid,
        created: secondsOf(one.createdAtMs),
        currency: one.currency,
        customer: session.customerId,
        description: data?.description ?? null,
        disputed: one.disputeId !== undefined,
        failure_balance_transaction: null,
        failure_code: one.failure?.code ?? null,
        failure_message: one.failure?.message ?? null,
        fraud_details: {},
        livemode: false,
        metadata: data?.metadata ?? {},
        on_behalf_of: null,
        outcome: outcomeOf(one),
        paid: isPaid,
        payment_intent: one.intentId,
        payment_method: one.methodId,
        payment_method_details: methodDetails(one.method, card),
        receipt_email: null,
        receipt_number: null,
        receipt_url: isPaid ? `https://pay.stripe.com/receipts/payment/${one.id}` : null,
        refunded: isPaid && one.refundedAmount === one.amount,
        review: null,
        shipping: null,
        source: null,
        source_transfer: null,
        statement_descriptor: data?.statementDescriptor ?? null,
        statement_descriptor_suffix: data?.statementDescriptorSuffix ?? null,
        status: one.status,
        transfer_data: null,
        transfer_group: data?.transferGroup ?? null,
      };
    },
    refund: (one) => ({
      id: one.id,
      object: "refund",
      amount: one.amount,
      balance_transaction: one.id.replace("re_", "txn_"),
      charge: one.chargeId,
      created: secondsOf(one.createdAtMs),
      currency: one.currency,
      customer: null,
      customer_account: null,
      destination_details: { card: { type: "refund" }, type: "card" },
      ...(one.failureReason !== null && {
        failure_balance_transaction: one.id.replace("re_", "txn_f"),
        failure_reason: one.failureReason,
      }),
      metadata: one.metadata,
      payment_intent: one.intentId,
      payment_method: store.charges.get(one.chargeId)?.methodId ?? null,
      reason: one.reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: one.status,
      transfer_reversal: null,
    }),
    dispute: (one) => ({
      id: one.id,
      object: "dispute",
      amount: one.amount,
      balance_transactions: [],
      charge: one.chargeId,
      created: secondsOf(one.createdAtMs),
      currency: one.currency,
      enhanced_eligibility_types: [],
      evidence: evidenceOf(one),
      evidence_details: {
        due_by: secondsOf(one.dueByMs),
        enhanced_eligibility: {},
        has_evidence: one.evidenceText !== null,
        past_due: false,
        submission_count: one.submissions,
      },
      intended_submission_method: null,
      is_charge_refundable: false,
      livemode: false,
      metadata: one.metadata,
      payment_intent: one.intentId,
      payment_method_details: {
        card: { brand: "visa", case_type: "chargeback", network: "visa", network_reason_code: "10.4" },
        type: "card",
      },
      reason: one.reason,
      status: one.status,
    }),
  };
};

const nextAction = ({ id, method }: StripeIntent, baseUrl: string): JsonObject =>
  method === "card" || method === "konbini"
    ? { type: method === "card" ? "use_stripe_sdk" : "konbini_display_details" }
    : { type: "redirect_to_url", redirect_to_url: { return_url: null, url: `${baseUrl}/authorize/${id}` } };

const methodDetails = (code: string, card: StripeCard | undefined): JsonObject => ({
  ...(code === "card"
    ? {
        card: {
          brand: card?.brand ?? "visa",
          checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
          country: "US",
          exp_month: 12,
          exp_year: 2034,
          fingerprint: "SandboxCardAA000",
          funding: "credit",
          installments: null,
          last4: card === undefined ? "4242" : lastFourOf(card),
          mandate: null,
          network: card?.brand ?? "visa",
          three_d_secure: null,
          wallet: null,
        },
      }
    : { [code]: {} }),
  type: code,
});

const outcomeOf = ({ status, failure }: StripeCharge): JsonObject | null => {
  if (status === "pending") return null;
  const isPaid = status === "succeeded";
  return {
    advice_code: isPaid ? null : "try_again_later",
    network_advice_code: null,
    network_decline_code: null,
    network_status: isPaid ? "approved_by_network" : "declined_by_network",
    reason: failure?.declineCode ?? null,
    risk_level: "normal",
    seller_message: isPaid ? "Payment complete." : "The bank did not return any further details with this decline.",
    type: isPaid ? "authorized" : "issuer_declined",
  };
};

// docs.stripe.com/api/disputes/object, `evidence`
const EVIDENCE_FIELDS =
  "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file";

const evidenceOf = ({ evidenceText }: StripeDispute): JsonObject => ({
  ...Object.fromEntries(EVIDENCE_FIELDS.split(" ").map((field) => [field, null])),
  enhanced_evidence: {},
  uncategorized_text: evidenceText,
});

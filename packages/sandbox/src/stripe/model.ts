// What Stripe has of an account, as it is kept: plain values.
import type { Metadata } from "./params.ts";

export interface StripeProduct {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly images: readonly string[];
  readonly metadata: Metadata;
  readonly taxCode: string | null;
  readonly unitLabel: string | null;
  readonly createdAtMs: number;
  /** One that came with a price has no page of its own. */
  readonly isActive: boolean;
}

/** An amount that the payer chooses, in minor units. */
export interface CustomAmount {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly preset: number | null;
}

export interface StripePrice {
  readonly id: string;
  readonly productId: string;
  readonly currency: string;
  /** In minor units; `null` if the payer chooses it. */
  readonly unitAmount: number | null;
  /** With decimals below the minor unit, if it was sent so. */
  readonly unitAmountDecimal: string | null;
  readonly customAmount: CustomAmount | null;
  readonly taxBehavior: string;
  readonly nickname: string | null;
  readonly lookupKey: string | null;
  readonly metadata: Metadata;
  readonly isActive: boolean;
  readonly createdAtMs: number;
}

export interface AdjustableQuantity {
  readonly minimum: number;
  readonly maximum: number;
}

export interface LineItem {
  readonly id: string;
  readonly priceId: string;
  readonly quantity: number;
  readonly adjustable: AdjustableQuantity | null;
}

export type AfterCompletion =
  | { readonly type: "redirect"; readonly url: string }
  | { readonly type: "hosted_confirmation"; readonly message: string | null };

export interface IntentData {
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly setupFutureUsage: string | null;
  readonly transferGroup: string | null;
}

export interface NamePart {
  readonly enabled: boolean;
  readonly optional: boolean;
}

/** The part of a link that a request sets. */
export interface LinkSettings {
  readonly metadata: Metadata;
  readonly limit: number | null;
  readonly inactiveMessage: string | null;
  readonly afterCompletion: AfterCompletion;
  /** `null`: those of the account. */
  readonly methods: readonly string[] | null;
  readonly intentData: IntentData | null;
  readonly asksForPhone: boolean;
  readonly billingAddress: string;
  readonly names: { readonly individual?: NamePart; readonly business?: NamePart } | null;
  readonly customerCreation: string;
  readonly submitType: string;
  readonly customText: CustomText;
}

/** Texts of the merchant on the pay page, each by its place. */
export type CustomText = Readonly<
  Record<
    "after_submit" | "shipping_address" | "submit" | "terms_of_service_acceptance",
    { readonly message: string } | null
  >
>;

export interface StripeLink {
  /** Counted over all gateways. */
  readonly number: number;
  readonly id: string;
  /** The end of its URL. */
  readonly slug: string;
  readonly currency: string;
  readonly createdAtMs: number;
  items: readonly LineItem[];
  settings: LinkSettings;
  isActive: boolean;
  /** Completed sessions, counted whether there is a limit or not. */
  completed: number;
}

interface PayerOfSession {
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
}

/** A visit of the link, paid or not. */
export interface StripeSession {
  readonly id: string;
  readonly linkId: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly clientReferenceId: string | null;
  readonly prefilledEmail: string | null;
  status: "open" | "complete" | "expired";
  paymentStatus: "paid" | "unpaid" | "no_payment_required";
  /** As they are now: the payer can change some of them. */
  items: readonly LineItem[];
  /** Of the item whose price the payer chooses. */
  chosenAmount: number | null;
  /** The payer's; `undefined` before the choice. */
  method: string | undefined;
  payer: PayerOfSession | undefined;
  customerId: string | null;
  intentId: string | undefined;
  /** Somebody goes on with it: another payer does not take it over. */
  isInHand: boolean;
}

type IntentStatus = "requires_payment_method" | "requires_action" | "processing" | "succeeded" | "canceled";

export interface StripeIntent {
  readonly id: string;
  readonly sessionId: string;
  readonly createdAtMs: number;
  readonly data: IntentData | null;
  readonly currency: string;
  amount: number;
  status: IntentStatus;
  method: string;
  methodId: string | null;
  /** The test card in use. */
  card: string | undefined;
  /** How and when an attempt ended last. */
  lastError: { readonly code: string; readonly declineCode: string | null; readonly message: string } | null;
  chargeId: string | undefined;
  canceledAtMs: number | null;
  /** When a voucher runs out. */
  dueMs: number | undefined;
}

export interface StripeCharge {
  readonly id: string;
  readonly intentId: string;
  readonly sessionId: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAtMs: number;
  readonly method: string;
  readonly methodId: string | null;
  readonly card: string | undefined;
  readonly failure: StripeIntent["lastError"];
  status: "succeeded" | "pending" | "failed";
  refundedAmount: number;
  disputeId: string | undefined;
}

export interface StripeRefund {
  readonly id: string;
  readonly chargeId: string;
  readonly intentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAtMs: number;
  readonly reason: string | null;
  metadata: Metadata;
  status: "pending" | "succeeded" | "failed" | "canceled";
  failureReason: string | null;
  /** The next status, which time alone brings. */
  next: { readonly status: "succeeded" | "failed"; readonly atMs: number } | undefined;
}

export interface StripeDispute {
  readonly id: string;
  readonly chargeId: string;
  readonly intentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAtMs: number;
  readonly dueByMs: number;
  readonly reason: string;
  metadata: Metadata;
  status: "needs_response" | "under_review" | "won" | "lost";
  evidenceText: string | null;
  submissions: number;
}

/** An event as it was sent. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly createdAtMs: number;
  readonly body: string;
}

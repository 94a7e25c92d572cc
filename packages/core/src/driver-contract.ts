import type { Result } from "neverthrow";
import type { DriverCapabilities } from "./capabilities.ts";
import type {
  DuplicateReferenceError,
  MalformedWebhookError,
  OperationName,
  PaymentLinkError,
  SignatureExpiredError,
  SignatureInvalidError,
} from "./errors.ts";
import type { HistoryRecord, Trust } from "./history.ts";
import type { Instant } from "./instant.ts";
import type { ProviderLinkState } from "./link-status.ts";
import type { LinkAmount, LinkCollect, LinkRedirect, LinkWarning, PaymentLink } from "./payment-link.ts";
import type { PaymentMethod } from "./payment-method.ts";
import type { Loose, OmittableField } from "./request.ts";
import type { WebhookAcknowledgement } from "./webhook.ts";

/** Where the time comes from; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** What core gives a handler beside its input. */
export interface CallContext {
  /** Fires at the deadline or when the caller gives up. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** What the caller asked for; a handler may be called for a part of it. A driver may let what only confirms wait longest. */
  readonly operation?: OperationName;
}

/** A request to create a link, checked and normalised: nothing in it is beyond the driver's capabilities. */
export interface CreateInput<ProviderOptions = unknown> extends Pick<PaymentLink, Exclude<OmittableField, "usage">> {
  readonly reference: string;
  readonly amount: LinkAmount;
  readonly usage: { readonly limit: number | "unlimited" };
  /** Absent if the link never expires. */
  readonly expiresAt?: Instant;
  /** Only methods that the capabilities list, one per channel. */
  readonly methods?: readonly PaymentMethod[];
  /** Always present if the capabilities include slugs. */
  readonly slug?: string;
  /** The caller's options for this driver, unchecked. */
  readonly providerOptions?: ProviderOptions;
}

/** Changes to a link, checked: an absent field stays, `null` clears. */
export interface ChangeInput {
  readonly title?: string | null;
  readonly usage?: { readonly limit: number | "unlimited" };
  /** `null`: never expires. */
  readonly expiresAt?: Instant | null;
  readonly methods?: readonly PaymentMethod[] | null;
  readonly collect?: LinkCollect | null;
  readonly redirect?: LinkRedirect | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

type DerivedByCore = "id" | "gateway" | "status" | "acceptsPayments" | "warnings" | "raw";

/** A link as its provider reports it. Core adds the id and the gateway's key, and computes the status. */
export interface DriverLink extends Loose<Omit<PaymentLink, DerivedByCore>> {
  readonly state: ProviderLinkState;
  readonly warnings?: readonly LinkWarning[] | undefined;
  /** The provider's own object. */
  readonly raw: unknown;
}

/** A history as its provider tells it, with the provider's own object. */
export interface DriverHistory {
  readonly record: HistoryRecord;
  readonly raw: unknown;
}

export interface DriverPage<T> {
  readonly items: readonly T[];
  /** Where the next page starts, in the driver's own words; absent on the last. */
  readonly nextCursor?: string;
}

export interface PageInput {
  readonly cursor?: string;
  /** Most items on the page, 1 to 100. */
  readonly limit: number;
}

/** Which link a delivery may belong to, by the provider's id or the merchant's reference. */
export interface DriverLinkCandidate {
  readonly providerId?: string;
  readonly reference?: string;
}

/** What one delivery or one read says; stateless. */
export type DriverObservation =
  | {
      readonly kind: "history";
      readonly trust: Trust;
      readonly record: HistoryRecord;
      /** The most likely link first. */
      readonly linkCandidates: readonly DriverLinkCandidate[];
      readonly raw: unknown;
    }
  | {
      readonly kind: "link";
      readonly trust: Trust;
      readonly link: DriverLink;
      /** All of its histories, where they were read with it. After a handler's `confirm` core reads them itself. */
      readonly histories?: readonly DriverHistory[];
    }
  | {
      readonly kind: "notice";
      readonly trust: Trust;
      readonly resource: "link" | "history";
      readonly providerId: string;
    }
  | { readonly kind: "unknown"; readonly trust: Trust; readonly event: string; readonly raw: unknown };

/** What `confirm` asks about: a history that a delivery spoke of, or a history or link it only named. */
export type ConfirmSubject =
  | { readonly kind: "history"; readonly providerId: string; readonly record?: HistoryRecord }
  | { readonly kind: "link"; readonly providerId: string };

/** A webhook as it arrived. */
export interface DriverDelivery {
  /** Path and query as the gateway called them. */
  readonly target: string;
  /** One header, by its lower-case name; several of that name are joined by `, `. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
  readonly bytes: Uint8Array;
}

type DistributiveOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** An error before core has written the gateway's key and the operation on it. */
export type DriverError =
  | DistributiveOmit<Exclude<PaymentLinkError, DuplicateReferenceError>, "gateway" | "operation">
  | Omit<DuplicateReferenceError, "gateway" | "operation" | "existing">;

/** Why a delivery is refused, before core adds the gateway's key and the acknowledgement. */
export type DriverWebhookError = DistributiveOmit<
  SignatureInvalidError | SignatureExpiredError | MalformedWebhookError,
  "gateway" | "operation" | "acknowledgement"
>;

export type DriverResult<T> = PromiseLike<Result<T, DriverError>>;

/**
 * What a driver does, an operation each. Handlers get checked input, know no gateway key and never throw; core wraps
 * validation, capabilities, deadlines, recovery and integrity around them, so that no driver can forget these. An answer must
 * be about what was asked for: the same provider id, reference or subject, else core refuses it as `reply_mismatch`.
 */
export interface DriverHandlers<ProviderOptions = unknown> {
  /**
   * Sends at most one request that can create. A refusal that the provider itself wrote has created nothing: after such a 401
   * the same may be sent once more with a fresh token. What anything on the way wrote is no refusal, but `unknown`. Where `createRecovery` is `replay`, the same input must give the same bytes: core calls it a second time.
   */
  create(input: CreateInput<ProviderOptions>, context: CallContext): DriverResult<DriverLink>;
  get(providerId: string, context: CallContext): DriverResult<DriverLink>;
  find(reference: string, context: CallContext): DriverResult<DriverLink>;
  list(page: PageInput, context: CallContext): DriverResult<DriverPage<DriverLink>>;
  update(providerId: string, changes: ChangeInput, context: CallContext): DriverResult<DriverLink>;
  /** Stops the link and says what it then is. */
  close(providerId: string, context: CallContext): DriverResult<{ readonly state: "closed" | "deleted" }>;
  reopen(providerId: string, context: CallContext): DriverResult<DriverLink>;
  delete(providerId: string, context: CallContext): DriverResult<undefined>;
  listHistories(linkProviderId: string, page: PageInput, context: CallContext): DriverResult<DriverPage<DriverHistory>>;
  getHistory(providerId: string, context: CallContext): DriverResult<DriverHistory>;
  listPaymentMethods(context: CallContext): DriverResult<readonly PaymentMethod[]>;
  /** Verifies, then parses, then maps; offline. */
  parseWebhook(
    delivery: DriverDelivery,
    context: Pick<CallContext, "clock">,
  ): PromiseLike<Result<readonly DriverObservation[], DriverWebhookError>>;
  /**
   * Asks the gateway about an observation that its delivery did not prove. An `unknown` answer about a history means that the
   * gateway knows it and that it is of no payment link: it will be acknowledged, so that trouble must be an error instead.
   */
  confirm(subject: ConfirmSubject, context: CallContext): DriverResult<DriverObservation>;
}

/** Fields of a link that a request asks for, beside money, usage and times. */
export type DescribedField = "title" | "items" | "methods" | "customer" | "collect" | "redirect" | "metadata";

/** How a link that is made of a request reads afterwards. */
export interface LinkPreview {
  /** What the driver or its gateway writes in another way than asked for, such as a title in other characters. */
  readonly adjusted?: { readonly [Field in DescribedField]?: CreateInput[Field] | undefined };
  /**
   * Fields that every read tells where a link has them: one that is asked for and not told is another link's. All others are
   * compared only where the read tells them.
   */
  readonly alwaysReported?: readonly DescribedField[];
}

/** What a driver may have beside its operations. */
export interface SupportingHandlers<ProviderOptions = unknown> {
  /**
   * Refuses what `create` refuses before it sends anything, and says how a read will tell the link. No I/O. Called by
   * `check`, and where a link has the reference already.
   */
  preview?(
    input: CreateInput<ProviderOptions>,
    context: Pick<CallContext, "clock">,
  ): PromiseLike<Result<LinkPreview, DriverError>>;
  /**
   * Looks for a reference among the newest links alone, with one request. Called before every create where
   * `createRecovery` is `scan`; without it, `find` is.
   *
   * With `since`, among all links that were made since then, in as many requests as that takes: `not_found` must mean that
   * there is none.
   */
  findRecent?(reference: string, context: CallContext, since?: Instant): DriverResult<DriverLink>;
}

/** The answers a gateway gets to its deliveries. */
export interface WebhookAcknowledgements {
  readonly accepted: WebhookAcknowledgement;
  readonly forged: WebhookAcknowledgement;
  readonly malformed: WebhookAcknowledgement;
  /** Asks for the most retries this provider grants. */
  readonly retryLater: WebhookAcknowledgement;
}

/** The operations that capabilities declare. A driver typed wide keeps all of them. */
export type Supported<C extends DriverCapabilities> = {
  [Operation in OperationName]: true extends C["operations"][Operation] ? Operation : never;
}[OperationName];

/** The handlers that a driver with these capabilities has. */
export type HandlersOf<C extends DriverCapabilities, ProviderOptions = unknown> = Pick<
  DriverHandlers<ProviderOptions>,
  Supported<C>
> &
  SupportingHandlers<ProviderOptions>;

/** The package that speaks one provider's API. */
export interface Driver<
  Name extends string = string,
  Capabilities extends DriverCapabilities = DriverCapabilities,
  ProviderOptions = unknown,
> {
  /** Version of this contract. */
  readonly contract: 1;
  readonly name: Name;
  readonly capabilities: Capabilities;
  readonly handlers: HandlersOf<Capabilities, ProviderOptions>;
  readonly acknowledgements: WebhookAcknowledgements;
}

/** Any driver, whatever it can do. */
export interface AnyDriver {
  readonly contract: 1;
  readonly name: string;
  readonly capabilities: DriverCapabilities;
  readonly handlers: Partial<DriverHandlers> & SupportingHandlers;
  readonly acknowledgements: WebhookAcknowledgements;
}

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

/** The source of the current time; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The context that core passes to a handler, besides its input. */
export interface CallContext {
  /** Aborts at the deadline, or when the caller aborts the call. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The operation that was called. It may run several handlers. A driver can use it to let `confirm` wait the longest. */
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
  /** The caller's options for this driver, not checked. */
  readonly providerOptions?: ProviderOptions;
}

/** Changes to a link, checked: an absent field is kept, `null` clears it. */
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

type DerivedByCore = "id" | "gateway" | "status" | "acceptsPayments" | "expiryEnforcedBy" | "warnings" | "raw";

/** A link as its provider reports it. Core adds the id and the gateway's key, and computes the status. */
export interface DriverLink extends Loose<Omit<PaymentLink, DerivedByCore>> {
  readonly state: ProviderLinkState;
  readonly warnings?: readonly LinkWarning[] | undefined;
  /**
   * For answers to `create` of a gateway with `createRecovery: "keyed"`: whether the gateway reports that it returned an answer it
   * had kept. Absent if it does not report that; then the link is read. `false` only if the gateway reports that it made the link now.
   *
   * If the gateway neither counts the payments of a link nor lists them, this or `createdAt` is needed: a link that may be an older
   * one may have been paid.
   */
  readonly isKeptAnswer?: boolean | undefined;
  /** The provider's own object. */
  readonly raw: unknown;
}

/** A history as its provider reports it. */
export interface DriverHistory {
  readonly record: HistoryRecord;
  /** The provider's own object. */
  readonly raw: unknown;
}

export interface DriverPage<T> {
  readonly items: readonly T[];
  /** The start of the next page, in any form that the driver chooses; absent on the last page. */
  readonly nextCursor?: string;
}

export interface PageInput {
  readonly cursor?: string;
  /** The maximum number of items on the page, 1 to 100. */
  readonly limit: number;
}

/** A page of histories. */
export interface HistoryPageInput extends PageInput {
  /** Whether only paid histories are asked for. A gateway that cannot filter them returns all; core leaves the others out. */
  readonly paidOnly?: boolean;
}

/** A link that a delivery may belong to, by the provider's id or the merchant's reference. */
export interface DriverLinkCandidate {
  readonly providerId?: string;
  readonly reference?: string;
}

/** One report of a delivery or a read. */
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
      /** All its histories, if they were read with it. If `confirm` does not return them, core reads them. */
      readonly histories?: readonly DriverHistory[];
    }
  | {
      readonly kind: "notice";
      readonly trust: Trust;
      readonly resource: "link" | "history";
      readonly providerId: string;
      /** The links that the delivery names, if it names any. The most likely first. */
      readonly linkCandidates?: readonly DriverLinkCandidate[];
    }
  | { readonly kind: "unknown"; readonly trust: Trust; readonly event: string; readonly raw: unknown };

/** The subject of `confirm`: a history or link that a delivery named, with the record that it reported, if any. */
export type ConfirmSubject =
  | {
      readonly kind: "history";
      readonly providerId: string;
      readonly record?: HistoryRecord;
      /** The links that the delivery named. Unless it was signed, anybody may have named them: look there, and believe only a read. */
      readonly linkCandidates?: readonly DriverLinkCandidate[];
    }
  | { readonly kind: "link"; readonly providerId: string };

/** A webhook as it arrived. */
export interface DriverDelivery {
  /** The path and query of the request. */
  readonly target: string;
  /** Returns a header by its lower-case name. Several headers of one name are joined by `, `. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
  readonly bytes: Uint8Array;
}

type DistributiveOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** An error before core adds the gateway's key and the operation. */
export type DriverError =
  | DistributiveOmit<Exclude<PaymentLinkError, DuplicateReferenceError>, "gateway" | "operation">
  | (Omit<DuplicateReferenceError, "gateway" | "operation" | "existing"> & {
      /** The link that has the reference, if the gateway names it in its refusal. Core reads it. */
      readonly existingProviderId?: string | undefined;
    });

/** The reason to refuse a delivery, before core adds the gateway's key and the acknowledgement. */
export type DriverWebhookError = DistributiveOmit<
  SignatureInvalidError | SignatureExpiredError | MalformedWebhookError,
  "gateway" | "operation" | "acknowledgement"
>;

/** The result of `parseWebhook`. */
export type ParsedWebhook = Result<readonly DriverObservation[], DriverWebhookError>;

type DriverResult<T> = PromiseLike<Result<T, DriverError>>;

/**
 * The operations of a driver. Handlers receive checked input, do not know the gateway's key, and never throw. Core adds
 * validation, capabilities, deadlines, recovery and the check of replies, so that no driver can forget them. A reply must be
 * about the requested provider id, reference or subject. Otherwise, core refuses it as `reply_mismatch`.
 */
export interface DriverHandlers<ProviderOptions = unknown> {
  /**
   * Sends at most one request that can create a link. Only a refusal that the provider itself wrote proves that nothing was
   * created: after such a 401, the request may be sent once more with a fresh token. A reply of a proxy is not a refusal: its
   * outcome is `unknown`. If `createRecovery` is `replay` or `keyed`, core may call this a second time, in this process or another,
   * and the same input must produce the same bytes.
   *
   * If it is `keyed`, the key is derived from the reference alone, and two answers have one form at all gateways:
   *
   * - The key was used with other parameters: `duplicate_reference`, with `existingProviderId` if the gateway names the link.
   * - A request with this key is still running: `unavailable`, `retryable`, with the outcome `unknown`. That request may make the link.
   */
  create(input: CreateInput<ProviderOptions>, context: CallContext): DriverResult<DriverLink>;
  get(providerId: string, context: CallContext): DriverResult<DriverLink>;
  find(reference: string, context: CallContext): DriverResult<DriverLink>;
  list(page: PageInput, context: CallContext): DriverResult<DriverPage<DriverLink>>;
  update(providerId: string, changes: ChangeInput, context: CallContext): DriverResult<DriverLink>;
  /** Stops the link, and returns its state after that. */
  close(providerId: string, context: CallContext): DriverResult<{ readonly state: "closed" | "deleted" }>;
  reopen(providerId: string, context: CallContext): DriverResult<DriverLink>;
  delete(providerId: string, context: CallContext): DriverResult<undefined>;
  listHistories(
    linkProviderId: string,
    page: HistoryPageInput,
    context: CallContext,
  ): DriverResult<DriverPage<DriverHistory>>;
  /**
   * Lists the histories of all links of the account that were opened since a time, newest first. It may include older ones, because
   * clocks differ.
   */
  listRecentHistories(since: Instant, page: PageInput, context: CallContext): DriverResult<DriverPage<DriverHistory>>;
  getHistory(providerId: string, context: CallContext): DriverResult<DriverHistory>;
  listPaymentMethods(context: CallContext): DriverResult<readonly PaymentMethod[]>;
  /** Verifies, then parses, then maps. No I/O. Returns a promise only if something must be waited for. */
  parseWebhook(
    delivery: DriverDelivery,
    context: Pick<CallContext, "clock">,
  ): ParsedWebhook | PromiseLike<ParsedWebhook>;
  /**
   * Reads the subject of an observation that its delivery did not prove.
   *
   * An `unknown` observation with `trust: "read"` means that it is not ours: the gateway has it, and it belongs to no payment link,
   * such as a payment at the till. The delivery is then acknowledged and never sent again, so this needs a positive proof:
   *
   * - The gateway returned the object, and a field that it always fills for payment links is there and names another kind of business
   *   or is empty. Or a search by the object, which reads the same data as the object, completed and found no link for it.
   * - That something was not found proves nothing: a read may be behind its event, and the object may be of an account that these keys
   *   cannot read. That is `not_found`, `retryable`: the ledger asks again for about a day, and then reports it to people.
   * - Nor does a failed read on the way, a field that only the delivery has, or an empty field that is filled later.
   */
  confirm(subject: ConfirmSubject, context: CallContext): DriverResult<DriverObservation>;
}

/** The fields of a request that do not affect money, usage or times. */
export type DescribedField = "title" | "items" | "methods" | "customer" | "collect" | "redirect" | "metadata";

/** The form in which a created link will be read. */
export interface LinkPreview {
  /** The fields that the driver or the gateway changes, in their changed form: a title in other characters. */
  readonly adjusted?: { readonly [Field in DescribedField]?: CreateInput[Field] | undefined };
  /**
   * The fields that every read reports if the link has them. If a requested one is not reported, the link is of a different
   * request. Other fields are compared only if the read reports them.
   */
  readonly alwaysReported?: readonly DescribedField[];
}

/** A driver's documented facts about a delivery that it refuses. Never a secret, a signature or a personal datum. */
export interface WebhookFacts {
  /** Whether the delivery has the documented form of this provider's deliveries, apart from its signature. */
  readonly isOwnForm: boolean;
  /** What of the body the signature covers: its bytes, its JSON in any spelling, some of its fields, or nothing, as a token does. */
  readonly signedBody: "bytes" | "json" | "fields" | "nothing";
  /** Whether the signature covers the URL. */
  readonly signsUrl: boolean;
  /** The headers or fields that the signature needs and that are absent. */
  readonly missing?: readonly string[] | undefined;
  /** The first header or field that the signature needs and that does not have the documented form. */
  readonly malformed?: { readonly name: string; readonly expected: string; readonly got: string } | undefined;
  /** The signed time, in milliseconds since 1970. */
  readonly signedAtMs?: number | undefined;
  /** A secret of the configuration that verifies the delivery and is not used, or not in the form that it has. */
  readonly otherSecret?: { readonly option: string; readonly problem: "not_used" | "padded" } | undefined;
  /** An option whose key never signs webhooks. */
  readonly wrongKey?: { readonly option: string; readonly expected: string; readonly got: string } | undefined;
  /** The configured environment, and the ones that the form of the keys and the body name. */
  readonly environment?:
    | {
        readonly configured: ProviderEnvironment;
        readonly ofKey?: ProviderEnvironment;
        readonly ofBody?: ProviderEnvironment;
      }
    | undefined;
  /** Other bodies that may have been signed, beside the spellings that core tries if the signature covers the bytes. */
  readonly otherBodies?: readonly { readonly text: string; readonly form: string }[] | undefined;
}

export type ProviderEnvironment = "sandbox" | "production";

/** Optional handlers that are not operations. */
export interface SupportingHandlers<ProviderOptions = unknown> {
  /**
   * Refuses the requests that `create` refuses before it sends anything, and returns the form in which the link will be read.
   * No I/O. Called by `check`, and if a link already has the reference.
   */
  preview?(
    input: CreateInput<ProviderOptions>,
    context: Pick<CallContext, "clock">,
  ): PromiseLike<Result<LinkPreview, DriverError>>;
  /**
   * Searches only the newest links for a reference, with one request. Called before every create if `createRecovery` is `scan`.
   * Without it, `find` is called.
   *
   * With `since`, searches all links that were created since then, in as many requests as needed: `not_found` must prove that there
   * is none.
   */
  findRecent?(reference: string, context: CallContext, since?: Instant): DriverResult<DriverLink>;
  /**
   * Returns the facts that `explainWebhook` cannot find by calling `parseWebhook`. No I/O. Called only to explain a delivery that
   * `parseWebhook` refused, here or at another gateway, so load its code then.
   */
  explainWebhook?(delivery: DriverDelivery, context: Pick<CallContext, "clock">): DriverResult<WebhookFacts>;
}

/** The responses to a gateway's deliveries. */
export interface WebhookAcknowledgements {
  readonly accepted: WebhookAcknowledgement;
  readonly forged: WebhookAcknowledgement;
  /** A body that is too large is answered with 413 instead, at every gateway. */
  readonly malformed: WebhookAcknowledgement;
  /** The response that gets the most retries from this provider. */
  readonly retryLater: WebhookAcknowledgement;
}

/** The operations that the capabilities declare. If their type is widened, all operations are kept. */
export type Supported<C extends DriverCapabilities> = {
  [Operation in OperationName]: true extends C["operations"][Operation] ? Operation : never;
}[OperationName];

/** The handlers that a driver with these capabilities has. */
export type HandlersOf<C extends DriverCapabilities, ProviderOptions = unknown> = Pick<
  DriverHandlers<ProviderOptions>,
  Supported<C>
> &
  SupportingHandlers<ProviderOptions>;

/** The package for one provider's API. */
export interface Driver<
  Name extends string = string,
  Capabilities extends DriverCapabilities = DriverCapabilities,
  ProviderOptions = unknown,
> {
  /** The version of this contract. */
  readonly contract: 1;
  readonly name: Name;
  readonly capabilities: Capabilities;
  readonly handlers: HandlersOf<Capabilities, ProviderOptions>;
  readonly acknowledgements: WebhookAcknowledgements;
}

/** A driver with any capabilities. */
export interface AnyDriver extends Omit<Driver, "handlers"> {
  readonly handlers: Partial<DriverHandlers> & SupportingHandlers;
}

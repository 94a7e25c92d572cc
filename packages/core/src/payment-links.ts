import type { Result, ResultAsync } from "neverthrow";
import type { AnyDriver, CallContext, Clock, CreateInput, Supported } from "./driver-contract.ts";
import type { OperationName, PaymentLinkError, WebhookError } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import type { HistoryId, LinkId } from "./identifiers.ts";
import type { StoppedLink } from "./operations/change.ts";
import type { CreateCheck } from "./operations/check.ts";
import type { CallOptions, Instrument } from "./operations/configuration.ts";
import type { Page, PageRequest } from "./operations/read.ts";
import type { PaymentLink } from "./payment-link.ts";
import type { PaymentMethod } from "./payment-method.ts";
import type { CreatePaymentLink, LinkChanges } from "./request.ts";
import type { RouteRule } from "./route.ts";
import type { Delivery, Observation, WebhookRequest } from "./webhook.ts";

/** Drivers by key. */
export type Gateways = Readonly<Record<string, AnyDriver>>;

type OptionsOf<D> = D extends {
  readonly handlers: { create(input: CreateInput<infer Options>, context: CallContext): unknown };
}
  ? Options
  : unknown;

/** The provider options of some drivers, by the drivers' names. */
export type ProviderOptionsOf<D extends AnyDriver> = {
  readonly [Each in D as Each["name"]]?: OptionsOf<Each> | undefined;
};

/** Every operation, with the gateway left to the caller's id, key or default. Nothing throws and nothing rejects. */
export interface PaymentLinkOperations<
  ProviderOptions = Readonly<Record<string, unknown>>,
  Key extends string = string,
> {
  /**
   * Creates a link, or gets the one that the same request made before: the same reference with the same request is the same
   * link, as it now is; with another request it is `duplicate_reference`. Times and a random slug are not compared, and
   * neither is what the gateway does not tell. Never sends a second request that could create another one: where the answer
   * is lost, recovers it if the gateway has a safe way (`capabilities.createRecovery`), else returns `outcome: "unknown"`.
   */
  create(
    request: CreatePaymentLink<ProviderOptions, Key>,
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Reads a link. */
  get(id: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Reads a link by the merchant's own reference. */
  find(
    query: { readonly gateway?: Key | undefined; readonly reference: string },
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Lists links, newest first. */
  list(
    query?: PageRequest & { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLink>, PaymentLinkError>;
  /**
   * Lists all links, a page at a time: `for await (const page of links.listPages())`. Each page is a result; the first error is
   * the last.
   */
  listPages(
    query?: PageRequest & { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): AsyncIterableIterator<Result<Page<PaymentLink>, PaymentLinkError>>;
  /** Changes a link: an absent field stays, `null` clears. */
  update(id: LinkId, changes: LinkChanges, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Stops a link from taking new payers. What that means is in `capabilities.close`. */
  close(id: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError>;
  /** Opens a closed link again. */
  reopen(id: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Removes a link for good. */
  delete(id: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError>;
  /** Lists what was paid or tried through a link, newest first. */
  listHistories(
    linkId: LinkId,
    page?: PageRequest,
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLinkHistory>, PaymentLinkError>;
  /** Lists all of a link's histories, a page at a time, like {@link PaymentLinkOperations.listPages}. */
  listHistoryPages(
    linkId: LinkId,
    page?: PageRequest,
    options?: CallOptions,
  ): AsyncIterableIterator<Result<Page<PaymentLinkHistory>, PaymentLinkError>>;
  /** Reads one history. */
  getHistory(id: HistoryId, options?: CallOptions): ResultAsync<PaymentLinkHistory, PaymentLinkError>;
  /** Lists the methods the account can offer. */
  listPaymentMethods(
    query?: { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  /**
   * Verifies and reads a webhook, offline and stateless. Give it the raw request. `signature_invalid`,
   * `signature_expired`, `malformed_webhook` and `unknown_gateway` each carry the acknowledgement to send.
   */
  parseWebhook(gateway: string, request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
  /**
   * Makes sure of an observation: returns it as it is where its signature covers it all, else asks the gateway and returns
   * the gateway's answer, within the time that the gateway waits for yours. An `unsupported` error is final: do not ask for a retry because of it.
   */
  confirm(observation: Observation, options?: CallOptions): ResultAsync<Observation, PaymentLinkError>;
}

/** Every operation, bound to one gateway. */
export type OfOneGateway<ProviderOptions> = Omit<
  PaymentLinkOperations<ProviderOptions>,
  "create" | "find" | "list" | "listPages" | "listPaymentMethods" | "parseWebhook"
> & {
  create(
    request: Omit<CreatePaymentLink<ProviderOptions>, "gateway">,
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  find(query: { readonly reference: string }, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  list(query?: PageRequest, options?: CallOptions): ResultAsync<Page<PaymentLink>, PaymentLinkError>;
  listPages(
    query?: PageRequest,
    options?: CallOptions,
  ): AsyncIterableIterator<Result<Page<PaymentLink>, PaymentLinkError>>;
  listPaymentMethods(options?: CallOptions): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  parseWebhook(request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
};

/** Reading all pages comes with reading one. */
type WithPages<Operation extends OperationName> =
  | Operation
  | ("list" extends Operation ? "listPages" : never)
  | ("listHistories" extends Operation ? "listHistoryPages" : never);

/** One gateway's operations: only those its driver declares, so that asking for another does not compile. */
export type Gateway<D extends AnyDriver> = Pick<
  OfOneGateway<ProviderOptionsOf<D>>,
  WithPages<Supported<D["capabilities"]>>
> & {
  readonly key: string;
  readonly driver: D["name"];
  readonly capabilities: D["capabilities"];
};

/** Payment links on every configured gateway. */
export interface PaymentLinks<G extends Gateways = Gateways>
  extends PaymentLinkOperations<ProviderOptionsOf<G[keyof G]>, keyof G & string> {
  /** The keys, in the order of the configuration. */
  readonly gateways: readonly (keyof G & string)[];
  /** The key that is used where none is named. */
  readonly default: keyof G & string;
  /** One gateway by its key. Throws `TypeError` where there is none. */
  gateway<Key extends keyof G & string>(key: Key): Gateway<G[Key]>;
  /**
   * Whether each gateway would take this request, or the one named by the query or the request: without any I/O, by the very way
   * that `create` goes before it sends anything. Call it in your own tests, for every kind of link that you make: then changing
   * `default` is all that switching takes. A driver without a preview checks its own `providerOptions` only when it creates.
   */
  check(
    request: CreatePaymentLink<ProviderOptionsOf<G[keyof G]>, keyof G & string>,
    query?: { readonly gateway?: (keyof G & string) | undefined },
  ): ResultAsync<readonly CreateCheck[], PaymentLinkError>;
  /**
   * Joins a stored history with one that has just been learnt, under the gateway's present key: like `mergeHistories`, for
   * histories that may have been stored under an alias. Returns `current` itself where nothing is new and its key is the
   * present one. Throws `TypeError` where the two are different histories.
   */
  readonly mergeHistories: (current: PaymentLinkHistory, incoming: PaymentLinkHistory) => PaymentLinkHistory;
  /**
   * The id of a link or history under its gateway's present key: an id that was stored under an alias, spelt as every
   * operation now gives it. `undefined` where the text is no id or no gateway has the key. Compare ids by it.
   */
  canonicalId(id: string): LinkId | undefined;
}

export interface PaymentLinksOptions<G extends Gateways> {
  /** The gateway that is used where a call names none. */
  readonly default: keyof G & string;
  /**
   * Drivers by key. A key is up to 32 of `a-z 0-9 _ -` and permanent: it is part of every id that was ever stored. Sandbox
   * and production accounts never share one.
   */
  readonly gateways: G;
  /** Old keys of renamed gateways: `{ old: "new" }`. Ids and webhook paths under an old key keep working. */
  readonly aliases?: Readonly<Record<string, keyof G & string>> | undefined;
  /** Where links go that name no gateway: the first rule that fits. Default, and where none fits: `default` alone. */
  readonly route?: readonly RouteRule<keyof G & string>[] | undefined;
  /** Deadline of a call in milliseconds, where the call names none: 1 to 2^31 - 1. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a link lives that names no expiry, in milliseconds. Default 24 hours. */
  readonly defaultExpiryMs?: number | undefined;
  /**
   * `portable` (default) takes only references that work on every gateway; `provider` takes whatever the chosen gateway
   * does, which may fail after a switch.
   */
  readonly references?: "portable" | "provider" | undefined;
  /** The largest webhook body read, in bytes. Default 64 KiB. */
  readonly maxWebhookBytes?: number | undefined;
  /**
   * For how long `confirm` uses an answer again for the same news, in milliseconds: 0 (never) to 60,000. Default 3,000. A
   * delivery that comes again, from the gateway or from somebody who recorded it, costs no further call in that time. A hint
   * is always asked about.
   */
  readonly confirmReuseMs?: number | undefined;
  /** Wraps every operation that reaches a driver, to trace it: see `@tautan/core/node`. */
  readonly instrument?: Instrument | undefined;
  /** Where the time comes from. Default: the system. */
  readonly clock?: Clock | undefined;
}

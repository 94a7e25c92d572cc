import type { Result, ResultAsync } from "neverthrow";
import type { AnyDriver, CallContext, Clock, CreateInput, Supported } from "./driver-contract.ts";
import type { OperationName, PaymentLinkError, WebhookError } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import type { HistoryId, LinkId } from "./identifiers.ts";
import type { StoppedLink } from "./operations/change.ts";
import type { CheckQuery, CreateCheck } from "./operations/check.ts";
import type { CallOptions, Instrument } from "./operations/configuration.ts";
import type { HistoryPageRequest, Page, PageRequest, RecentHistoriesRequest } from "./operations/read.ts";
import type { PaymentLink } from "./payment-link.ts";
import type { PaymentMethod } from "./payment-method.ts";
import type { CreatePlan, PreparedCreate, PrepareOptions, ResumeOptions } from "./prepared-create.ts";
import type { CreatePaymentLink, LinkChanges } from "./request.ts";
import type { RouteRule } from "./route.ts";
import type { Delivery, Observation, WebhookRequest } from "./webhook.ts";
import type { ExplainWebhookOptions, WebhookExplanation } from "./webhook-explanation.ts";

/** Drivers by key. */
export type Gateways = Readonly<Record<string, AnyDriver>>;

type OptionsOf<D> = D extends {
  readonly handlers: { create(input: CreateInput<infer Options>, context: CallContext): unknown };
}
  ? Options
  : unknown;

/** The provider options of drivers, keyed by the drivers' names. */
export type ProviderOptionsOf<D extends AnyDriver> = {
  readonly [Each in D as Each["name"]]?: OptionsOf<Each> | undefined;
};

/** The operations of all gateways. The id, the key or the default selects the gateway. Operations never throw or reject. */
export interface PaymentLinkOperations<
  ProviderOptions = Readonly<Record<string, unknown>>,
  Key extends string = string,
> {
  /**
   * Creates a link.
   *
   * The same reference with the same request returns the existing link in its current state. With a different request, the
   * error is `duplicate_reference`. Times, a random slug, and fields that the gateway does not return are not compared.
   *
   * Never sends a second request that could create another link. If the response is lost, the link is recovered if the gateway
   * has a safe way (`capabilities.createRecovery`). Otherwise the error has `outcome: "unknown"`.
   *
   * @example
   * ```ts
   * import { idr, type PaymentLinks } from "@tautan/core";
   *
   * const share = async (links: PaymentLinks): Promise<string> => {
   *   const created = await links.create({ reference: "INV-001", title: "Concert, day 1", amount: idr(190_000) });
   *   if (created.isErr()) throw new Error(`${created.error.message} ${created.error.hint}`);
   *   return created.value.url;
   * };
   * ```
   */
  create(
    request: CreatePaymentLink<ProviderOptions, Key>,
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Reads a link.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const isOpen = async (links: PaymentLinks, id: LinkId): Promise<boolean> => {
   *   const link = await links.get(id);
   *   return link.isOk() && link.value.acceptsPayments;
   * };
   * ```
   */
  get(id: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Reads a link by the merchant's reference.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const idOf = async (links: PaymentLinks, reference: string): Promise<LinkId | undefined> => {
   *   const found = await links.find({ reference });
   *   if (found.isOk()) return found.value.id;
   *   if (found.error.kind === "not_found") return undefined;
   *   throw new Error(found.error.message);
   * };
   * ```
   */
  find(
    query: { readonly gateway?: Key | undefined; readonly reference: string },
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Returns a page of links, newest first.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const nextPage = async (links: PaymentLinks, cursor?: string) => {
   *   const page = await links.list({ limit: 100, cursor });
   *   return page.map(({ items, nextCursor }) => ({ urls: items.map((link) => link.url), nextCursor }));
   * };
   * ```
   */
  list(
    query?: PageRequest & { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLink>, PaymentLinkError>;
  /**
   * Iterates over all links, one page at a time. Each page is a result. The first error ends the iteration.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const printAll = async (links: PaymentLinks): Promise<void> => {
   *   for await (const page of links.listPages()) {
   *     if (page.isErr()) throw new Error(page.error.message);
   *     for (const link of page.value.items) console.log(link.reference, link.status);
   *   }
   * };
   * ```
   */
  listPages(
    query?: PageRequest & { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): AsyncIterableIterator<Result<Page<PaymentLink>, PaymentLinkError>>;
  /**
   * Changes a link. An absent field is kept; `null` clears it.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const extend = (links: PaymentLinks, id: LinkId) =>
   *   links.update(id, { expiresAt: new Date(Date.now() + 60 * 60 * 1000), redirect: null });
   * ```
   */
  update(id: LinkId, changes: LinkChanges, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Stops a link from accepting new payers. `capabilities.close` describes the effect.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const cancel = (links: PaymentLinks, id: LinkId) => links.close(id, { timeoutMs: 10_000 });
   * ```
   */
  close(id: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError>;
  /**
   * Opens a closed link again.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const resume = async (links: PaymentLinks, id: LinkId): Promise<boolean> => {
   *   const link = await links.reopen(id);
   *   return link.isOk() && link.value.acceptsPayments;
   * };
   * ```
   */
  reopen(id: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Removes a link permanently.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const remove = async (links: PaymentLinks, id: LinkId): Promise<void> => {
   *   const deleted = await links.delete(id);
   *   if (deleted.isErr() && deleted.error.kind === "has_histories") await links.close(id);
   * };
   * ```
   */
  delete(id: LinkId, options?: CallOptions): ResultAsync<StoppedLink, PaymentLinkError>;
  /**
   * Returns a page of the histories of a link, paid or not, newest first. With `paidOnly`, only those with a payment: some gateways
   * have a history for each visit of the pay page on which somebody tried to pay.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const isPaid = async (links: PaymentLinks, id: LinkId): Promise<boolean> => {
   *   const histories = await links.listHistories(id);
   *   if (histories.isErr()) throw new Error(histories.error.message);
   *   return histories.value.items.some((history) => history.isPaid);
   * };
   * ```
   */
  listHistories(
    linkId: LinkId,
    page?: HistoryPageRequest,
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLinkHistory>, PaymentLinkError>;
  /**
   * Iterates over all histories of a link, one page at a time, like {@link PaymentLinkOperations.listPages}.
   *
   * @example
   * ```ts
   * import type { LinkId, PaymentLinks } from "@tautan/core";
   *
   * const countPaid = async (links: PaymentLinks, id: LinkId): Promise<number> => {
   *   let paid = 0;
   *   for await (const page of links.listHistoryPages(id)) {
   *     if (page.isErr()) throw new Error(page.error.message);
   *     paid += page.value.items.filter((history) => history.isPaid).length;
   *   }
   *   return paid;
   * };
   * ```
   */
  listHistoryPages(
    linkId: LinkId,
    page?: HistoryPageRequest,
    options?: CallOptions,
  ): AsyncIterableIterator<Result<Page<PaymentLinkHistory>, PaymentLinkError>>;
  /**
   * Returns a page of the histories of all links of an account, newest first. One such read can replace `listHistories` of many
   * links.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const paidToday = async (links: PaymentLinks, since: Date): Promise<(string | undefined)[]> => {
   *   const page = await links.listRecentHistories({ since, limit: 100 });
   *   if (page.isErr()) throw new Error(page.error.message);
   *   return page.value.items.flatMap((history) => (history.isPaid ? [history.reference] : []));
   * };
   * ```
   */
  listRecentHistories(
    query: RecentHistoriesRequest<Key>,
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLinkHistory>, PaymentLinkError>;
  /**
   * Reads one history.
   *
   * @example
   * ```ts
   * import type { HistoryId, Money, PaymentLinks } from "@tautan/core";
   *
   * const refundedOf = async (links: PaymentLinks, id: HistoryId): Promise<Money | undefined> => {
   *   const history = await links.getHistory(id);
   *   return history.isOk() ? history.value.refunded : undefined;
   * };
   * ```
   */
  getHistory(id: HistoryId, options?: CallOptions): ResultAsync<PaymentLinkHistory, PaymentLinkError>;
  /**
   * Returns the payment methods of the account.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const offersQris = async (links: PaymentLinks): Promise<boolean> => {
   *   const methods = await links.listPaymentMethods();
   *   return methods.isOk() && methods.value.some(({ kind }) => kind === "qris");
   * };
   * ```
   */
  listPaymentMethods(
    query?: { readonly gateway?: Key | undefined },
    options?: CallOptions,
  ): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  /**
   * Verifies and reads a webhook. Offline and stateless. Pass the unmodified request: signatures cover the raw bytes. Each error
   * carries the acknowledgement to respond with.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const receive = async (links: PaymentLinks, request: Request): Promise<Response> => {
   *   const delivery = await links.parseWebhook("midtrans", request);
   *   if (delivery.isErr()) return new Response(delivery.error.acknowledgement.body, delivery.error.acknowledgement);
   *   for (const observation of delivery.value.observations) console.log(observation.kind, observation.trust);
   *   return new Response(delivery.value.acknowledgement.body, delivery.value.acknowledgement);
   * };
   * ```
   */
  parseWebhook(gateway: string, request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
  /**
   * Explains why `parseWebhook` refuses a delivery: a missing header, a body that was serialised again, the secret of another
   * gateway, a clock that is off, and more. Returns a value with the cause, the reason and what to do; it never throws.
   *
   * It is for your own tools and logs. Do not put the result into the HTTP response. It does more work than `parseWebhook`, bounded by
   * `maxWebhookBytes`: do not call it for every refused delivery of an endpoint under attack.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const whyRefused = async (links: PaymentLinks, url: string, headers: Headers, body: Uint8Array): Promise<string> => {
   *   const { cause, message, hint } = await links.explainWebhook("midtrans", { method: "POST", url, headers, body });
   *   return `${cause}: ${message}. ${hint}`;
   * };
   * ```
   */
  explainWebhook(
    gateway: string,
    request: WebhookRequest,
    options?: ExplainWebhookOptions,
  ): Promise<WebhookExplanation>;
  /**
   * Confirms an observation. If the signature covers everything, the observation is returned unchanged. Otherwise the gateway is
   * asked, within the time that it waits for the response to its delivery.
   *
   * An `unsupported` error is final: do not request a retry of the delivery because of it.
   *
   * @example
   * ```ts
   * import { type Delivery, historiesIn, type PaymentLinkHistory, type PaymentLinks } from "@tautan/core";
   *
   * const paymentsOf = async (links: PaymentLinks, delivery: Delivery): Promise<PaymentLinkHistory[]> => {
   *   const payments: PaymentLinkHistory[] = [];
   *   for (const observation of delivery.observations) {
   *     const confirmed = await links.confirm(observation);
   *     if (confirmed.isErr()) throw new Error(confirmed.error.message);
   *     payments.push(...historiesIn(confirmed.value));
   *   }
   *   return payments;
   * };
   * ```
   */
  confirm(observation: Observation, options?: CallOptions): ResultAsync<Observation, PaymentLinkError>;
}

/** Every operation, bound to one gateway. */
export type GatewayOperations<ProviderOptions> = Omit<
  PaymentLinkOperations<ProviderOptions>,
  | "create"
  | "find"
  | "list"
  | "listPages"
  | "listRecentHistories"
  | "listPaymentMethods"
  | "parseWebhook"
  | "explainWebhook"
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
  listRecentHistories(
    query: Omit<RecentHistoriesRequest, "gateway">,
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLinkHistory>, PaymentLinkError>;
  listPaymentMethods(options?: CallOptions): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  parseWebhook(request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
  explainWebhook(request: WebhookRequest, options?: ExplainWebhookOptions): Promise<WebhookExplanation>;
};

/** A gateway that supports a list also supports iterating over its pages, and one that reads webhooks also explains them. */
type WithPages<Operation extends OperationName> =
  | Operation
  | ("list" extends Operation ? "listPages" : never)
  | ("listHistories" extends Operation ? "listHistoryPages" : never)
  | ("parseWebhook" extends Operation ? "explainWebhook" : never);

/** The operations of one gateway: only those that its driver supports. Calling any other is a compile error. */
export type Gateway<D extends AnyDriver> = Pick<
  GatewayOperations<ProviderOptionsOf<D>>,
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
  /** The key of the default gateway. */
  readonly default: keyof G & string;
  /** The deadline of calls without their own, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Returns one gateway by its key, with only the operations that its driver supports.
   *
   * @throws `TypeError` if there is no such gateway.
   *
   * @example
   * ```ts
   * import { createPaymentLinks } from "@tautan/core";
   * import { createMemoryDriver } from "@tautan/driver-memory";
   *
   * const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
   * const page = await links.gateway("memory").list({ limit: 10 });
   * ```
   */
  gateway<Key extends keyof G & string>(key: Key): Gateway<G[Key]>;
  /**
   * Reports whether each gateway accepts a request, or only the gateway that the query or the request names. It runs the same
   * validation as `create`, without any I/O. A driver without a preview checks its `providerOptions` only in `create`.
   *
   * Call it in your tests for every kind of link that you create, so that you can switch by changing `default`. Pass `enforceExpiry` if
   * you create them with that option of the ledger.
   *
   * @example
   * ```ts
   * import { idr, type PaymentLinks } from "@tautan/core";
   *
   * const refusals = async (links: PaymentLinks): Promise<string[]> => {
   *   const checks = await links.check({ reference: "INV-001", amount: idr(190_000) });
   *   if (checks.isErr()) throw new Error(checks.error.message);
   *   return checks.value.flatMap((check) => (check.accepted ? [] : [`${check.gateway}: ${check.error.message}`]));
   * };
   * ```
   */
  check(
    request: CreatePaymentLink<ProviderOptionsOf<G[keyof G]>, keyof G & string>,
    query?: CheckQuery<keyof G & string>,
  ): ResultAsync<readonly CreateCheck[], PaymentLinkError>;
  /**
   * Prepares a create without any I/O: decides every field, including the slug and the expiry, and sends nothing. Store the candidates
   * before you `send` one. If its result is lost, `resume` it, even in another process.
   *
   * `create` is `prepare`, then `send`. Returns an error if no gateway accepts the request. `providerOptions` must be plain data.
   * With `enforceExpiry`, you close links at their expiry if the gateway cannot: see `enforcedExpiry` of each candidate.
   *
   * @example
   * ```ts
   * import { idr, type PaymentLinks } from "@tautan/core";
   *
   * const prepared = async (links: PaymentLinks): Promise<string> => {
   *   const plan = await links.prepare({ reference: "INV-001", amount: idr(190_000) });
   *   if (plan.isErr()) throw new Error(plan.error.message);
   *   return JSON.stringify(plan.value.candidates);
   * };
   * ```
   */
  prepare(
    request: CreatePaymentLink<ProviderOptionsOf<G[keyof G]>, keyof G & string>,
    options?: PrepareOptions,
  ): ResultAsync<CreatePlan, PaymentLinkError>;
  /**
   * Sends a prepared create, like `create`. If it may have been sent before, call `resume` instead.
   *
   * It is checked first, because it may have been stored. The error is `invalid_request` if it is damaged, was written by a later
   * version, belongs to another driver, or has expired; `unknown_gateway` if its gateway is not configured.
   *
   * @example
   * ```ts
   * import type { PaymentLink, PaymentLinks, PreparedCreate } from "@tautan/core";
   *
   * const sendStored = async (links: PaymentLinks, column: string): Promise<PaymentLink> => {
   *   const sent = await links.send(JSON.parse(column) as PreparedCreate);
   *   if (sent.isErr()) throw new Error(sent.error.hint);
   *   return sent.value;
   * };
   * ```
   */
  send(prepared: PreparedCreate, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Finds out the outcome of a prepared create that may have been sent, by this process or another, even days ago, and completes
   * it. Returns the link in its current state.
   *
   * It is sent again only if that cannot make a second link:
   *
   * - `capabilities.createRecovery` is `lookup`, so that the gateway accepts a reference only once.
   * - It is `replay`, so that a repeat returns the first result.
   * - It is `scan`, the gateway has no such link, and `sentAt` is more than 15 minutes ago.
   *
   * An error has the outcome `unknown` unless it is proven that no link was created.
   *
   * @example
   * ```ts
   * import type { PaymentLinks, PreparedCreate } from "@tautan/core";
   *
   * const finish = async (links: PaymentLinks, prepared: PreparedCreate, sentAt: Date): Promise<string> => {
   *   const link = await links.resume(prepared, { sentAt });
   *   if (link.isOk()) return link.value.url;
   *   return link.error.outcome === "unknown" ? `not known yet: ${link.error.hint}` : "no link was made";
   * };
   * ```
   */
  resume(prepared: PreparedCreate, options?: ResumeOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /**
   * Merges two records of one history, under the gateway's current key. It is like the function `mergeHistories`, but knows the
   * aliases of gateways. Returns `current` itself if nothing is new and it already has the current key.
   *
   * @throws `TypeError` if the two are different histories.
   *
   * @example
   * ```ts
   * import type { PaymentLinkHistory, PaymentLinks } from "@tautan/core";
   *
   * const update = (links: PaymentLinks, stored: PaymentLinkHistory, incoming: PaymentLinkHistory) => {
   *   const merged = links.mergeHistories(stored, incoming);
   *   return { merged, isNew: merged !== stored, becamePaid: merged.isPaid && !stored.isPaid };
   * };
   * ```
   */
  readonly mergeHistories: (current: PaymentLinkHistory, incoming: PaymentLinkHistory) => PaymentLinkHistory;
  /**
   * Returns the id rewritten under the gateway's current key, as operations return it. Use it to compare ids that may have been
   * stored under an alias. Returns `undefined` if the text is not an id, or if no gateway has the key.
   *
   * @example
   * ```ts
   * import type { PaymentLinks } from "@tautan/core";
   *
   * const isSame = (links: PaymentLinks, stored: string, id: string): boolean => links.canonicalId(stored) === id;
   * ```
   */
  canonicalId(id: string): LinkId | undefined;
}

/** The options of `createPaymentLinks`. */
export interface PaymentLinksOptions<G extends Gateways> {
  /** The gateway for calls without a `gateway`. */
  readonly default: keyof G & string;
  /**
   * Drivers by key. A key has up to 32 characters of `a-z 0-9 _ -`. It is permanent, because it is part of every stored id. Use
   * different keys for sandbox and production accounts.
   */
  readonly gateways: G;
  /** Old keys of renamed gateways: `{ old: "new" }`. Ids and webhook paths that use an old key keep working. */
  readonly aliases?: Readonly<Record<string, keyof G & string>> | undefined;
  /** The gateways for creates without a `gateway`: the first rule that matches, or `default` if none does. */
  readonly route?: readonly RouteRule<keyof G & string>[] | undefined;
  /** The deadline of calls without their own, in milliseconds: 1 to 2^31 - 1. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** The lifetime of links without `expiresAt`, in milliseconds. Default 24 hours. */
  readonly defaultExpiryMs?: number | undefined;
  /**
   * `portable` (default) accepts only references that work on every gateway. `provider` accepts any reference that the chosen
   * gateway accepts; such a reference may be refused after a switch.
   */
  readonly references?: "portable" | "provider" | undefined;
  /** The largest webhook body, in bytes. Default 64 KiB. */
  readonly maxWebhookBytes?: number | undefined;
  /**
   * How long `confirm` reuses a result for the same report, in milliseconds: 0 (never) to 60,000. Default 3,000. In that time a
   * repeated or replayed delivery costs no further call. A notice always costs a call.
   */
  readonly confirmReuseMs?: number | undefined;
  /** Wraps every operation that reaches a driver, to trace it: see `@tautan/core/node`. */
  readonly instrument?: Instrument | undefined;
  /** The source of the current time, for tests. Default: the system's clock. */
  readonly clock?: Clock | undefined;
}

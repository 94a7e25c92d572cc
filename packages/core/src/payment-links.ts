import { err, type Result, ResultAsync } from "neverthrow";
import type { DriverCapabilities } from "./capabilities.ts";
import type { AnyDriver, CallContext, Clock, CreateInput, Supported } from "./driver-contract.ts";
import type { OperationName, PaymentLinkError, WebhookError } from "./errors.ts";
import type { PaymentLinkHistory } from "./history.ts";
import { type HistoryId, isGatewayKey, type LinkId } from "./identifiers.ts";
import type { StoppedLink } from "./operations/change.ts";
import type * as OperationsModule from "./operations/index.ts";
import type { Page, PageRequest } from "./operations/read.ts";
import type { CallOptions, ConfiguredGateway, Instrument, Runtime } from "./operations/runtime.ts";
import type { PaymentLink } from "./payment-link.ts";
import type { PaymentMethod } from "./payment-method.ts";
import type { CreatePaymentLink, LinkChanges } from "./request.ts";
import type { Delivery, Observation, WebhookRequest } from "./webhook.ts";

type Gateways = Readonly<Record<string, AnyDriver>>;

type OptionsOf<D> = D extends {
  readonly handlers: { create(input: CreateInput<infer Options>, context: CallContext): unknown };
}
  ? Options
  : unknown;

/** The provider options of some drivers, by the drivers' names. */
export type ProviderOptionsOf<D extends AnyDriver> = {
  readonly [Each in D as Each["name"]]?: OptionsOf<Each> | undefined;
};

/** Every operation, with the gateway left to the caller's id, key or default. */
export interface PaymentLinkOperations<ProviderOptions = Readonly<Record<string, unknown>>> {
  /**
   * Creates a link. Never sends a second request that could create another one: where the answer is lost, looks the
   * reference up if the gateway can, else returns `outcome: "unknown"`.
   */
  create(
    request: CreatePaymentLink<ProviderOptions>,
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Reads a link. */
  get(id: LinkId, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Reads a link by the merchant's own reference. */
  find(
    query: { readonly gateway?: string | undefined; readonly reference: string },
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  /** Lists links, newest first. */
  list(
    query?: PageRequest & { readonly gateway?: string | undefined },
    options?: CallOptions,
  ): ResultAsync<Page<PaymentLink>, PaymentLinkError>;
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
  /** Reads one history. */
  getHistory(id: HistoryId, options?: CallOptions): ResultAsync<PaymentLinkHistory, PaymentLinkError>;
  /** Lists the methods the account can offer. */
  listPaymentMethods(
    query?: { readonly gateway?: string | undefined },
    options?: CallOptions,
  ): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  /**
   * Verifies and reads a webhook, offline and stateless. Give it the raw request. `signature_invalid`,
   * `signature_expired`, `malformed_webhook` and `unknown_gateway` each carry the acknowledgement to send.
   */
  parseWebhook(gateway: string, request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
  /**
   * Makes sure of an observation: returns it as it is where its signature covers it all, else asks the gateway and returns
   * the gateway's answer. An `unsupported` error is final: do not ask for a retry because of it.
   */
  confirm(observation: Observation, options?: CallOptions): ResultAsync<Observation, PaymentLinkError>;
}

type OfOneGateway<ProviderOptions> = Omit<
  PaymentLinkOperations<ProviderOptions>,
  "create" | "find" | "list" | "listPaymentMethods" | "parseWebhook"
> & {
  create(
    request: Omit<CreatePaymentLink<ProviderOptions>, "gateway">,
    options?: CallOptions,
  ): ResultAsync<PaymentLink, PaymentLinkError>;
  find(query: { readonly reference: string }, options?: CallOptions): ResultAsync<PaymentLink, PaymentLinkError>;
  list(query?: PageRequest, options?: CallOptions): ResultAsync<Page<PaymentLink>, PaymentLinkError>;
  listPaymentMethods(options?: CallOptions): ResultAsync<readonly PaymentMethod[], PaymentLinkError>;
  parseWebhook(request: WebhookRequest): ResultAsync<Delivery, WebhookError>;
};

/** One gateway's operations: only those its driver declares, so that asking for another does not compile. */
export type Gateway<D extends AnyDriver> = Pick<OfOneGateway<ProviderOptionsOf<D>>, Supported<D["capabilities"]>> & {
  readonly key: string;
  readonly driver: D["name"];
  readonly capabilities: D["capabilities"];
};

/** Payment links on every configured gateway. */
export interface PaymentLinks<G extends Gateways = Gateways>
  extends PaymentLinkOperations<ProviderOptionsOf<G[keyof G]>> {
  /** The keys, in the order of the configuration. */
  readonly gateways: readonly (keyof G & string)[];
  /** The key that is used where none is named. */
  readonly default: keyof G & string;
  /** One gateway by its key or an alias. Throws `TypeError` where there is none. */
  gateway<Key extends keyof G & string>(key: Key): Gateway<G[Key]>;
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
  /** Deadline of a call in milliseconds, where the call names none. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a link lives that names no expiry, in milliseconds. Default 24 hours. */
  readonly defaultExpiryMs?: number | undefined;
  /**
   * `portable` (default) takes only references that work on every gateway; `provider` takes whatever the chosen gateway
   * does, which may fail after a switch.
   */
  readonly references?: "portable" | "provider" | undefined;
  /** The largest webhook body read, in bytes. Default 1 MiB. */
  readonly maxWebhookBytes?: number | undefined;
  /** Wraps every operation, to trace it: see `@tautan/core/node`. Must not throw. */
  readonly instrument?: Instrument | undefined;
  /** Where the time comes from. Default: the system. */
  readonly clock?: Clock | undefined;
}

/**
 * Puts drivers under keys. Throws `TypeError` where the options cannot work; after that nothing throws, every operation
 * returns a `ResultAsync`.
 */
export const createPaymentLinks = <const G extends Gateways>(options: PaymentLinksOptions<G>): PaymentLinks<G> => {
  const runtime = createRuntime(options);
  const operations = bindOperations(runtime);
  return Object.freeze({
    ...operations,
    gateways: runtime.keys,
    default: runtime.defaultKey,
    gateway: (key: string) => {
      const gateway = runtime.gateways.get(key);
      if (!gateway)
        throw new TypeError(`gateway: expected one of ${runtime.keys.join(", ")}, got ${JSON.stringify(key)}`);
      return bindGateway(gateway, operations);
    },
  }) as unknown as PaymentLinks<G>;
};

const DAY_MS = 24 * 60 * 60 * 1000;

const createRuntime = <G extends Gateways>(options: PaymentLinksOptions<G>): Runtime => {
  const expect = (holds: boolean, message: string): void => {
    if (!holds) throw new TypeError(`createPaymentLinks: ${message}`);
  };
  const { gateways, aliases = {}, timeoutMs = 30_000, defaultExpiryMs = DAY_MS, maxWebhookBytes = 2 ** 20 } = options;
  const configured = new Map<string, ConfiguredGateway>();
  for (const [key, driver] of Object.entries(gateways)) {
    expect(
      isGatewayKey(key),
      `gateways: a key is up to 32 of a-z 0-9 _ - starting with a letter or digit, got ${JSON.stringify(key)}`,
    );
    expect(
      driver?.contract === 1,
      `gateways.${key}: expected a driver of contract 1; update the driver or @tautan/core`,
    );
    configured.set(key, Object.freeze({ key, driver }));
  }
  const keys = Object.freeze([...configured.keys()]);
  expect(keys.length > 0, "gateways: expected at least one");
  expect(
    configured.has(options.default),
    `default: expected one of ${keys.join(", ")}, got ${JSON.stringify(options.default)}`,
  );
  for (const [alias, key] of Object.entries(aliases)) {
    const gateway = configured.get(key);
    expect(
      isGatewayKey(alias) && !configured.has(alias),
      `aliases: ${JSON.stringify(alias)} must be a key that no gateway has`,
    );
    expect(gateway !== undefined, `aliases.${alias}: expected one of ${keys.join(", ")}, got ${JSON.stringify(key)}`);
    configured.set(alias, gateway as ConfiguredGateway);
  }
  expect(timeoutMs >= 1, `timeoutMs: expected at least 1 millisecond, got ${String(timeoutMs)}`);
  expect(defaultExpiryMs >= 60_000, `defaultExpiryMs: expected at least a minute, got ${String(defaultExpiryMs)}`);
  expect(maxWebhookBytes >= 1, `maxWebhookBytes: expected at least 1, got ${String(maxWebhookBytes)}`);
  return Object.freeze({
    gateways: configured,
    keys,
    defaultKey: options.default,
    clock: options.clock ?? Date,
    timeoutMs,
    defaultExpiryMs,
    maxWebhookBytes,
    wideReferences: options.references === "provider",
    instrument: options.instrument,
    randomSlug,
  });
};

/** 128 bits from the system's secure source: a link's URL must not be guessable. */
const randomSlug = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

type Engine = typeof OperationsModule;

let engine: Promise<Engine> | undefined;

const bindOperations = (runtime: Runtime): PaymentLinkOperations => {
  const run = <T, E extends PaymentLinkError | WebhookError>(
    operation: OperationName,
    start: (engine: Engine) => Promise<Result<T, E>>,
  ): ResultAsync<T, E> => {
    engine ??= import("./operations/index.ts");
    return new ResultAsync(
      engine.then(start).catch((thrown: unknown) => err(unreadable(runtime, operation, thrown) as E)),
    );
  };
  return {
    create: (request, options) => run("create", (each) => each.createLink(runtime, request, options)),
    get: (id, options) => run("get", (each) => each.getLink(runtime, id, options)),
    find: (query, options) => run("find", (each) => each.findLink(runtime, query, options)),
    list: (query = {}, options) => run("list", (each) => each.listLinks(runtime, query, options)),
    update: (id, changes, options) => run("update", (each) => each.updateLink(runtime, id, changes, options)),
    close: (id, options) => run("close", (each) => each.closeLink(runtime, id, options)),
    reopen: (id, options) => run("reopen", (each) => each.reopenLink(runtime, id, options)),
    delete: (id, options) => run("delete", (each) => each.deleteLink(runtime, id, options)),
    listHistories: (id, page = {}, options) =>
      run("listHistories", (each) => each.listHistoriesOf(runtime, id, page, options)),
    getHistory: (id, options) => run("getHistory", (each) => each.getHistoryById(runtime, id, options)),
    listPaymentMethods: (query = {}, options) =>
      run("listPaymentMethods", (each) => each.listMethods(runtime, query, options)),
    parseWebhook: (gateway, request) => run("parseWebhook", (each) => each.parseDelivery(runtime, gateway, request)),
    confirm: (observation, options) => run("confirm", (each) => each.confirmObservation(runtime, observation, options)),
  };
};

const bindGateway = ({ key, driver }: ConfiguredGateway, operations: PaymentLinkOperations) => {
  const bound: OfOneGateway<Readonly<Record<string, unknown>>> = {
    ...operations,
    create: (request, options) => operations.create({ ...request, gateway: key }, options),
    find: (query, options) => operations.find({ ...query, gateway: key }, options),
    list: (query, options) => operations.list({ ...query, gateway: key }, options),
    listPaymentMethods: (options) => operations.listPaymentMethods({ gateway: key }, options),
    parseWebhook: (request) => operations.parseWebhook(key, request),
  };
  const capabilities: DriverCapabilities = driver.capabilities;
  const offered = Object.entries(bound).filter(([name]) => capabilities.operations[name as OperationName] === true);
  return Object.freeze({ key, driver: driver.name, capabilities, ...Object.fromEntries(offered) });
};

/** Arguments of a shape that types forbid, from plain JavaScript. */
const unreadable = (runtime: Runtime, operation: OperationName, thrown: unknown): PaymentLinkError =>
  Object.freeze({
    kind: "invalid_request",
    gateway: runtime.defaultKey,
    operation,
    message: `${operation}: the arguments could not be read (${thrown instanceof Error ? thrown.name : typeof thrown})`,
    hint: "Compare the call with the types.",
    retryable: false,
    outcome: "not_sent",
    issues: Object.freeze([]),
  });

import { errAsync, type ResultAsync } from "neverthrow";
import type { OperationName, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import type { GatewayOperations, PaymentLinkOperations } from "../payment-links.ts";
import { runExplainWebhook, runOperation, runParseWebhook, snapshotOfWebhook } from "./load-operations.ts";
import { pagesOf } from "./pages.ts";
import { foreign, unreadable } from "./refusals.ts";
import { snapshotOf } from "./snapshot.ts";

export const bindOperations = (runtime: Configuration): PaymentLinkOperations => {
  const operations: PaymentLinkOperations = {
    create: (request, options) => {
      const kept = snapshotOf(request);
      return runOperation(runtime, "create", (each) => each.createLink(runtime, kept, options));
    },
    get: (id, options) => runOperation(runtime, "get", (each) => each.getLink(runtime, id, options)),
    find: (query, options) => runOperation(runtime, "find", (each) => each.findLink(runtime, query, options)),
    list: (query = {}, options) => runOperation(runtime, "list", (each) => each.listLinks(runtime, query, options)),
    listPages: (query = {}, options) =>
      pagesOf("list", runtime.defaultKey, query, (page) => operations.list(page, options)),
    update: (id, changes, options) => {
      const kept = snapshotOf(changes);
      return runOperation(runtime, "update", (each) => each.updateLink(runtime, id, kept, options));
    },
    close: (id, options) => runOperation(runtime, "close", (each) => each.closeLink(runtime, id, options)),
    reopen: (id, options) => runOperation(runtime, "reopen", (each) => each.reopenLink(runtime, id, options)),
    delete: (id, options) => runOperation(runtime, "delete", (each) => each.deleteLink(runtime, id, options)),
    listHistories: (id, page = {}, options) =>
      runOperation(runtime, "listHistories", (each) => each.listHistoriesOf(runtime, id, page, options)),
    listHistoryPages: (id, request = {}, options) =>
      pagesOf("listHistories", runtime.defaultKey, request, (page) => operations.listHistories(id, page, options)),
    listRecentHistories: (query, options) => {
      const kept = snapshotOf(query);
      return runOperation(runtime, "listRecentHistories", (each) => each.listRecentHistoriesOf(runtime, kept, options));
    },
    getHistory: (id, options) =>
      runOperation(runtime, "getHistory", (each) => each.getHistoryById(runtime, id, options)),
    listPaymentMethods: (query = {}, options) =>
      runOperation(runtime, "listPaymentMethods", (each) => each.listMethods(runtime, query, options)),
    parseWebhook: (gateway, request) => runParseWebhook(runtime, gateway, request),
    explainWebhook: (gateway, request, options) =>
      runExplainWebhook(runtime, gateway, snapshotOfWebhook(request), options),
    confirm: (observation, options) =>
      runOperation(runtime, "confirm", (each) => each.confirmObservation(runtime, observation, options)),
  };
  return operations;
};

/** The operations of one gateway: only those that its driver supports, and only for its own links. */
export const bindGateway = (
  runtime: Configuration,
  gateway: ConfiguredGateway,
  operations: PaymentLinkOperations,
): object => {
  const { key, driver } = gateway;
  /** Runs an operation, unless its subject belongs to another gateway. */
  const own = <T>(
    operation: OperationName,
    ownerOf: () => unknown,
    run: () => ResultAsync<T, PaymentLinkError>,
  ): ResultAsync<T, PaymentLinkError> => {
    try {
      const owner = ownerOf();
      const isOwn = owner === undefined || runtime.gateways.get(owner as string) === gateway;
      return isOwn ? run() : errAsync(foreign(key, operation, owner));
    } catch {
      return errAsync(unreadable(key, operation));
    }
  };
  const ownerOf = (id: unknown) => (): unknown => splitId(id)?.gateway;
  const named = (query: unknown) => (): unknown => (query as { readonly gateway?: unknown } | undefined)?.gateway;

  const bound: GatewayOperations<Readonly<Record<string, unknown>>> = {
    create: (request, options) =>
      own("create", named(request), () => operations.create({ ...request, gateway: key }, options)),
    get: (id, options) => own("get", ownerOf(id), () => operations.get(id, options)),
    find: (query, options) => own("find", named(query), () => operations.find({ ...query, gateway: key }, options)),
    list: (query, options) => own("list", named(query), () => operations.list({ ...query, gateway: key }, options)),
    listPages: (query = {}, options) =>
      pagesOf("list", key, query, (page) =>
        own("list", named(page), () => operations.list({ ...page, gateway: key }, options)),
      ),
    update: (id, changes, options) => own("update", ownerOf(id), () => operations.update(id, changes, options)),
    close: (id, options) => own("close", ownerOf(id), () => operations.close(id, options)),
    reopen: (id, options) => own("reopen", ownerOf(id), () => operations.reopen(id, options)),
    delete: (id, options) => own("delete", ownerOf(id), () => operations.delete(id, options)),
    listHistories: (id, page, options) =>
      own("listHistories", ownerOf(id), () => operations.listHistories(id, page, options)),
    listHistoryPages: (id, request = {}, options) =>
      pagesOf("listHistories", key, request, (page) =>
        own("listHistories", ownerOf(id), () => operations.listHistories(id, page, options)),
      ),
    listRecentHistories: (query, options) =>
      own("listRecentHistories", named(query), () =>
        operations.listRecentHistories({ ...query, gateway: key }, options),
      ),
    getHistory: (id, options) => own("getHistory", ownerOf(id), () => operations.getHistory(id, options)),
    listPaymentMethods: (options) => operations.listPaymentMethods({ gateway: key }, options),
    parseWebhook: (request) => operations.parseWebhook(key, request),
    explainWebhook: (request, options) => operations.explainWebhook(key, request, options),
    confirm: (observation, options) =>
      own("confirm", named(observation), () => operations.confirm(observation, options)),
  };
  const { capabilities } = driver;
  const offered = Object.entries(bound).filter(([name]) => capabilities.operations[operationOf(name)] === true);
  return Object.freeze({ key, driver: driver.name, capabilities, ...Object.fromEntries(offered) });
};

/** The operations that make others possible. */
const OPERATION_OF: Readonly<Record<string, OperationName>> = {
  listPages: "list",
  listHistoryPages: "listHistories",
  explainWebhook: "parseWebhook",
};

const operationOf = (name: string): OperationName => OPERATION_OF[name] ?? (name as OperationName);

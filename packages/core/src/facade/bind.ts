import { errAsync, ResultAsync } from "neverthrow";
import type { OperationName, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { closeLink, deleteLink, reopenLink, updateLink } from "../operations/change.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import { createLink } from "../operations/create.ts";
import { attributeError, invalidRequest } from "../operations/driver-error.ts";
import {
  findLink,
  getHistoryById,
  getLink,
  listHistoriesOf,
  listLinks,
  listMethods,
  listRecentHistoriesOf,
} from "../operations/read.ts";
import { confirmObservation, parseDelivery } from "../operations/webhooks.ts";
import type { GatewayOperations, PaymentLinkOperations } from "../payment-links.ts";
import { snapshotOf } from "../validation/snapshot.ts";
import { shown } from "./expect.ts";
import { explainWebhook } from "./explain.ts";
import { pagesOf } from "./pages.ts";
import { runnerOf, unreadable } from "./run.ts";

export const bindOperations = (runtime: Configuration): PaymentLinkOperations => {
  const run = runnerOf(runtime);
  const operations: PaymentLinkOperations = {
    create: (request, options) => run("create", () => createLink(runtime, request, options)),
    get: (id, options) => run("get", () => getLink(runtime, id, options)),
    find: (query, options) => run("find", () => findLink(runtime, query, options)),
    list: (query = {}, options) => run("list", () => listLinks(runtime, query, options)),
    listPages: (query = {}, options) =>
      pagesOf("list", runtime.defaultKey, query, (page) => operations.list(page, options)),
    update: (id, changes, options) => run("update", () => updateLink(runtime, id, snapshotOf(changes), options)),
    close: (id, options) => run("close", () => closeLink(runtime, id, options)),
    reopen: (id, options) => run("reopen", () => reopenLink(runtime, id, options)),
    delete: (id, options) => run("delete", () => deleteLink(runtime, id, options)),
    listHistories: (id, page = {}, options) => run("listHistories", () => listHistoriesOf(runtime, id, page, options)),
    listHistoryPages: (id, request = {}, options) =>
      pagesOf("listHistories", runtime.defaultKey, request, (page) => operations.listHistories(id, page, options)),
    listRecentHistories: (query, options) =>
      run("listRecentHistories", () => listRecentHistoriesOf(runtime, snapshotOf(query), options)),
    getHistory: (id, options) => run("getHistory", () => getHistoryById(runtime, id, options)),
    listPaymentMethods: (query = {}, options) => run("listPaymentMethods", () => listMethods(runtime, query, options)),
    parseWebhook: (gateway, request) => new ResultAsync(Promise.resolve(parseDelivery(runtime, gateway, request))),
    explainWebhook: (gateway, request, options) => explainWebhook(runtime, gateway, request, options),
    confirm: (observation, options) => run("confirm", () => confirmObservation(runtime, observation, options)),
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
    } catch (thrown) {
      return errAsync(unreadable(thrown, key, operation));
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

const foreign = (key: string, operation: OperationName, owner: unknown): PaymentLinkError => {
  const path = operation === "confirm" ? "gateway" : "id";
  const issues = [Object.freeze({ path, message: `expected the gateway ${key}, got ${shown(owner)}` })];
  const hint = `Call links.${operation}, or ${operation} of that gateway.`;
  return attributeError(invalidRequest("the call", issues, { hint }), key, operation);
};

/** The operations that make others possible. */
const OPERATION_OF: Readonly<Record<string, OperationName>> = {
  listPages: "list",
  listHistoryPages: "listHistories",
  explainWebhook: "parseWebhook",
};

const operationOf = (name: string): OperationName => OPERATION_OF[name] ?? (name as OperationName);

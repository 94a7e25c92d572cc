import { errAsync, type ResultAsync } from "neverthrow";
import type { InvalidRequestError, OperationName, PaymentLinkError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import type { ConfiguredGateway, Runtime } from "../operations/runtime.ts";
import type { OfOneGateway, PaymentLinkOperations } from "../payment-links.ts";
import { held, heldWebhook, runOperation, runParseWebhook } from "./engine.ts";
import { pagesOf } from "./pages.ts";

/** Binds every operation to a runtime. */
export const bindOperations = (runtime: Runtime): PaymentLinkOperations => {
  const operations = bindCalls(runtime);
  return {
    ...operations,
    listPages: (query = {}, options) =>
      pagesOf("list", query?.gateway ?? runtime.defaultKey, query, (page) =>
        operations.list({ ...page, gateway: query?.gateway }, options),
      ),
    listHistoryPages: (linkId, request = {}, options) =>
      pagesOf("listHistories", splitId(linkId)?.gateway ?? runtime.defaultKey, request, (page) =>
        operations.listHistories(linkId, page, options),
      ),
  };
};

const bindCalls = (runtime: Runtime): Omit<PaymentLinkOperations, "listPages" | "listHistoryPages"> => ({
  create: (request, options) => {
    const kept = held(request);
    return runOperation(runtime, "create", (each) => each.createByRoute(runtime, kept, options));
  },
  get: (id, options) => runOperation(runtime, "get", (each) => each.getLink(runtime, id, options)),
  find: (query, options) => runOperation(runtime, "find", (each) => each.findLink(runtime, query, options)),
  list: (query = {}, options) => runOperation(runtime, "list", (each) => each.listLinks(runtime, query, options)),
  update: (id, changes, options) => {
    const kept = held(changes);
    return runOperation(runtime, "update", (each) => each.updateLink(runtime, id, kept, options));
  },
  close: (id, options) => runOperation(runtime, "close", (each) => each.closeLink(runtime, id, options)),
  reopen: (id, options) => runOperation(runtime, "reopen", (each) => each.reopenLink(runtime, id, options)),
  delete: (id, options) => runOperation(runtime, "delete", (each) => each.deleteLink(runtime, id, options)),
  listHistories: (id, page = {}, options) =>
    runOperation(runtime, "listHistories", (each) => each.listHistoriesOf(runtime, id, page, options)),
  getHistory: (id, options) => runOperation(runtime, "getHistory", (each) => each.getHistoryById(runtime, id, options)),
  listPaymentMethods: (query = {}, options) =>
    runOperation(runtime, "listPaymentMethods", (each) => each.listMethods(runtime, query, options)),
  parseWebhook: (gateway, request) => {
    const kept = heldWebhook(request);
    return runParseWebhook(runtime, gateway, (each) => each.parseDelivery(runtime, gateway, kept));
  },
  confirm: (observation, options) =>
    runOperation(runtime, "confirm", (each) => each.confirmObservation(runtime, observation, options)),
});

/** One gateway's own operations: those its driver offers, and only for its own links. */
export const bindGateway = (
  runtime: Runtime,
  gateway: ConfiguredGateway,
  operations: PaymentLinkOperations,
): object => {
  const { key, driver } = gateway;
  /** Runs an operation on a link or history, unless it is another gateway's. */
  const own = <T>(
    operation: OperationName,
    owner: string | undefined,
    run: () => ResultAsync<T, PaymentLinkError>,
  ): ResultAsync<T, PaymentLinkError> =>
    owner === undefined || runtime.gateways.get(owner) === gateway ? run() : errAsync(foreign(key, operation, owner));
  const ownerOf = (id: unknown): string | undefined => splitId(id)?.gateway;

  const bound: OfOneGateway<Readonly<Record<string, unknown>>> = {
    create: (request, options) => operations.create({ ...request, gateway: key }, options),
    get: (id, options) => own("get", ownerOf(id), () => operations.get(id, options)),
    find: (query, options) => operations.find({ ...query, gateway: key }, options),
    list: (query, options) => operations.list({ ...query, gateway: key }, options),
    listPages: (query, options) => operations.listPages({ ...query, gateway: key }, options),
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
    getHistory: (id, options) => own("getHistory", ownerOf(id), () => operations.getHistory(id, options)),
    listPaymentMethods: (options) => operations.listPaymentMethods({ gateway: key }, options),
    parseWebhook: (request) => operations.parseWebhook(key, request),
    confirm: (observation, options) =>
      own("confirm", observation?.gateway, () => operations.confirm(observation, options)),
  };
  const { capabilities } = driver;
  const offered = Object.entries(bound).filter(([name]) => capabilities.operations[operationOf(name)] === true);
  return Object.freeze({ key, driver: driver.name, capabilities, ...Object.fromEntries(offered) });
};

const operationOf = (name: string): OperationName =>
  name === "listPages" ? "list" : name === "listHistoryPages" ? "listHistories" : (name as OperationName);

const foreign = (key: string, operation: OperationName, owner: string): InvalidRequestError => {
  const message = `expected something of ${key}, got something of ${JSON.stringify(owner.slice(0, 32))}`;
  return Object.freeze({
    kind: "invalid_request",
    gateway: key,
    operation,
    message: `nothing was sent: ${message}`,
    hint: `Call ${operation} of the payment links themselves, which find the gateway by the id, or of that gateway.`,
    retryable: false,
    outcome: "not_sent",
    issues: Object.freeze([Object.freeze({ path: operation === "confirm" ? "gateway" : "id", message })]),
  });
};

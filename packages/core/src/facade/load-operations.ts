import { err, type Result, ResultAsync } from "neverthrow";
import { contained, valueOr } from "../contained.ts";
import type { OperationName, Outcome, PaymentLinkError, UnavailableError, WebhookError } from "../errors.ts";
import type { Configuration } from "../operations/configuration.ts";
import type * as OperationsModule from "../operations/index.ts";
import type { Delivery, WebhookAcknowledgement, WebhookRequest } from "../webhook.ts";
import type { ExplainWebhookOptions, WebhookExplanation } from "../webhook-explanation.ts";

export type Operations = typeof OperationsModule;

let loaded: Operations | undefined;
let loading: Promise<Operations> | undefined;

/** Loads the operations when the first one is called. After a failure, the next call tries again. */
const loadOperations = (): Promise<Operations> => {
  loading ??= import("../operations/index.ts").then(
    (operations) => {
      loaded = operations;
      return operations;
    },
    (thrown: unknown) => {
      loading = undefined;
      throw thrown;
    },
  );
  return loading;
};

export const loadFingerprint = async (): Promise<Operations["fingerprintOf"]> => (await loadOperations()).fingerprintOf;

type Start<T, E> = (operations: Operations) => Promise<Result<T, E>>;

/**
 * Starts an operation: synchronously once they are loaded, so that a caller's objects are read before they can change.
 * `outcome` is that of an operation that could not start.
 */
export const runOperation = <T>(
  runtime: Configuration,
  operation: Exclude<OperationName, "parseWebhook">,
  start: Start<T, PaymentLinkError>,
  outcome: Outcome = "not_sent",
): ResultAsync<T, PaymentLinkError> => {
  const run = (operations: Operations): Promise<Result<T, PaymentLinkError>> =>
    contained(
      () => start(operations),
      (thrown) => {
        const error = operations.unreadableArguments(thrown);
        return operations.withOutcome(operations.attributeError(error, runtime.defaultKey, operation), outcome);
      },
    );
  const onFailure = (): Result<T, PaymentLinkError> => err(notLoaded(runtime.defaultKey, operation, outcome));
  return new ResultAsync(loaded ? run(loaded) : loadOperations().then(run, onFailure));
};

/** Reads a delivery synchronously once the operations are loaded: servers reuse their buffers. */
export const runParseWebhook = (
  runtime: Configuration,
  gateway: string,
  request: WebhookRequest,
): ResultAsync<Delivery, WebhookError> => {
  if (loaded) return new ResultAsync(Promise.resolve(loaded.parseDelivery(runtime, gateway, request)));
  const kept = snapshotOfWebhook(request);
  return new ResultAsync(
    loadOperations().then(
      (operations) => operations.parseDelivery(runtime, gateway, kept),
      () => err(webhookNotLoaded(runtime, gateway)),
    ),
  );
};

/** Loads the explanations when the first one is requested: few processes ever need them. */
export const runExplainWebhook = async (
  runtime: Configuration,
  gateway: string,
  request: WebhookRequest,
  options?: ExplainWebhookOptions,
): Promise<WebhookExplanation> => {
  try {
    const { explainDelivery } = await import("../explain/index.ts");
    return await explainDelivery(runtime, gateway, request, options);
  } catch {
    const { message, hint } = NOT_LOADED;
    return Object.freeze({ cause: "unknown", gateway, message, hint, proven: false, tried: Object.freeze([]) });
  }
};

/** A copy of a request with bytes, because servers reuse their buffers. */
export const snapshotOfWebhook = (request: WebhookRequest): WebhookRequest =>
  valueOr(() => {
    const body: unknown = request?.body;
    if (!(body instanceof Uint8Array)) return request;
    const { method, url, headers } = request as Exclude<WebhookRequest, Request>;
    // Not `slice`, which shares the bytes of a Buffer.
    return { method, url, headers, body: new Uint8Array(body) };
  }, request);

const NOT_LOADED = {
  message: "a part of the library could not be loaded; nothing was sent",
  hint: "Check that the installation is complete and that the process may open files, then try again.",
  retryable: true,
  outcome: "not_sent",
} as const;

const notLoaded = (gateway: string, operation: OperationName, outcome: Outcome): UnavailableError =>
  Object.freeze({ kind: "unavailable", gateway, operation, ...NOT_LOADED, outcome });

const webhookNotLoaded = (runtime: Configuration, gateway: string): WebhookError =>
  Object.freeze({
    kind: "malformed_webhook",
    gateway,
    operation: "parseWebhook",
    ...NOT_LOADED,
    acknowledgement: runtime.gateways.get(gateway)?.driver.acknowledgements.retryLater ?? TRY_LATER,
  });

const TRY_LATER: WebhookAcknowledgement = Object.freeze({ status: 503, headers: Object.freeze({}), body: null });

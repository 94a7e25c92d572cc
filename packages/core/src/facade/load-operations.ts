import { err, type Result, ResultAsync } from "neverthrow";
import { contained } from "../contained.ts";
import type { OperationName, PaymentLinkError, UnavailableError, WebhookError } from "../errors.ts";
import type { Configuration } from "../operations/configuration.ts";
import type * as OperationsModule from "../operations/index.ts";
import type { WebhookAcknowledgement, WebhookRequest } from "../webhook.ts";
import { readable } from "./snapshot.ts";

export type Operations = typeof OperationsModule;

let engine: Operations | undefined;
let loading: Promise<Operations> | undefined;

/** Loads what runs operations, at the first one. A load that failed is tried again at the next. */
const loadEngine = (): Promise<Operations> => {
  loading ??= import("../operations/index.ts").then(
    (loaded) => {
      engine = loaded;
      return loaded;
    },
    (thrown: unknown) => {
      loading = undefined;
      throw thrown;
    },
  );
  return loading;
};

/** What makes a request's fingerprint. */
export const loadFingerprint = async (): Promise<Operations["fingerprintOf"]> => (await loadEngine()).fingerprintOf;

type Start<T, E> = (engine: Operations) => Promise<Result<T, E>>;

/** Starts an operation: at once where the engine is there, so that a caller's objects are read before they can change. */
export const runOperation = <T>(
  runtime: Configuration,
  operation: Exclude<OperationName, "parseWebhook">,
  start: Start<T, PaymentLinkError>,
): ResultAsync<T, PaymentLinkError> => {
  const attempt = (loaded: Operations): Promise<Result<T, PaymentLinkError>> =>
    contained(
      () => start(loaded),
      (thrown) => loaded.attributeError(loaded.unreadableArguments(thrown), runtime.defaultKey, operation),
    );
  return new ResultAsync(
    engine ? attempt(engine) : loadEngine().then(attempt, () => err(notLoaded(runtime.defaultKey, operation))),
  );
};

export const runParseWebhook = <T>(
  runtime: Configuration,
  gateway: string,
  start: Start<T, WebhookError>,
): ResultAsync<T, WebhookError> =>
  new ResultAsync(engine ? start(engine) : loadEngine().then(start, () => err(webhookNotLoaded(runtime, gateway))));

/** Servers reuse their buffers: bytes that were passed are copied before anything else happens. */
export const snapshotOfWebhook = (request: WebhookRequest): WebhookRequest =>
  readable(request, () => {
    const body: unknown = request?.body;
    if (!(body instanceof Uint8Array)) return request;
    const { method, url, headers } = request as Exclude<WebhookRequest, Request>;
    // Not `slice`, which in a Buffer shares the bytes.
    return { method, url, headers, body: new Uint8Array(body) };
  });

const NOT_LOADED = {
  message: "a part of the library could not be loaded; nothing was sent",
  hint: "Check that the installation is complete and that the process may open files, then try again.",
  retryable: true,
  outcome: "not_sent",
} as const;

const notLoaded = (gateway: string, operation: OperationName): UnavailableError =>
  Object.freeze({ kind: "unavailable", gateway, operation, ...NOT_LOADED });

const webhookNotLoaded = (runtime: Configuration, gateway: string): WebhookError =>
  Object.freeze({
    kind: "malformed_webhook",
    gateway,
    operation: "parseWebhook",
    ...NOT_LOADED,
    acknowledgement: runtime.gateways.get(gateway)?.driver.acknowledgements.retryLater ?? TRY_LATER,
  });

const TRY_LATER: WebhookAcknowledgement = Object.freeze({ status: 503, headers: Object.freeze({}), body: null });

// Loaded at the first request: the import of undici takes longer than the rest of a driver.
import { omitUndefined } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { Dispatcher } from "undici";
import { dispatcherFor } from "./dispatchers.ts";
import { whyOf } from "./failure-code.ts";
import type { HttpDispatcher, HttpFailure, HttpReply, HttpRequest, Transport, TransportOptions } from "./http-types.ts";
import { type LingeringTransport, MAX_CONNECTIONS, withPace } from "./pace.ts";
import { reasonOf } from "./pause.ts";
import { withRetries } from "./retries.ts";

type Headers = NonNullable<Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2]>;

/**
 * How long a connection counts as used by a request that was aborted while the connection was being opened: undici cannot
 * cancel such a request, and stops after ten seconds.
 */
const MAX_LINGER_MS = 15_000;

interface Sending {
  readonly maxReplyBytes: number;
  readonly through: (url: URL) => HttpDispatcher;
  /** Called once undici has finished with the request. */
  readonly onReleased: () => void;
}

/** Sends with undici, with safe retries and the requested pace. */
export const createUndiciTransport = (options: TransportOptions): Transport => {
  const { maxReplyBytes = 2 ** 20, maxRetries, retryDelayMs, dispatcher, ...pace } = options;
  const { maxWaitMs, maxConnections = MAX_CONNECTIONS } = pace;
  const through: Sending["through"] = (url) => dispatcher ?? dispatcherFor(url, maxConnections);
  const released = new WeakMap<HttpRequest, Promise<void>>();
  const sendingOnce: LingeringTransport = {
    send: (request) => {
      const { promise, resolve: onReleased } = Promise.withResolvers<void>();
      released.set(request, promise);
      return sendOnce(request, { maxReplyBytes, through, onReleased });
    },
    released: (request) => released.get(request),
  };
  return withRetries(withPace(sendingOnce, { ...pace, maxConnections }), { maxRetries, retryDelayMs, maxWaitMs });
};

/** Sends one request once. Never rejects. */
const sendOnce = (
  request: HttpRequest,
  { maxReplyBytes, through, onReleased }: Sending,
): Promise<Result<HttpReply, HttpFailure>> =>
  new Promise((resolve) => {
    const { signal } = request;
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let isFinished = false;
    let isReleased = false;
    let status = 0;
    let headers: Headers = {};
    let length = 0;

    const finish = (result: Result<HttpReply, HttpFailure>): void => {
      if (isFinished) return;
      isFinished = true;
      signal.removeEventListener("abort", onAbort);
      if (!isReleased) setTimeout(release, MAX_LINGER_MS).unref?.();
      resolve(result);
    };
    const release = (): void => {
      isReleased = true;
      onReleased();
    };
    const fail = (reason: HttpFailure["reason"], { code, peer }: Pick<HttpFailure, "code" | "peer"> = {}): void => {
      const sent = controller !== undefined;
      const isOfNetwork = reason === "connect" || reason === "broken" || reason === "timeout";
      const host = isOfNetwork ? url?.host : undefined;
      finish(err({ reason, sent, ...omitUndefined({ code, host, peer: peer === host ? undefined : peer }) }));
    };
    const onAbort = (): void => {
      fail(reasonOf(signal));
      controller?.abort(new Error("the request was aborted"));
    };
    const failUnsent: typeof fail = (...why) => {
      release();
      fail(...why);
    };

    if (!url) return failUnsent("connect", { code: "INVALID_URL" });
    if (signal.aborted) return failUnsent(reasonOf(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    const { method, headers: sentHeaders, body = null } = request;
    const { origin, pathname, search } = url;
    const options: Dispatcher.DispatchOptions = { origin, path: pathname + search, method, headers: sentHeaders, body };
    const handler: Dispatcher.DispatchHandler = {
      // Called when there is a connection and the first byte is about to be written: before it, nothing was sent.
      onRequestStart: (started) => {
        if (isFinished) return started.abort(new Error("the request was aborted before it was sent"));
        controller = started;
      },
      onResponseStart: (_controller, statusCode, received) => {
        status = statusCode;
        headers = received;
      },
      onResponseData: (_controller, chunk) => {
        length += chunk.byteLength;
        if (length <= maxReplyBytes) return void chunks.push(chunk);
        fail("too_large");
        controller?.abort(new Error("the reply is too large"));
      },
      onResponseEnd: () => {
        release();
        const text = Buffer.concat(chunks).toString("utf8");
        finish(ok({ status, header: (name) => headerText(headers[name]), text }));
      },
      onResponseError: (_controller, error) => {
        release();
        fail(controller ? "broken" : "connect", whyOf(error));
      },
    };
    try {
      through(url).dispatch(options, handler);
    } catch (thrown) {
      failUnsent(controller ? "broken" : "connect", whyOf(thrown));
    }
  });

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;

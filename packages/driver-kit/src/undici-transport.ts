// Loaded at the first request: the import of undici takes longer than the rest of a driver.
import { omitUndefined } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import type { Dispatcher } from "undici";
import { loadDispatchers } from "./dispatchers.ts";
import { whyOf } from "./failure-code.ts";
import type { HttpDispatcher, HttpFailure, HttpRequest, Sent, Transport, TransportOptions } from "./http-types.ts";
import { type LingeringTransport, MAX_CONNECTIONS, type Releasable, withPace } from "./pace.ts";
import { reasonOf } from "./pause.ts";
import { withRetries } from "./retries.ts";

type Headers = NonNullable<Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2]>;

/**
 * How long a connection counts as used by a request that was aborted while the connection was being opened: undici cannot
 * cancel such a request, and stops after ten seconds.
 */
const MAX_LINGER_MS = 15_000;

interface Sending {
  readonly request: HttpRequest;
  readonly connection: Releasable;
  readonly resolve: (result: Sent) => void;
  readonly maxReplyBytes: number;
  readonly dispatcherFor: (url: URL, origin: string) => HttpDispatcher;
}

/** Sends with undici, with safe retries and the requested pace. */
export const createHttpClient = async (options: TransportOptions): Promise<Transport> => {
  const { maxReplyBytes = 2 ** 20, maxRetries, retryDelayMs, dispatcher, ...pace } = options;
  const { maxWaitMs, maxConnections = MAX_CONNECTIONS } = pace;
  const dispatcherFor = dispatcher ? () => dispatcher : await loadDispatchers(maxConnections);
  const sendingOnce: LingeringTransport = {
    lingers: true,
    send: (request, connection) =>
      new Promise((resolve) => new Exchange({ request, connection, resolve, maxReplyBytes, dispatcherFor }).start()),
  };
  return withRetries(withPace(sendingOnce, { ...pace, maxConnections }), { maxRetries, retryDelayMs, maxWaitMs });
};

const ONCE = { once: true } as const;

/** One request, sent once. Methods in place of closures, of which each request would need ten. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #sending: Sending;
  readonly #url: URL | null;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #isFinished = false;
  #isReleased = false;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #status = 0;
  #headers: Headers = {};
  #length = 0;

  constructor(sending: Sending) {
    this.#sending = sending;
    this.#url = URL.parse(sending.request.url);
  }

  start(): void {
    const { method, headers, body = null, signal } = this.#sending.request;
    if (!this.#url) return this.#failUnsent("connect", { code: "INVALID_URL" });
    if (signal.aborted) return this.#failUnsent(reasonOf(signal));
    signal.addEventListener("abort", this.#stop, ONCE);
    const { origin, pathname, search } = this.#url;
    try {
      const options: Dispatcher.DispatchOptions = { origin, path: pathname + search, method, headers, body };
      this.#sending.dispatcherFor(this.#url, origin).dispatch(options, this);
    } catch (thrown) {
      this.#failUnsent(this.#controller ? "broken" : "connect", whyOf(thrown));
    }
  }

  /** A function: a listener that is an object makes Node keep finished requests until a full garbage collection. */
  readonly #stop = (): void => {
    this.#fail(reasonOf(this.#sending.request.signal));
    this.#controller?.abort(new Error("the request was aborted"));
  };

  /** Called when there is a connection and the first byte is about to be written: before it, nothing was sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isFinished) controller.abort(new Error("the request was aborted before it was sent"));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.byteLength;
    if (this.#length <= this.#sending.maxReplyBytes) return void this.#chunks.push(chunk);
    this.#fail("too_large");
    this.#controller?.abort(new Error("the reply is too large"));
  }

  onResponseEnd(): void {
    this.#release();
    const [first] = this.#chunks;
    const whole = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    const headers = this.#headers;
    const header = (name: string): string | undefined => headerText(headers[name]);
    this.#finish(ok({ status: this.#status, header, text: whole.toString("utf8") }));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#release();
    this.#fail(this.#controller ? "broken" : "connect", whyOf(error));
  }

  #finish(result: Sent): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#sending.request.signal.removeEventListener("abort", this.#stop);
    if (!this.#isReleased) {
      this.#lingering = setTimeout(() => this.#release(), MAX_LINGER_MS);
      this.#lingering.unref?.();
    }
    this.#sending.resolve(result);
  }

  /** Undici has finished with the request. */
  #release(): void {
    this.#isReleased = true;
    clearTimeout(this.#lingering);
    this.#sending.connection.release();
  }

  #fail(reason: HttpFailure["reason"], { code, peer }: Pick<HttpFailure, "code" | "peer"> = {}): void {
    const sent = this.#controller !== undefined;
    const isOfNetwork = reason === "connect" || reason === "broken" || reason === "timeout";
    const host = isOfNetwork ? this.#url?.host : undefined;
    this.#finish(err({ reason, sent, ...omitUndefined({ code, host, peer: peer === host ? undefined : peer }) }));
  }

  #failUnsent(reason: HttpFailure["reason"], why?: Pick<HttpFailure, "code" | "peer">): void {
    this.#release();
    this.#fail(reason, why);
  }
}

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;

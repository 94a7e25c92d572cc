// Loaded at the first request: importing undici takes longer than the rest of a driver together.
import { err, ok, type Result } from "neverthrow";
import { Agent, type Dispatcher } from "undici";
import { withPace } from "./pace.ts";
import { reasonOf } from "./pause.ts";
import { withRetries } from "./retries.ts";
import type { HttpFailure, HttpReply, HttpRequest, Transport, TransportOptions } from "./transport.ts";

type Headers = NonNullable<Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2]>;

/**
 * One pool for the process. Deadlines come from the caller's signal, so undici's own are off; idle sockets are dropped
 * before servers usually drop them, because a request on a socket that is just being closed has an unknown outcome.
 */
const agent = new Agent({
  allowH2: false,
  bodyTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 4000,
  connect: { timeout: 10_000 },
});

/** Sends on undici, again where that is safe, and at the pace asked for. */
export const createUndiciTransport = (options: TransportOptions): Transport => {
  const { maxReplyBytes = 2 ** 20, maxRequestsPerSecond, maxWaitMs, ...retries } = options;
  const sendingOnce: Transport = { send: (request) => sendOnce(request, maxReplyBytes) };
  return withRetries(withPace(sendingOnce, { maxRequestsPerSecond, maxWaitMs }), { ...retries, maxWaitMs });
};

/** Sends one request once. Never rejects. */
const sendOnce = (request: HttpRequest, maxReplyBytes: number): Promise<Result<HttpReply, HttpFailure>> =>
  new Promise((resolve) => {
    const { signal } = request;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let isFinished = false;
    let status = 0;
    let headers: Headers = {};
    let length = 0;

    const finish = (result: Result<HttpReply, HttpFailure>): void => {
      if (isFinished) return;
      isFinished = true;
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const fail = (reason: HttpFailure["reason"], code?: string): void =>
      finish(err({ reason, sent: controller !== undefined, ...(code !== undefined && { code }) }));
    const onAbort = (): void => {
      fail(reasonOf(signal));
      controller?.abort(new Error("the request was given up"));
    };

    if (!URL.canParse(request.url)) return fail("connect", "INVALID_URL");
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const { origin, pathname, search } = new URL(request.url);
    const { method, headers: sent, body = null } = request;
    try {
      agent.dispatch(
        { origin, path: pathname + search, method, headers: sent, body },
        {
          // Called when a connection is there and the first byte is about to be written: before it, nothing has left.
          onRequestStart: (started) => {
            if (isFinished) return started.abort(new Error("the request was given up before it was sent"));
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
            const text = Buffer.concat(chunks).toString("utf8");
            finish(ok({ status, header: (name) => headerText(headers[name]), text }));
          },
          onResponseError: (_controller, error) => fail(controller ? "broken" : "connect", codeOf(error)),
        },
      );
    } catch (thrown) {
      fail(controller ? "broken" : "connect", codeOf(thrown));
    }
  });

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;

/** A machine's word for what happened; never the message, which may hold an address with a key in it. */
const codeOf = (error: unknown): string | undefined => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? code : undefined;
};

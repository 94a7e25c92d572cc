// For runtimes on which undici does not run. Loaded at the first request, as that is.
import { omitUndefined } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { whyOf } from "./failure-code.ts";
import type { HttpFailure, HttpReply, HttpRequest, Sent, Transport, TransportOptions } from "./http-types.ts";
import { MAX_CONNECTIONS, withPace } from "./pace.ts";
import { reasonOf } from "./pause.ts";
import { withRetries } from "./retries.ts";

/**
 * Sends with the runtime's fetch, with safe retries and the requested pace. Fetch does not report when the first byte leaves: after
 * most failures, the request counts as sent.
 */
export const createHttpClient = (options: TransportOptions): Transport => {
  const { maxReplyBytes = 2 ** 20, maxRetries, retryDelayMs, dispatcher: _, ...pace } = options;
  const { maxWaitMs, maxConnections = MAX_CONNECTIONS } = pace;
  const sendingOnce: Transport = { send: (request) => sendOnce(request, maxReplyBytes) };
  return withRetries(withPace(sendingOnce, { ...pace, maxConnections }), { maxRetries, retryDelayMs, maxWaitMs });
};

/** Sends one request once. Never rejects, and ends at the signal, whatever the runtime does with it. */
const sendOnce = (request: HttpRequest, maxReplyBytes: number): Promise<Sent> =>
  new Promise((resolve) => {
    const { signal } = request;
    const url = webUrlOf(request.url);
    const fail = (reason: HttpFailure["reason"], sent: boolean, code?: string): Sent => {
      const host = reason === "aborted" || reason === "too_large" ? undefined : url?.host;
      return err({ reason, sent, ...omitUndefined({ code, host }) });
    };
    if (!url) return resolve(fail("connect", false, "INVALID_URL"));
    if (signal.aborted) return resolve(fail(reasonOf(signal), false));
    const headers = headersOf(request.headers);
    if (!headers) return resolve(fail("connect", false, "INVALID_HEADER"));

    const stop = new AbortController();
    const finish = (result: Sent): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
      stop.abort();
    };
    const onAbort = (): void => finish(fail(reasonOf(signal), true));
    signal.addEventListener("abort", onAbort, { once: true });
    exchange({ request, url, headers, signal: stop.signal, maxReplyBytes }).then(
      (reply) => finish(reply ? ok(reply) : fail("too_large", true)),
      (thrown: unknown) => {
        const { code } = whyOf(thrown);
        const isUnsent = code !== undefined && UNSENT_CODES.test(code);
        finish(isUnsent ? fail("connect", false, code) : fail("broken", true, code));
      },
    );
  });

/** The codes of failures before the first byte of a request: no address, no connection, no certificate. */
const UNSENT_CODES =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|(?:CERT|DEPTH|SELF|UNABLE)_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;

interface Exchange {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly maxReplyBytes: number;
}

const exchange = async ({ request, url, headers, signal, maxReplyBytes }: Exchange): Promise<HttpReply | undefined> => {
  const { method, body } = request;
  const { origin, pathname, search } = url;
  // No credentials of the URL, and nothing from a cache: Workers would cache what a gateway allows to be cached.
  const response = await fetch(origin + pathname + search, {
    method,
    headers,
    signal,
    redirect: "manual",
    cache: "no-store",
    ...omitUndefined({ body }),
  });
  const bytes = await bytesOf(response, maxReplyBytes);
  if (!bytes) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, text };
};

/** The whole body; `undefined` once it is larger than allowed. The rest is not read. */
const bytesOf = async ({ body, headers }: Response, maxBytes: number): Promise<Uint8Array | undefined> => {
  if (!body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > maxBytes) return undefined;
    parts.push(part.value);
  }
  const announced = headers.has("content-encoding") ? undefined : headers.get("content-length");
  if (length < Number(announced ?? 0)) throw new Error("the reply ended early");
  return Buffer.concat(parts, length);
};

const webUrlOf = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined;
};

const headersOf = (headers: HttpRequest["headers"]): Headers | undefined => {
  try {
    return new Headers(headers);
  } catch {
    return undefined;
  }
};

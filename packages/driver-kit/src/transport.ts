import { err, type Result } from "neverthrow";
import { once } from "./once.ts";
import { type PaceOptions, withPace } from "./pace.ts";
import { pause } from "./pause.ts";
import { retryAfterMs } from "./retry-after.ts";

/** One HTTP request. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent byte for byte, as UTF-8. */
  readonly body?: string;
  /** Ends the request; its reason tells a deadline from a caller who gave up. */
  readonly signal: AbortSignal;
}

/** One HTTP reply, whatever its status. */
export interface HttpReply {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** Why there is no reply. */
export interface HttpFailure {
  /**
   * `connect`: the connection could not be opened, or the request could not be made. `timeout`, `aborted`: the signal fired. `broken`: the connection broke
   * or the reply is not HTTP. `too_large`: the reply is larger than allowed. `paused`: the provider asked to wait, or the limit
   * of requests is used up, for longer than a request waits.
   */
  readonly reason: "connect" | "timeout" | "aborted" | "broken" | "too_large" | "paused";
  /** Whether a byte of the request may have left. */
  readonly sent: boolean;
  /** The system's or the client's code, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Of `paused`: how long until a request may leave, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Sends requests. The seam of every driver: pass another one for a proxy, another runtime or a test. */
export interface Transport {
  /** Never rejects. */
  send(request: HttpRequest): Promise<Result<HttpReply, HttpFailure>>;
}

export interface TransportOptions extends PaceOptions {
  /** The largest reply read, in bytes. Default 1 MiB. */
  readonly maxReplyBytes?: number;
  /** How often a request may be sent again where that is safe. Default 2. */
  readonly maxRetries?: number;
  /** The first pause before sending again, in milliseconds; doubles each time, with jitter. Default 100. */
  readonly retryDelayMs?: number;
}

const loadUndici = once(() => import("./undici-transport.ts"));

/** The transport on undici, which is loaded at the first request. */
export const createTransport = (options: TransportOptions = {}): Transport => {
  const { maxReplyBytes = 2 ** 20, maxRequestsPerSecond, maxWaitMs, ...retries } = options;
  const sendingOnce: Transport = {
    send: async (request) => {
      let undici: Awaited<ReturnType<typeof loadUndici>>;
      try {
        undici = await loadUndici();
      } catch {
        return err({ reason: "connect", sent: false, code: "UNDICI_NOT_LOADED" });
      }
      return undici.sendWithUndici(request, maxReplyBytes);
    },
  };
  return withRetries(withPace(sendingOnce, { maxRequestsPerSecond, maxWaitMs }), { ...retries, maxWaitMs });
};

const RETRIED_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Sends again only what is safe to: reads, and requests whose connection never opened. A request that may have left is
 * never sent twice here, whatever its answer.
 */
export const withRetries = (
  transport: Transport,
  { maxRetries = 2, retryDelayMs = 100, maxWaitMs = 10_000 }: Omit<TransportOptions, "maxReplyBytes"> = {},
): Transport => ({
  send: async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      const result = await transport.send(request);
      if (attempt >= maxRetries || !maySendAgain(request, result)) return result;
      const askedMs = result.isOk() ? retryAfterMs(result.value) : undefined;
      if (askedMs !== undefined && askedMs > maxWaitMs) return result;
      const pauseMs = askedMs ?? retryDelayMs * 2 ** attempt * (0.5 + Math.random() / 2);
      if (!(await pause(pauseMs, request.signal))) return result;
    }
  },
});

/** A limit that is used up is only asked again where the provider says when. */
const mayReadAgain = (reply: HttpReply): boolean =>
  RETRIED_STATUSES.has(reply.status) || (reply.status === 429 && retryAfterMs(reply) !== undefined);

const maySendAgain = (request: HttpRequest, result: Result<HttpReply, HttpFailure>): boolean => {
  if (result.isOk()) return request.method === "GET" && mayReadAgain(result.value);
  const { reason, sent } = result.error;
  if (reason === "connect") return !sent;
  return reason === "broken" && request.method === "GET";
};

import type { Clock } from "@tautan/core";
import type { Result } from "neverthrow";

/**
 * The purpose of a request. `token`: to get an access token. `create`: to create a link. `change`: to change or end something.
 * `read`: to read something. `confirm`: to verify a delivery. Waiting requests are sent in this order.
 */
export type RequestPurpose = "token" | "create" | "change" | "read" | "confirm";

/** One HTTP request. */
export interface HttpRequest {
  readonly purpose: RequestPurpose;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent byte for byte, as UTF-8. */
  readonly body?: string;
  /** Ends the request. Its reason distinguishes a deadline from an abort by the caller. */
  readonly signal: AbortSignal;
}

/** One HTTP reply, whatever its status. */
export interface HttpReply {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
  /** Whether the provider asks to send the request again, or not to, if it reports that: before every other rule. */
  readonly mayRepeat?: boolean;
}

/** Why there is no reply. */
export interface HttpFailure {
  /**
   * `connect`: the connection could not be opened, or the request could not be made. `timeout`, `aborted`: the signal fired.
   * `broken`: the connection broke or the reply is not HTTP. `too_large`: the reply is larger than allowed. `paused`: the
   * request would have to wait too long for the provider's `Retry-After` or the limit of requests.
   */
  readonly reason: "connect" | "timeout" | "aborted" | "broken" | "too_large" | "paused";
  /** Whether a byte of the request may have been sent. */
  readonly sent: boolean;
  /** The system's or the client's code, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The host of the request, with its port if it is not the default. */
  readonly host?: string;
  /** The address of the failed connection, if known: of the host, or of a proxy. */
  readonly peer?: string;
  /** For `paused`: the time until a request may be sent, in milliseconds. */
  readonly retryAfterMs?: number;
}

export type Sent = Result<HttpReply, HttpFailure>;

/** Sends requests. Pass a custom one for a proxy, another runtime or a test. */
export interface Transport {
  /** Never rejects. */
  send(request: HttpRequest): Promise<Sent>;
}

/** A `Dispatcher` of undici 7 or later. */
export interface HttpDispatcher {
  dispatch(options: object, handler: object): boolean;
}

export interface PaceOptions {
  /** The maximum number of requests per second, spread evenly; may be a fraction. Default: no limit. */
  readonly maxRequestsPerSecond?: number | undefined;
  /** The maximum waiting time of a request in milliseconds. A request that would wait longer fails immediately. Default 10,000. */
  readonly maxWaitMs?: number | undefined;
  /** The maximum number of concurrent requests. Others wait as long as their signals allow. Default: no limit. */
  readonly maxConnections?: number | undefined;
  /** Reads the provider's own headers about waiting and sending again: a `replyReader`. Default: only `Retry-After`. */
  readonly readReply?: ((reply: HttpReply) => HttpReply) | undefined;
  /** The source of the time; tests pass their own. Default: a monotonic clock. */
  readonly clock?: Clock | undefined;
}

export interface TransportOptions extends PaceOptions {
  /** The maximum number of concurrent requests, and of sockets to one origin. Default 64. */
  readonly maxConnections?: number | undefined;
  /** The dispatcher of requests. Default: own sockets, or those of the proxy in the environment. */
  readonly dispatcher?: HttpDispatcher | undefined;
  /** The maximum size of a reply in bytes. Default 1 MiB. */
  readonly maxReplyBytes?: number | undefined;
  /** The maximum number of retries of a request, if they are safe. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The first pause before sending again, in milliseconds; doubles each time, with jitter. Default 100. */
  readonly retryDelayMs?: number | undefined;
}

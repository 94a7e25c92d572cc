import type { Clock } from "@tautan/core";
import type { Result } from "neverthrow";

/**
 * What a request is for. `token`: to be let in at all. `create`: to make a link. `change`: to alter, stop or end something.
 * `read`: to learn something. `confirm`: to learn whether a delivery is true. Where requests must wait, they leave in this order.
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
   * `connect`: the connection could not be opened, or the request could not be made. `timeout`, `aborted`: the signal fired.
   * `broken`: the connection broke or the reply is not HTTP. `too_large`: the reply is larger than allowed. `paused`: the
   * provider asked to wait, or the limit of requests is used up, for longer than a request waits.
   */
  readonly reason: "connect" | "timeout" | "aborted" | "broken" | "too_large" | "paused";
  /** Whether a byte of the request may have left. */
  readonly sent: boolean;
  /** The system's or the client's code, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The host that the request was for, with a port that is not the usual one. */
  readonly host?: string;
  /** Where the connection was to be opened, if that is known: an address of the host, or of a proxy on the way. */
  readonly peer?: string;
  /** Of `paused`: how long until a request may leave, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Sends requests. The seam of every driver: pass another one for a proxy, another runtime or a test. */
export interface Transport {
  /** Never rejects. */
  send(request: HttpRequest): Promise<Result<HttpReply, HttpFailure>>;
}

/** What sends requests for undici: a `Dispatcher` of undici 7 or later. */
export interface HttpDispatcher {
  dispatch(options: object, handler: object): boolean;
}

export interface PaceOptions {
  /** Requests that may leave in a second, spread evenly; may be a fraction. Default: no limit of ours. */
  readonly maxRequestsPerSecond?: number | undefined;
  /** The longest a request waits for its turn, in milliseconds; one that would wait longer fails at once. Default 10,000. */
  readonly maxWaitMs?: number | undefined;
  /** Requests that may be on their way at once; others wait for as long as their signals allow. Default: no limit of ours. */
  readonly maxConnections?: number | undefined;
  /** Where the time comes from; tests pass their own. Default: a clock that nobody sets back. */
  readonly clock?: Clock | undefined;
}

export interface TransportOptions extends PaceOptions {
  /** Requests on their way at once, and sockets to one origin, at most. Default 64. */
  readonly maxConnections?: number | undefined;
  /** What requests go through. Default: sockets of our own, or those of the proxy that the environment names. */
  readonly dispatcher?: HttpDispatcher | undefined;
  /** The largest reply read, in bytes. Default 1 MiB. */
  readonly maxReplyBytes?: number | undefined;
  /** How often a request may be sent again where that is safe. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The first pause before sending again, in milliseconds; doubles each time, with jitter. Default 100. */
  readonly retryDelayMs?: number | undefined;
}

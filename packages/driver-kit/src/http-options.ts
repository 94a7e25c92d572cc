import type { HttpDispatcher, Transport, TransportOptions } from "./http-types.ts";
import type { OptionsCheck } from "./options.ts";
import { createTransport, loadedTransport } from "./transport.ts";

/** What every HTTP driver's options have in common. */
export interface HttpDriverOptions {
  /** Which of the provider's two worlds the keys belong to. */
  readonly environment: "sandbox" | "production";
  /** Another address for the API, such as a local sandbox. Plain `http` only on this machine. */
  readonly baseUrl?: string | undefined;
  /** Another way to send requests. Default: undici, with reads sent again on trouble. */
  readonly transport?: Transport | undefined;
  /**
   * A dispatcher of undici that requests go through, such as a `ProxyAgent` or one with certificates of your own. Default: one
   * of ours, which goes through the proxy that the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, if any.
   */
  readonly dispatcher?: HttpDispatcher | undefined;
  /**
   * Requests that may leave in a second, spread evenly; above 0, may be a fraction. Default: no limit of ours. A provider's
   * `Retry-After` is honoured in any case, for a minute at most.
   */
  readonly maxRequestsPerSecond?: number | undefined;
  /**
   * Sockets to the gateway, and requests on their way at once, at most. Those that wait leave in order: creates, changes,
   * reads, confirmations. Default 64.
   */
  readonly maxConnections?: number | undefined;
}

/** The names of these options, for {@link OptionsCheck}. */
export const HTTP_OPTIONS: readonly (keyof HttpDriverOptions)[] = [
  "environment",
  "baseUrl",
  "transport",
  "dispatcher",
  "maxRequestsPerSecond",
  "maxConnections",
];

/** The transport that the options give, else one on undici; either at the pace and with the sockets that they ask for. */
export const checkTransport = <Options extends HttpDriverOptions>(
  check: OptionsCheck<Options>,
  { transport, dispatcher, maxRequestsPerSecond, maxConnections }: Options,
  defaults: TransportOptions = {},
): Transport => {
  const isPace = typeof maxRequestsPerSecond === "number" && maxRequestsPerSecond > 0 && maxRequestsPerSecond <= 1e6;
  if (maxRequestsPerSecond !== undefined && !isPace) {
    check.refuse("maxRequestsPerSecond", "expected a number above 0 and up to 1000000");
  }
  if (maxConnections !== undefined && !isCount(maxConnections)) {
    check.refuse("maxConnections", "expected a whole number from 1 to 65535");
  }
  if (dispatcher !== undefined && typeof (dispatcher as HttpDispatcher | null)?.dispatch !== "function") {
    check.refuse("dispatcher", "expected a dispatcher of undici: an object with a dispatch method");
  }
  const limits = { maxRequestsPerSecond, maxConnections };
  if (transport === undefined) return createTransport({ ...defaults, ...limits, dispatcher });
  if (typeof transport !== "object" || transport === null || typeof transport.send !== "function") {
    check.refuse("transport", "expected a transport: an object with a send method");
  }
  if (dispatcher !== undefined)
    check.refuse("dispatcher", "expected none beside transport, which sends in its own way");
  if (maxRequestsPerSecond === undefined && maxConnections === undefined) return transport;
  return loadedTransport(async () => (await import("./pace.ts")).withPace(transport, limits));
};

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;

import type { HttpDispatcher, Transport, TransportOptions } from "./http-types.ts";
import type { OptionsCheck } from "./options.ts";
import { withPace } from "./pace.ts";
import { createTransport } from "./transport.ts";

/** The options that all HTTP drivers have. */
export interface HttpDriverOptions {
  /** The provider's environment that the keys belong to. */
  readonly environment: "sandbox" | "production";
  /** Another base URL of the API, such as a local sandbox. Plain `http` is only allowed on this machine. */
  readonly baseUrl?: string | undefined;
  /** A custom transport for requests. Default: undici, or fetch on Bun and workerd, with failed reads sent again. */
  readonly transport?: Transport | undefined;
  /**
   * An undici dispatcher for requests, such as a `ProxyAgent` or one with your own certificates. Default: a dispatcher that
   * uses the proxy in the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, if any. Not on Bun and workerd, where requests are
   * sent with the runtime's own fetch.
   */
  readonly dispatcher?: HttpDispatcher | undefined;
  /**
   * The maximum number of requests per second, spread evenly; above 0, may be a fraction. Default: no limit. A provider's
   * `Retry-After` is always followed, for one minute at most.
   */
  readonly maxRequestsPerSecond?: number | undefined;
  /**
   * The maximum number of sockets to the gateway, and so of concurrent requests. Waiting requests are sent in this order:
   * creates, changes, reads, confirmations. Default 64.
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

/** The transport of the options, otherwise one on undici; with the pace and the number of sockets of the options. */
export const checkTransport = <Options extends HttpDriverOptions>(
  check: OptionsCheck<Options>,
  { transport, dispatcher, maxRequestsPerSecond, maxConnections }: Options,
  defaults: TransportOptions = {},
): Transport => {
  check.optional("maxRequestsPerSecond", "a number above 0 and up to 1000000", isPace);
  check.optional("maxConnections", "a whole number from 1 to 65535", isCount);
  check.optional("dispatcher", "a dispatcher of undici: an object with a dispatch method", has("dispatch"));
  check.optional("transport", "a transport: an object with a send method", has("send"));
  const limits = { maxRequestsPerSecond, maxConnections };
  if (dispatcher !== undefined && sendsWithFetch())
    check.refuse(
      "dispatcher",
      "expected none on this runtime, which sends requests with its own fetch; pass a transport",
    );
  if (transport === undefined) return createTransport({ ...defaults, ...limits, dispatcher });
  if (dispatcher !== undefined)
    check.refuse("dispatcher", "expected none together with transport, which sends requests itself");
  if ((maxRequestsPerSecond ?? maxConnections ?? defaults.readReply) === undefined) return transport;
  return withPace(transport, { ...defaults, ...limits });
};

/**
 * Whether package.json names another client than undici for this runtime. Sources: bun.com/docs/guides/util/detect-bun,
 * developers.cloudflare.com/workers/runtime-apis/web-standards (navigator.userAgent).
 */
const sendsWithFetch = (): boolean => "Bun" in globalThis || globalThis.navigator?.userAgent === "Cloudflare-Workers";

const isPace = (value: unknown): boolean => typeof value === "number" && value > 0 && value <= 1e6;

const has =
  (method: string) =>
  (value: unknown): boolean =>
    typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;

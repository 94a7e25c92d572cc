import type { OptionsCheck } from "./options.ts";
import { createTransport, loadedTransport, type Transport, type TransportOptions } from "./transport.ts";

/** What every HTTP driver's options have in common. */
export interface HttpDriverOptions {
  /** Which of the provider's two worlds the keys belong to. */
  readonly environment: "sandbox" | "production";
  /** Another address for the API, such as a local sandbox. Plain `http` only on this machine. */
  readonly baseUrl?: string | undefined;
  /** Another way to send requests. Default: undici, with reads sent again on trouble. */
  readonly transport?: Transport | undefined;
  /**
   * Requests that may leave in a second, spread evenly; above 0, may be a fraction. Default: no limit of ours. A provider's
   * `Retry-After` is honoured in any case.
   */
  readonly maxRequestsPerSecond?: number | undefined;
}

/** The transport that the options give, else one on undici; either at the pace that they ask for. */
export const checkTransport = <Options extends HttpDriverOptions>(
  check: OptionsCheck<Options>,
  { transport, maxRequestsPerSecond }: Options,
  defaults: TransportOptions = {},
): Transport => {
  const isPace = typeof maxRequestsPerSecond === "number" && maxRequestsPerSecond > 0 && maxRequestsPerSecond <= 1e6;
  if (maxRequestsPerSecond !== undefined && !isPace) {
    check.refuse("maxRequestsPerSecond", "expected a number above 0 and up to 1000000");
  }
  if (transport === undefined) return createTransport({ ...defaults, maxRequestsPerSecond });
  if (typeof transport !== "object" || transport === null || typeof transport.send !== "function") {
    check.refuse("transport", "expected a transport: an object with a send method");
  }
  if (maxRequestsPerSecond === undefined) return transport;
  return loadedTransport(async () => (await import("./pace.ts")).withPace(transport, { maxRequestsPerSecond }));
};

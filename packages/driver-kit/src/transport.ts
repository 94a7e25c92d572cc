import { err } from "neverthrow";
import type { Transport, TransportOptions } from "./http-types.ts";
import { lazy } from "./lazy.ts";

/**
 * The transport on undici, or on the runtime's own fetch if undici does not run there, with retries of reads and the requested
 * pace. package.json names the implementation for each runtime, which is loaded at the first request. Deno uses undici, because its own fetch
 * sends a POST twice.
 */
export const createTransport = (options: TransportOptions = {}): Transport => {
  const load = lazy(async () => (await import("#http-client")).createHttpClient(options));
  let transport: Transport | undefined;
  const sendFirst: Transport["send"] = async (request) => {
    try {
      transport = await load();
    } catch {
      return err({ reason: "connect", sent: false, code: "NOT_LOADED" });
    }
    return transport.send(request);
  };
  return { send: (request) => transport?.send(request) ?? sendFirst(request) };
};

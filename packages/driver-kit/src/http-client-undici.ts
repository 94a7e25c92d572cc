// The client of every runtime that package.json names no other for: Node, and Deno, whose own fetch sends a POST twice.
import type { HttpClient } from "./http-types.ts";

export const HTTP_CLIENT: HttpClient = {
  takesDispatcher: true,
  load: async (options) => (await import("./undici-transport.ts")).createUndiciTransport(options),
};

// The client of Bun and workerd, on which undici does not run: package.json selects it by their conditions.
import type { HttpClient } from "./http-types.ts";

export const HTTP_CLIENT: HttpClient = {
  takesDispatcher: false,
  load: async (options) => (await import("./fetch-transport.ts")).createFetchTransport(options),
};

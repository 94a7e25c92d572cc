import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

export interface LocalServer {
  /** Without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens and serves the app that `build` makes for the URL, which is known only then. Port 0: a free one. */
export async function startServer(host: string, port: number, build: (url: string) => Hono): Promise<LocalServer> {
  const server = createServer();
  server.listen(port, host);
  await once(server, "listening");
  const url = `http://${nameInUrl(host)}:${(server.address() as AddressInfo).port}`;
  const app = build(url);
  const listener = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  server.on("request", (request, response) => {
    void listener(request, response);
  });
  return {
    url,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function nameInUrl(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

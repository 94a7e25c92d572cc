import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";

/** A server's app, which can reach the connection itself. */
export type ServerApp = Hono<{ Bindings: HttpBindings }>;

export type ServerContext = Context<{ Bindings: HttpBindings }>;
export type Serve = (context: ServerContext) => Response | Promise<Response>;

export interface LocalServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** May be called more than once. */
  close(): Promise<void>;
}

/** Listens and serves the app. Port 0: a free one. */
export const startServer = async (host: string, port: number, app: ServerApp): Promise<LocalServer> => {
  const server = createServer();
  server.listen(port, host);
  await once(server, "listening");
  const listener = getRequestListener((request, connection) => app.fetch(request, connection), {
    overrideGlobalObjects: false,
  });
  server.on("request", (request, response) => {
    void listener(request, response);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${nameInUrl(host)}:${address.port}`,
    port: address.port,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const nameInUrl = (host: string): string => {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
};

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Merchant } from "./merchant.ts";

export interface WebServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the merchant's back end over HTTP, for gateways to call. `port` 0 means a free port. */
export const startWebServer = (merchant: Pick<Merchant, "receive">, port: number): Promise<WebServer> => {
  const app = new Hono().post("/webhooks/:gateway", (context) =>
    merchant.receive(context.req.param("gateway"), context.req.raw),
  );
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, ({ port: taken }) =>
      resolve({
        url: `http://127.0.0.1:${taken}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            // A browser keeps its connection open for minutes, and close() waits for that.
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
    server.on("error", reject);
  });
};

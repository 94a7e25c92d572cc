import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebhookHandler } from "@tautan/webhooks/node";
import { checkout, currentOrder } from "./checkout.ts";
import { ledger } from "./links.ts";
import { notFoundPage, orderPage, shopPage } from "./pages.ts";

// It reads the request itself: signatures cover the bytes.
const receiveWebhook = createWebhookHandler({ ledger });

const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop.invalid");
  const sendPage = (status: number, page: string): void => {
    response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(page);
  };
  if (pathname.startsWith("/webhooks/")) {
    await receiveWebhook(request, response);
  } else if (request.method === "POST" && pathname === "/orders") {
    const { url } = await checkout(searchParams.get("gateway") ?? undefined);
    response.writeHead(303, { location: url }).end();
  } else if (pathname.startsWith("/orders/")) {
    const order = await currentOrder(pathname.slice("/orders/".length));
    if (order) sendPage(200, orderPage(order));
    else sendPage(404, notFoundPage());
  } else if (pathname === "/") {
    sendPage(200, shopPage());
  } else {
    sendPage(404, notFoundPage());
  }
};

/** Starts the shop; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  server.listen(port);
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

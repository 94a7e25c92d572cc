import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createWebhookHandler } from "@tautan/webhooks/hono";
import { Hono } from "hono";
import { checkout, currentOrder } from "./checkout.ts";
import { ledger } from "./links.ts";
import { notFoundPage, orderPage, shopPage } from "./pages.ts";

const app = new Hono();

// Above everything that reads bodies: signatures cover the bytes.
app.post("/webhooks/:gateway", createWebhookHandler({ ledger }));

app.get("/", (context) => context.html(shopPage()));

app.post("/orders", async (context) => {
  const { url } = await checkout(context.req.query("gateway"));
  return context.redirect(url, 303);
});

app.get("/orders/:reference", async (context) => {
  const order = await currentOrder(context.req.param("reference"));
  return order ? context.html(orderPage(order)) : context.html(notFoundPage(), 404);
});

/** Starts the shop; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port);
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebhookHandler } from "@tautan/webhooks/express";
import express from "express";
import { checkout, currentOrder } from "./checkout.ts";
import { ledger } from "./links.ts";
import { notFoundPage, orderPage, shopPage } from "./pages.ts";

const app = express();

// Above express.json(): signatures cover the bytes.
app.post("/webhooks/:gateway", createWebhookHandler({ ledger }));
app.use(express.json());

app.get("/", (_request, response) => {
  response.send(shopPage());
});

app.post("/orders", async (request, response) => {
  const { gateway } = request.query;
  const { url } = await checkout(typeof gateway === "string" ? gateway : undefined);
  response.redirect(303, url);
});

app.get("/orders/:reference", async (request, response) => {
  const order = await currentOrder(request.params.reference);
  if (order) response.send(orderPage(order));
  else response.status(404).send(notFoundPage());
});

/** Starts the shop; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer(app).listen(port);
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

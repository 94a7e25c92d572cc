// The shop: a product, a link for each order, the endpoint for webhooks, and the page to which the payer returns.
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { idr } from "@tautan/core";
import type { Ledger, SqliteTransaction } from "@tautan/ledger";
import { createReturnHandler } from "@tautan/webhooks";
import { createWebhookHandler } from "@tautan/webhooks/express";
import express, { type Express } from "express";
import { addOrder, listOrders } from "./orders.ts";
import { ordersPage, PRODUCT, productPage, returnPage, sorryPage } from "./pages.ts";

export interface ShopOptions {
  readonly database: DatabaseSync;
  readonly ledger: Ledger<SqliteTransaction, undefined>;
  /** The address at which payers reach the shop, without a slash at its end. */
  readonly url: string;
}

export const createShop = ({ database, ledger, url }: ShopOptions): Express => {
  const confirmReturn = createReturnHandler({ ledger });
  const shop = express();

  // Above every body parser: signatures cover the bytes.
  shop.post("/webhooks/:gateway", createWebhookHandler({ ledger }));

  shop.get("/", (_request, response) => {
    response.send(productPage());
  });

  shop.post("/orders", async (_request, response) => {
    const reference = `INV-${randomUUID().slice(0, 8)}`;
    // First, so that no payment arrives for an order that does not exist.
    addOrder(database, { reference, ...PRODUCT });
    const created = await ledger.create({
      reference,
      title: PRODUCT.product,
      amount: idr(PRODUCT.price),
      redirect: { url: `${url}/thanks?reference=${reference}` },
    });
    if (created.isOk()) {
      response.redirect(303, created.value.url);
      return;
    }
    console.error(created.error.message, created.error.hint);
    response.status(503).send(sorryPage("The payment service does not answer. Please try again in a minute."));
  });

  // Anyone can open this address. So it is only a hint which link to ask the gateway about.
  shop.get("/thanks", async (request, response) => {
    const returned = await confirmReturn(request);
    if (returned.isOk()) response.send(returnPage(returned.value));
    else if (returned.error.kind === "unknown_link" || returned.error.kind === "no_reference") {
      response.status(404).send(sorryPage("There is no such order."));
    } else response.status(503).send(sorryPage("We are looking for your payment. Please reload in a minute."));
  });

  // In a real shop, for the merchant only.
  shop.get("/orders", (_request, response) => {
    response.send(ordersPage(listOrders(database)));
  });

  return shop;
};

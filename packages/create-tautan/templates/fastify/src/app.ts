import type { AddressInfo } from "node:net";
import { createWebhookPlugin } from "@tautan/webhooks/fastify";
import fastify from "fastify";
import { checkout, currentOrder } from "./checkout.ts";
import { ledger } from "./links.ts";
import { notFoundPage, orderPage, shopPage } from "./pages.ts";

const app = fastify();

// A scope of its own without body parsers: signatures cover the bytes.
await app.register(createWebhookPlugin({ ledger }), { prefix: "/webhooks" });

// Browsers send a form as this type; the forms of this shop have no fields.
app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => {
  done(null, body);
});

app.get("/", (_request, reply) => reply.type("text/html").send(shopPage()));

app.post<{ Querystring: { gateway?: string } }>("/orders", async (request, reply) => {
  const { url } = await checkout(request.query.gateway);
  return reply.redirect(url, 303);
});

app.get<{ Params: { reference: string } }>("/orders/:reference", async (request, reply) => {
  const order = await currentOrder(request.params.reference);
  const page = order ? orderPage(order) : notFoundPage();
  return reply
    .code(order ? 200 : 404)
    .type("text/html")
    .send(page);
});

/** Starts the shop; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  await app.listen({ port, host: "0.0.0.0" });
  return {
    url: `http://localhost:${(app.server.address() as AddressInfo).port}`,
    close: () => app.close(),
  };
};

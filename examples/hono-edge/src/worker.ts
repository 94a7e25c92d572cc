import { historiesIn, idr, type Observation } from "@tautan/core";
import { createWebhookHandler } from "@tautan/webhooks/hono";
import { Hono } from "hono";
import { type Environment, linksOf } from "./environment.ts";
import { orderPage, problemPage, shopPage } from "./pages.ts";

export { Order } from "./order.ts";

const PRICE = 190_000;

const app = new Hono<{ Bindings: Environment }>();

app.get("/", (context) => context.html(shopPage(PRICE)));

app.post("/orders", async ({ env, req, html, redirect }) => {
  const reference = `INV-${crypto.randomUUID().replaceAll("-", "")}`;
  const order = env.ORDERS.getByName(reference);
  const title = "Concert, day 1";
  await order.open({ reference, title, amount: PRICE });
  const path = `/orders/${reference}`;
  const created = await linksOf(env).create({
    reference,
    title,
    amount: idr(PRICE),
    redirect: { url: new URL(path, req.url).href },
    omitIfUnsupported: ["redirect"],
  });
  if (created.isErr()) {
    console.error(created.error.message, created.error.hint);
    return html(problemPage("The payment could not be prepared. Nothing was charged."), 503);
  }
  await order.setUrl(created.value.url);
  return redirect(path, 303);
});

app.get("/orders/:reference", async ({ env, req, html, notFound }) => {
  const order = await env.ORDERS.getByName(req.param("reference")).read();
  return order ? html(orderPage(order)) : notFound();
});

/** Only after the order has stored a payment, the delivery is acknowledged. If it cannot, the gateway sends it again. */
const storePayments = async ({ ORDERS }: Environment, event: Observation): Promise<void> => {
  for (const { id, isPaid, reference, amount } of historiesIn(event)) {
    if (isPaid && reference !== undefined) {
      await ORDERS.getByName(reference).pay({ historyId: id, amount: amount && Number(amount.amount) });
    }
  }
};

app.post("/webhooks/:gateway", (context) => {
  const handle = createWebhookHandler({
    links: linksOf(context.env),
    onEvent: (event) => storePayments(context.env, event),
  });
  return handle(context);
});

export default app;

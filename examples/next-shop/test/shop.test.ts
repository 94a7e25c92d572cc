// The shop's routes, pages and actions on PostgreSQL, without the server of Next, which server.test.ts starts.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { NextRequest } from "next/server";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buy } from "../app/actions.ts";
import OrdersPage from "../app/orders/page.tsx";
import ProductPage from "../app/page.tsx";
import ThanksPage from "../app/thanks/page.tsx";
import { POST } from "../app/webhooks/[gateway]/route.ts";
import { createTables, onEvent } from "../src/orders.ts";
import { shop } from "../src/shop.ts";
import { createSchema, findPostgres, type Schema } from "./postgres.ts";

const answer = await findPostgres();
if ("reason" in answer) console.warn(`The shop on Next is not tested: ${answer.reason}`);
const TSC = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");

/** What Next makes of a request to the route of the webhooks. */
const toRoute = async (incoming: IncomingMessage): Promise<Response> => {
  const headers = new Headers(incoming.headers as Record<string, string>);
  const request = new NextRequest(`${server.url}${incoming.url}`, {
    method: "POST",
    headers,
    body: new Uint8Array(await buffer(incoming)),
  });
  return POST(request, { params: Promise.resolve({ gateway: incoming.url?.split("/").at(-1) }) });
};

const answerTo = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const response = await toRoute(incoming);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(await response.text());
};
const listener = createServer((incoming, outgoing) => void answerTo(incoming, outgoing));
const server = { url: "" };
let sandbox: Sandbox<"midtrans">;
let schema: Schema;

beforeAll(async () => {
  if ("reason" in answer) return;
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  server.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  sandbox = await createSandbox({
    gateways: ["midtrans"],
    webhookUrls: { midtrans: `${server.url}/webhooks/midtrans` },
  });
  schema = await createSchema(answer.url);
  Object.assign(process.env, {
    DATABASE_URL: schema.url,
    SHOP_URL: server.url,
    MIDTRANS_URL: sandbox.midtrans.url,
    MIDTRANS_SERVER_KEY: sandbox.midtrans.credentials.serverKey,
  });
  await createTables(shop().pool);
});

afterAll(async () => {
  if ("reason" in answer) return;
  await shop().ledger.end();
  await shop().pool.end();
  await schema.drop();
  await sandbox.close();
  listener.close();
});

const textOf = (page: ReactNode): string => renderToStaticMarkup(page);
const thanks = async (query: Readonly<Record<string, string | undefined>>): Promise<string> =>
  textOf(await ThanksPage({ searchParams: Promise.resolve(query) }));

/** Presses the button, and returns the pay page to which Next sends the payer. */
const press = async (): Promise<{ readonly reference: string; readonly payPage: string }> => {
  // Next throws to redirect; the address is in the digest.
  const thrown = await buy().then(
    () => undefined,
    (error: { readonly digest?: string }) => error.digest,
  );
  const payPage = /^NEXT_REDIRECT;\w+;(.+);\d+;$/.exec(thrown ?? "")?.[1] ?? "";
  const { pool } = shop();
  const { rows } = await pool.query("SELECT reference FROM orders ORDER BY ordered_at DESC LIMIT 1");
  return { reference: rows[0].reference, payPage };
};

/** Handles all events that wait, as the worker does. */
const handleEvents = async (): Promise<void> => {
  const drained = await shop().ledger.drain(onEvent);
  if (drained.isErr()) throw new Error(drained.error.message);
};

/** The line of an order on the merchant's page: status and parcels. */
const orderLine = async (reference: string): Promise<string | undefined> =>
  new RegExp(`${reference}</td><td>[^<]*</td><td>(.*?)</td></tr>`).exec(textOf(await OrdersPage()))?.[1];

const post = (body: object): Promise<Response> =>
  fetch(`${server.url}/webhooks/midtrans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("its types are right", () => {
  const compiled = spawnSync(process.execPath, [TSC, "-p", join(import.meta.dirname, "..")], { encoding: "utf8" });
  expect(compiled.stdout).toBe("");
  expect(compiled.status).toBe(0);
});

describe.skipIf("reason" in answer)("on PostgreSQL", () => {
  test("the product page has a button that buys", () => {
    expect(textOf(ProductPage())).toMatch(/Gayo coffee, 1 kg.*<form.*<button type="submit">Buy<\/button>/s);
  });

  test("an order whose webhook is delivered three times is paid once", async () => {
    const { reference, payPage } = await press();
    expect(await orderLine(reference)).toBe("new</td><td>0");
    const payment = await sandbox.pay(payPage);
    const { webhook, body } = sandbox.deliveries.findLast((each) => each.body.includes(payment.id))!;
    for (const _again of [2, 3]) await sandbox.resend(webhook);
    expect(sandbox.deliveries.filter((each) => each.body === body).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ]);
    await handleEvents();
    expect(await orderLine(reference)).toBe("paid</td><td>1");
    expect(await thanks({ reference })).toContain("<h1>Paid</h1>");
  });

  test("a forged webhook is refused, and the return does not believe its address", async () => {
    const { reference, payPage } = await press();
    const typed = { reference, transaction_status: "settlement", status_code: "200" };
    const unpaid = await thanks(typed);
    expect(unpaid).toContain("<h1>Not paid yet</h1>");
    expect(unpaid).toContain(payPage);

    await sandbox.open(payPage);
    const { body } = sandbox.deliveries.findLast((each) => each.body.includes(reference))!;
    const forged = await post({ ...JSON.parse(body), transaction_status: "settlement", status_code: "200" });
    expect(forged.status).toBe(401);
    await handleEvents();
    expect(await orderLine(reference)).toBe("new</td><td>0");
  });

  test("a return for an order that nobody made is a 404", async () => {
    for (const query of [{}, { reference: "INV-of-a-dream" }]) {
      await expect(thanks(query)).rejects.toMatchObject({ digest: expect.stringContaining("404") });
    }
  });

  test("an order whose webhook never comes is paid by the return", async () => {
    const { reference, payPage } = await press();
    sandbox.chaos.set("midtrans", "drop_webhook", { probability: 1 });
    await sandbox.pay(payPage);
    await handleEvents();
    expect(await orderLine(reference)).toBe("new</td><td>0");
    expect(await thanks({ reference })).toContain("<h1>Paid</h1>");
    await handleEvents();
    sandbox.chaos.clear();
    expect(await orderLine(reference)).toBe("paid</td><td>1");
  });

  test("without an answer of the gateway there is no link, and the payer reads an apology", async () => {
    sandbox.chaos.set("midtrans", "server_error", { probability: 1, status: 500 });
    const { reference, payPage } = await press();
    sandbox.chaos.clear();
    expect(payPage).toBe("/sorry");
    expect(await orderLine(reference)).toBe("new</td><td>0");
  });
});

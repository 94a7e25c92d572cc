// Contoh Pay's HTTP API on 127.0.0.1, by PROVIDER.md.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { ContohPay, Refusal } from "./contoh-pay.ts";

export const SECRET_KEY = "sk_test_5b1f0c";
export const WEBHOOK_SECRET = "whsec_contoh_7d2e";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface RunningContohPay {
  /** What `baseUrl` of the driver has to be. */
  readonly baseUrl: string;
  readonly provider: ContohPay;
  readonly received: readonly ReceivedRequest[];
  readonly stop: () => Promise<void>;
}

/** Starts Contoh Pay on a free port. */
export const startContohPay = async (clock: { now(): number }): Promise<RunningContohPay> => {
  const provider = new ContohPay(clock, WEBHOOK_SECRET);
  const received: ReceivedRequest[] = [];
  const server = serve({ fetch: appOf(provider, received).fetch, hostname: "127.0.0.1", port: 0 });
  if (!server.listening) await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    provider,
    received,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
};

const appOf = (provider: ContohPay, received: ReceivedRequest[]): Hono => {
  const app = new Hono().basePath("/v1");
  app.use(async (context, next) => {
    const { method, url, headers } = context.req.raw;
    const { pathname, search } = new URL(url);
    received.push({ method, path: pathname + search, headers, body: await context.req.text() });
    if (context.req.header("authorization") !== `Bearer ${SECRET_KEY}`) {
      throw new Refusal(401, "unknown_key", "no account has this key");
    }
    await next();
  });
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, field } = error;
    return context.json({ error: { code, message, field } }, error.status);
  });
  app.notFound((context) => context.json({ error: { code: "not_found", message: "no such address" } }, 404));

  const linkOf = (context: Context) => provider.link(context.req.param("id") ?? "");
  app.post("/links", async (context) =>
    context.json(provider.create(await context.req.text(), context.req.header("idempotency-key")), 201),
  );
  app.get("/links", (context) => {
    const links = provider.links(context.req.query("reference"));
    return context.json(pageOf(context, links, (link) => provider.show(link)));
  });
  app.get("/links/:id", (context) => context.json(provider.show(linkOf(context))));
  app.post("/links/:id/close", (context) => context.json(provider.close(linkOf(context))));
  app.post("/links/:id/reopen", (context) => context.json(provider.reopen(linkOf(context))));
  app.get("/links/:id/payments", (context) =>
    context.json(pageOf(context, provider.paymentsOf(linkOf(context)), (payment) => payment)),
  );
  app.get("/payments/:id", (context) => context.json(provider.payment(context.req.param("id"))));
  return app;
};

/** A page of a list that is newest first; a cursor is the id of the last row before it. */
const pageOf = <Row extends { readonly id: string }>(
  context: Context,
  rows: readonly Row[],
  show: (row: Row) => object,
): object => {
  const limit = Number(context.req.query("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new Refusal(422, "invalid_field", "limit: expected 1 to 100", "limit");
  }
  const after = context.req.query("after");
  const start = after === undefined ? 0 : rows.findIndex((each) => each.id === after) + 1;
  if (after !== undefined && start === 0) throw new Refusal(422, "invalid_field", "no such cursor", "after");
  const page = rows.slice(start, start + limit);
  return { data: page.map(show), next: start + limit < rows.length ? page.at(-1)?.id : null };
};

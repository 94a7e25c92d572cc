import { type Context, Hono, type MiddlewareHandler } from "hono";
import { limitBody } from "./guards.ts";
import { createReader, isJsonObject, parseJsonObject } from "./reading.ts";
import { RefusedAction } from "./simulator.ts";
import type { LinkSummary, PayerOptions, Provider, Sandbox } from "./types.ts";

const providers = ["midtrans", "xfers", "singapay"] as const;

type Action = (sandbox: Sandbox, link: string, options: PayerOptions) => Promise<unknown>;

const actions: Readonly<Record<string, Action>> = {
  open: (sandbox, link, options) => sandbox.open(link, options),
  pay: (sandbox, link, options) => sandbox.pay(link, options),
  fail: (sandbox, link, options) => sandbox.fail(link, options),
  settle: (sandbox, link, options) => sandbox.settle(link, options),
  expire: (sandbox, link, options) => sandbox.expire(link, options),
  reverse: (sandbox, link, options) => sandbox.reverse(link, options),
};

/** The control API: what the methods of a {@link Sandbox} do, over HTTP. */
export function createControlApp(sandbox: Sandbox, listLinks: () => readonly LinkSummary[]): Hono {
  const app = new Hono();
  app.use(limitBody((context) => context.json({ error: "The request body is above 1 MiB." }, 413)));
  app.use(refuseCrossSite);
  app.get("/", (context) => context.json(indexOf(sandbox)));
  app.get("/links", (context) => context.json(listLinks()));
  app.get("/requests", (context) => context.json(sandbox.requests));
  app.get("/deliveries", (context) => context.json(sandbox.deliveries));
  for (const [name, action] of Object.entries(actions)) {
    app.post(`/${name}`, (context) => act(context, sandbox, action));
  }
  app.put("/webhooks/:provider", (context) => setWebhookUrl(context, sandbox));
  app.notFound((context) =>
    context.json({ error: `There is no ${context.req.method} ${context.req.path}; GET / lists what there is.` }, 404),
  );
  app.onError((error, context) => {
    if (error instanceof RefusedAction) return context.json({ error: error.message }, error.status);
    return context.json({ error: `The sandbox has a defect: ${error.message}` }, 500);
  });
  return app;
}

/** Scripts of other sites can post simple forms here, but neither JSON nor from this origin. */
const refuseCrossSite: MiddlewareHandler = async (context, next) => {
  const origin = context.req.header("origin");
  if (origin !== undefined && origin !== new URL(context.req.url).origin) {
    return context.json({ error: "Requests from other sites are refused." }, 403);
  }
  const isRead = context.req.method === "GET" || context.req.method === "HEAD";
  const contentType = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (!isRead && contentType !== "application/json") {
    return context.json({ error: "The content type must be application/json." }, 415);
  }
  return next();
};

async function act(context: Context, sandbox: Sandbox, action: Action): Promise<Response> {
  const body = parseJsonObject(await context.req.text());
  if (body === undefined) return context.json({ error: "The body must be a JSON object." }, 400);
  const reader = createReader();
  const link = reader.text("link", body["link"], { required: true });
  const method = reader.text("method", body["method"]);
  const attempt = reader.text("attempt", body["attempt"]);
  const amount = reader.integer("amount", body["amount"]);
  if (link === undefined || reader.problems.length > 0) {
    const sentences = reader.problems.map(({ path, message }) => `${path} ${message}`);
    return context.json({ error: sentences.join("; ") }, 400);
  }
  const options = {
    ...(method === undefined ? {} : { method }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(amount === undefined ? {} : { amount }),
  };
  return context.json((await action(sandbox, link, options)) ?? { link });
}

async function setWebhookUrl(context: Context, sandbox: Sandbox): Promise<Response> {
  const provider = context.req.param("provider");
  if (!isProvider(provider)) {
    return context.json({ error: `There is no provider ${provider}; there are ${providers.join(", ")}.` }, 404);
  }
  const body = parseJsonObject(await context.req.text());
  const url = isJsonObject(body) ? body["url"] : undefined;
  if (typeof url !== "string" && url !== null) {
    return context.json({ error: 'The body must be { "url": "https://..." } or { "url": null }.' }, 400);
  }
  try {
    sandbox.setWebhookUrl(provider, url ?? undefined);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return context.json({ error: error.message }, 400);
  }
  return context.json({ provider, url });
}

function isProvider(text: string | undefined): text is Provider {
  return providers.some((provider) => provider === text);
}

function indexOf(sandbox: Sandbox): object {
  const { control, midtrans, xfers, singapay } = sandbox;
  return {
    control,
    midtrans,
    xfers,
    singapay,
    endpoints: [
      ...Object.keys(actions).map((name) => `POST /${name} { link, method?, attempt?, amount? }`),
      "GET /links",
      "GET /requests",
      "GET /deliveries",
      ...providers.map((provider) => `PUT /webhooks/${provider} { url }`),
    ],
  };
}

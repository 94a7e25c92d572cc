import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { limitBody } from "../http/guards.ts";
import { parseJsonObject } from "../http/input-reader.ts";
import type { ProviderSet } from "../provider.ts";
import { showBody } from "../show-value.ts";
import { RefusedAction } from "../simulator.ts";
import { UnsavedState } from "../state/store.ts";
import type { LinkSummary, SandboxActions, Servers } from "../types.ts";
import { ACTION_NAMES, ACTION_OPTIONS, type ActionName, faultsInAction } from "./actions.ts";
import { CHAOS_ENDPOINTS, mountChaos } from "./chaos.ts";
import { CLOCK_ENDPOINTS, mountClock } from "./clock.ts";
import { refuseBodies, refuseCrossSite, refuseForms, refuseQueries } from "./request-rules.ts";
import { mountWebhooks, webhookEndpoints, webhookUrlsOf } from "./webhooks.ts";

/** The control API: what the methods of a sandbox do, over HTTP. */
export const createControlApp = (parts: {
  readonly sandbox: SandboxActions;
  readonly providers: ProviderSet;
  /** Of the providers that were started. */
  readonly servers: Servers;
  readonly listLinks: () => readonly LinkSummary[];
  readonly inspector: Hono;
  readonly webhookUrlOf: (provider: string) => string | undefined;
  readonly problemsWithOtherPayment: (payment: unknown) => readonly string[];
}): Hono => {
  const { sandbox, providers, servers, listLinks, inspector, webhookUrlOf } = parts;
  const app = new Hono();
  const started = providers.names.filter((provider) => provider in servers);
  const webhookUrls = (): object => webhookUrlsOf(started, webhookUrlOf);
  // Before the rules for calls: its pages have checks of their own.
  app.route("/inspector", inspector);
  app.use(limitBody((context) => context.json({ error: "The request body is above 1 MiB." }, 413)));
  app.use(refuseCrossSite, refuseQueries, refuseForms);
  app.get("/", (context) => {
    const isBrowser = context.req.header("accept")?.includes("text/html") === true;
    return isBrowser ? context.redirect("/inspector") : context.json(indexOf(parts, webhookUrls()));
  });
  app.get("/links", (context) => context.json(listLinks()));
  app.get("/requests", (context) => context.json(sandbox.requests, 200, droppedHeader(sandbox.dropped.requests)));
  app.get("/deliveries", (context) => context.json(sandbox.deliveries, 200, droppedHeader(sandbox.dropped.deliveries)));
  for (const action of ACTION_NAMES) app.post(`/${action}`, (context) => act(context, sandbox, action));
  mountWebhooks(app, { ...parts, started });
  app.post("/reset", refuseBodies, async (context) => {
    await sandbox.reset();
    return context.json({ seed: sandbox.seed });
  });
  mountClock(app, sandbox);
  mountChaos(app, sandbox.chaos, { started, scopes: providers.all });
  app.notFound((context) =>
    context.json({ error: `There is no ${context.req.method} ${context.req.path}; GET / lists what there is.` }, 404),
  );
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof RefusedAction) return context.json({ error: error.message }, error.status);
    if (error instanceof UnsavedState) return context.json({ error: error.message }, 500);
    return context.json({ error: `The sandbox has a defect: ${error.message}` }, 500);
  });
  return app;
};

/** How many older entries a list no longer has. */
const droppedHeader = (count: number): Record<string, string> => ({ "X-Dropped": String(count) });

const act = async (context: Context, sandbox: SandboxActions, action: ActionName): Promise<Response> => {
  const text = await context.req.text();
  const body = parseJsonObject(text);
  if (body === undefined)
    return context.json({ error: `The body must be a JSON object. It is ${showBody(text)}.` }, 400);
  // JSON has no "undefined": null means an option that is left out.
  const { link, ...options } = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const faults = faultsInAction(action, link, options);
  if (faults.length > 0) return context.json({ error: faults.join("; ") }, 400);
  return context.json((await sandbox[action](link as string, options)) ?? { link });
};

const indexOf = (
  { sandbox, providers, servers }: Pick<Parameters<typeof createControlApp>[0], "sandbox" | "providers" | "servers">,
  webhookUrls: object,
): object => ({
  control: sandbox.control,
  ...servers,
  webhookUrls,
  seed: sandbox.seed,
  dropped: sandbox.dropped,
  endpoints: [
    ...ACTION_NAMES.map(
      (name) => `POST /${name} { link, ${ACTION_OPTIONS[name].map((option) => `${option}?`).join(", ")} }`,
    ),
    "GET /inspector",
    "GET /links",
    "GET /requests",
    "GET /deliveries",
    ...webhookEndpoints(providers, Object.keys(servers)),
    ...CLOCK_ENDPOINTS,
    ...CHAOS_ENDPOINTS,
    "POST /reset",
  ],
});

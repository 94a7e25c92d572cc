import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { ACTION_NAMES, type ActionName, faultsInAction } from "../control/actions.ts";
import { limitBody } from "../http/guards.ts";
import { parseAmount, typedExamples } from "../money.ts";
import { pageHeaders } from "../pages/layout.ts";
import { currencyOfPayment } from "../provider.ts";
import { showValue } from "../show-value.ts";
import { RefusedAction } from "../simulator.ts";
import { isWebhookUrl } from "../webhooks/urls.ts";
import { mountChaosPages } from "./chaos-routes.ts";
import { mountClockPages } from "./clock-routes.ts";
import { renderDelivery, renderRequest } from "./entry-views.ts";
import { renderLink } from "./link-view.ts";
import { renderDeliveries, renderLinks, renderRequests } from "./lists.ts";
import { LIVE_SCRIPT, streamChanges } from "./live.ts";
import { renderOverview } from "./overview.ts";
import { entryAt, type InspectorParts } from "./parts.ts";
import { mountReplayPages } from "./replay-routes.ts";
import { mountResetPages } from "./reset-pages.ts";
import { failed, formIn, linkIn, missing, providerIn, tooLarge } from "./responses.ts";
import { mountSendPages } from "./send-routes.ts";
import { INSPECTOR_STYLE } from "./style.ts";
import { linkPath } from "./tables.ts";

/** The pages that show what happens in the sandbox, and send webhooks by hand. To be mounted at `/inspector`. */
export const createInspector = (parts: InspectorParts): Hono => {
  const app = new Hono();
  app.use(pageHeaders({ hasScript: true, style: INSPECTOR_STYLE }), limitBody(tooLarge), csrf());
  app.get("/", (context) => context.html(renderOverview(parts)));
  app.get("/links", (context) => context.html(renderLinks(parts, queryIn(context))));
  app.get("/deliveries", (context) => context.html(renderDeliveries(parts, queryIn(context))));
  app.get("/requests", (context) => context.html(renderRequests(parts, queryIn(context))));
  app.get("/link", (context) => {
    const link = linkIn(parts, context.req.query("url"));
    return link === undefined ? missing(context) : context.html(renderLink(parts, link));
  });
  app.post("/link", (context) => act(context, parts));
  app.get("/deliveries/:number", (context) => {
    const found = entryAt(parts.run().deliveries, Number(context.req.param("number")));
    return found === undefined ? missing(context) : context.html(renderDelivery(parts, found));
  });
  app.get("/requests/:number", (context) => {
    const found = entryAt(parts.run().requests, Number(context.req.param("number")));
    return found === undefined ? missing(context) : context.html(renderRequest(parts, found));
  });
  app.post("/webhook-urls/:provider", (context) => setWebhookUrl(context, parts));
  mountSendPages(app, parts);
  mountChaosPages(app, parts);
  mountClockPages(app, parts);
  mountReplayPages(app, parts);
  mountResetPages(app, parts);
  app.get("/live.js", (context) =>
    context.body(LIVE_SCRIPT, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
  );
  app.get("/changes", (context) => streamChanges(context, parts.changes));
  // A mounted app is not asked for its own answer to unknown paths.
  app.all("*", missing);
  app.onError(failed);
  return app;
};

const act = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const form = await formIn(context);
  const link = linkIn(parts, form.get("link") ?? undefined);
  const action = actionIn(form.get("do"));
  if (link === undefined || action === undefined) return missing(context);
  const payment = form.get("payment") ?? undefined;
  const definition = parts.providers.get(link.provider);
  const code = link.payments.find(({ id }) => id === payment)?.currency ?? definition.currency.code;
  const currency = currencyOfPayment(definition, code);
  const typed = (form.get("amount") ?? "").trim();
  const amount = typed === "" ? undefined : parseAmount(typed, currency);
  if (typed !== "" && amount === undefined) {
    const refusal = `The amount must be ${currency.unitName}, as ${typedExamples(5_000 * 10 ** currency.decimals, currency)}, or empty for all that is left; not ${showValue(typed)}.`;
    return context.html(renderLink(parts, link, refusal), 400);
  }
  const options = { ...(payment !== undefined && { payment }), ...(amount !== undefined && { amount }) };
  const faults = faultsInAction(action, link.link, options);
  if (faults.length > 0) return context.html(renderLink(parts, link, `${faults.join("; ")}.`), 400);
  try {
    await parts.sandbox[action](link.link, options);
  } catch (error) {
    if (!(error instanceof RefusedAction)) throw error;
    return context.html(renderLink(parts, link, error.message), error.status);
  }
  return context.redirect(linkPath(link.link), 303);
};

const setWebhookUrl = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const provider = providerIn(parts, context.req.param("provider"));
  if (provider === undefined) return missing(context);
  const url = ((await formIn(context)).get("url") ?? "").trim();
  if (url !== "" && !isWebhookUrl(url)) {
    return context.html(renderOverview(parts, { provider, url }), 400);
  }
  parts.sandbox.setWebhookUrl(provider, url === "" ? undefined : url);
  return context.redirect("/inspector", 303);
};

const queryIn = (context: Context): URLSearchParams => new URL(context.req.url).searchParams;

const actionIn = (text: string | null): ActionName | undefined => ACTION_NAMES.find((action) => action === text);

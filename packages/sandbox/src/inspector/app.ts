import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { ACTION_NAMES, type ActionName, faultsInAction } from "../control/actions.ts";
import { limitBody } from "../http/guards.ts";
import { parseAmount, typedExamples } from "../money.ts";
import { type Html, pageHeaders } from "../pages/layout.ts";
import { showValue } from "../show-value.ts";
import { RefusedAction } from "../simulator.ts";
import type { LinkSummary } from "../types.ts";
import type { ComposeWebhook } from "../webhooks/deliveries.ts";
import { copyOf } from "../webhooks/resend.ts";
import { isWebhookUrl, WEBHOOK_URL_RULE } from "../webhooks/urls.ts";
import { mountChaosPages } from "./chaos-routes.ts";
import { mountClockPages } from "./clock-routes.ts";
import { renderDelivery, renderRequest, renderSendForm } from "./entry-views.ts";
import { renderLink } from "./link-view.ts";
import { LIVE_SCRIPT, streamChanges } from "./live.ts";
import { renderDeliveries, renderLinks, renderOverview, renderRequests } from "./overview.ts";
import { entryAt, type InspectorParts } from "./parts.ts";
import { mountResetPages } from "./reset-pages.ts";
import { failed, formIn, missing, providerIn, tooLarge } from "./responses.ts";
import { linkPath } from "./tables.ts";

/** The pages that show what happens in the sandbox, and send webhooks by hand. To be mounted at `/inspector`. */
export const createInspector = (parts: InspectorParts): Hono => {
  const app = new Hono();
  app.use(pageHeaders({ hasScript: true }), limitBody(tooLarge), csrf());
  app.get("/", (context) => context.html(renderOverview(parts)));
  app.get("/links", (context) => context.html(renderLinks(parts, pageIn(context))));
  app.get("/deliveries", (context) => context.html(renderDeliveries(parts, pageIn(context))));
  app.get("/requests", (context) => context.html(renderRequests(parts, pageIn(context))));
  app.get("/link", (context) => {
    const link = linkIn(parts, context.req.query("url"));
    return link === undefined ? missing(context) : context.html(renderLink(parts, link));
  });
  app.post("/link", (context) => act(context, parts));
  app.get("/deliveries/:number", (context) => {
    const found = entryAt(parts.run().deliveries, Number(context.req.param("number")));
    return found === undefined ? missing(context) : context.html(renderDelivery(parts.providers, found));
  });
  app.post("/deliveries/:number/resend", (context) => resend(context, parts));
  app.post("/deliveries/:number/edited", (context) => sendEdited(context, parts));
  app.get("/requests/:number", (context) => {
    const found = entryAt(parts.run().requests, Number(context.req.param("number")));
    return found === undefined ? missing(context) : context.html(renderRequest(parts.providers, found));
  });
  app.get("/send", (context) =>
    context.html(
      renderSendForm({
        providers: parts.providers,
        gateways: parts.gateways,
        provider: providerIn(parts, context.req.query("provider")),
      }),
    ),
  );
  app.post("/send", (context) => sendOwn(context, parts));
  app.post("/webhook-urls/:provider", (context) => setWebhookUrl(context, parts));
  mountChaosPages(app, parts);
  mountClockPages(app, parts);
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
  const { currency } = parts.providers.get(link.provider);
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

/** The same bytes and headers once more, as a gateway's dashboard sends them. */
const resend = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const found = entryAt(parts.run().deliveries, Number(context.req.param("number")));
  if (found === undefined) return missing(context);
  const { entry, number } = found;
  return send(context, parts, entry.provider, copyOf(parts.providers, entry, number), (refusal) =>
    renderDelivery(parts.providers, found, { refusal }),
  );
};

const sendEdited = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const found = entryAt(parts.run().deliveries, Number(context.req.param("number")));
  if (found === undefined) return missing(context);
  const form = await formIn(context);
  const { provider, headers } = found.entry;
  const body = bodyIn(form);
  const isSigned = form.get("signature") !== "old";
  const fault = isSigned ? parts.providers.get(provider).problemWithBody(body) : undefined;
  if (fault !== undefined) return context.html(renderDelivery(parts.providers, found, { refusal: fault, body }), 400);
  const compose: ComposeWebhook = isSigned
    ? (target) => ({ ...parts.providers.get(provider).sign(body, target), note: `edited from ${found.number}` })
    : () => ({ headers: { ...headers }, body, note: `edited from ${found.number}, with its old signature` });
  return send(context, parts, provider, compose, (refusal) =>
    renderDelivery(parts.providers, found, { refusal, body }),
  );
};

const sendOwn = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const form = await formIn(context);
  const { providers, gateways } = parts;
  const provider = providerIn(parts, form.get("provider"));
  if (provider === undefined) return missing(context);
  const body = bodyIn(form);
  const fault = parts.providers.get(provider).problemWithBody(body);
  if (fault !== undefined)
    return context.html(renderSendForm({ providers, gateways, provider, body, refusal: fault }), 400);
  const compose: ComposeWebhook = (target) => ({
    ...parts.providers.get(provider).sign(body, target),
    note: "sent by hand",
  });
  return send(context, parts, provider, compose, (refusal) =>
    renderSendForm({ providers, gateways, provider, body, refusal }),
  );
};

/** Sends, and shows what came of it. */
const send = async (
  context: Context,
  parts: InspectorParts,
  provider: string,
  compose: ComposeWebhook,
  refused: (refusal: string) => Html,
): Promise<Response> => {
  const { webhookUrls, deliveries, sendOnce } = parts.run();
  if (webhookUrls.of(provider) === undefined) {
    const refusal = `No webhook URL is set for ${parts.providers.get(provider).label}, so there is nowhere to send to. Set one on the overview.`;
    return context.html(refused(refusal), 409);
  }
  const index = deliveries.entries.lastIndexOf(await sendOnce(provider, compose));
  const number = deliveries.dropped + index + 1;
  return context.redirect(index === -1 ? "/inspector/deliveries" : `/inspector/deliveries/${number}`, 303);
};

const setWebhookUrl = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const provider = providerIn(parts, context.req.param("provider"));
  if (provider === undefined) return missing(context);
  const url = ((await formIn(context)).get("url") ?? "").trim();
  if (url !== "" && !isWebhookUrl(url)) {
    return context.html(renderOverview(parts, `The webhook URL must be ${WEBHOOK_URL_RULE}, or empty.`), 400);
  }
  parts.sandbox.setWebhookUrl(provider, url === "" ? undefined : url);
  return context.redirect("/inspector", 303);
};

/** Browsers send the line breaks of a text area as CRLF, whatever was there before. */
const bodyIn = (form: URLSearchParams): string => (form.get("body") ?? "").replaceAll("\r\n", "\n");

const pageIn = (context: Context): number => {
  const page = Number(context.req.query("page") ?? 1);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
};

const linkIn = ({ listLinks }: InspectorParts, url: string | undefined): LinkSummary | undefined =>
  listLinks().find(({ link }) => link === url);

const actionIn = (text: string | null): ActionName | undefined => ACTION_NAMES.find((action) => action === text);

import type { Context, Hono } from "hono";
import type { Html } from "../pages/layout.ts";
import { showValue } from "../show-value.ts";
import type { ComposeWebhook } from "../webhooks/deliveries.ts";
import { copyOf } from "../webhooks/resend.ts";
import { renderDelivery } from "./entry-views.ts";
import { entryAt, type InspectorParts } from "./parts.ts";
import { formIn, linkIn, missing, providerIn } from "./responses.ts";
import { renderSend, type SendForm } from "./send-view.ts";

/** Webhooks that are sent by hand: one of the documented ones, one of one's own, and one that was sent before. */
export const mountSendPages = (app: Hono, parts: InspectorParts): void => {
  app.get("/send", (context) => {
    const form = chosenIn(parts, new URL(context.req.url).searchParams);
    return context.html(renderSend(parts, form), form.refusal === undefined ? 200 : 400);
  });
  app.post("/send", (context) => sendOwn(context, parts));
  app.post("/deliveries/:number/resend", (context) => resend(context, parts));
  app.post("/deliveries/:number/edited", (context) => sendEdited(context, parts));
};

/** The choice in a URL, with the body of the event if one is chosen. */
const chosenIn = (parts: InspectorParts, query: URLSearchParams): SendForm => {
  const provider = providerIn(parts, query.get("provider"));
  const url = query.get("link") ?? "";
  if (url === "") return { provider };
  const link = linkIn(parts, url);
  if (link === undefined) return { refusal: `There is no link ${showValue(url)} here; choose one of the list.` };
  const { webhookEvents, label } = parts.providers.get(link.provider);
  const payment = query.get("payment") ?? link.payments.at(-1)?.id;
  const name = query.get("event") ?? "";
  if (name === "") return { link, payment };
  const event = webhookEvents.find((one) => one.name === name);
  if (event === undefined) {
    const names = webhookEvents.map((one) => one.name).join(", ");
    return { link, payment, refusal: `${label} documents no webhook ${showValue(name)}; it documents ${names}.` };
  }
  if (payment !== undefined && !link.payments.some(({ id }) => id === payment)) {
    return { link, event: name, refusal: `This link has no payment ${showValue(payment)}; choose one of the list.` };
  }
  const simulator = parts.run().simulators.get(link.provider);
  const body = simulator?.webhookBody(name, new URL(link.link).pathname, payment);
  if (body === undefined) {
    const refusal = `${name} is about a payment, and this link has none yet: open its pay page and choose a method.`;
    return { link, event: name, refusal };
  }
  return { link, payment, event: name, body };
};

/** The same bytes and headers once more, as a gateway's dashboard sends them. */
const resend = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const found = entryAt(parts.run().deliveries, Number(context.req.param("number")));
  if (found === undefined) return missing(context);
  const { entry, number } = found;
  return send(context, parts, entry.provider, copyOf(parts.providers, entry, number), (refusal) =>
    renderDelivery(parts, found, { refusal }),
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
  if (fault !== undefined) return context.html(renderDelivery(parts, found, { refusal: fault, body }), 400);
  const compose: ComposeWebhook = isSigned
    ? (target) => ({ ...parts.providers.get(provider).sign(body, target), note: `edited from ${found.number}` })
    : () => ({ headers: { ...headers }, body, note: `edited from ${found.number}, with its old signature` });
  return send(context, parts, provider, compose, (refusal) => renderDelivery(parts, found, { refusal, body }));
};

const sendOwn = async (context: Context, parts: InspectorParts): Promise<Response> => {
  const form = await formIn(context);
  const provider = providerIn(parts, form.get("provider"));
  if (provider === undefined) return missing(context);
  const body = bodyIn(form);
  const chosen: SendForm = {
    link: linkIn(parts, form.get("link") ?? undefined),
    payment: form.get("payment") ?? undefined,
    event: form.get("event") ?? undefined,
    provider,
    body,
  };
  const fault = parts.providers.get(provider).problemWithBody(body);
  if (fault !== undefined) return context.html(renderSend(parts, { ...chosen, refusal: fault }), 400);
  const compose: ComposeWebhook = (target) => ({
    ...parts.providers.get(provider).sign(body, target),
    note: "sent by hand",
  });
  return send(context, parts, provider, compose, (refusal) => renderSend(parts, { ...chosen, refusal }));
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

/** Browsers send the line breaks of a text area as CRLF, whatever was there before. */
const bodyIn = (form: URLSearchParams): string => (form.get("body") ?? "").replaceAll("\r\n", "\n");

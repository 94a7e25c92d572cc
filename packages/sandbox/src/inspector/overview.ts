import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import { showValue } from "../show-value.ts";
import { WEBHOOK_URL_RULE } from "../webhooks/urls.ts";
import { clockNow } from "./clock-view.ts";
import { frame, live } from "./frame.ts";
import { adviceFor } from "./labels.ts";
import { type InspectorParts, newest } from "./parts.ts";
import { deliveryTable, linkTable, requestTable } from "./tables.ts";

const ROWS = 15;

/** The input of a refused form. */
interface RefusedUrl {
  readonly provider: string;
  readonly url: string;
}

export const renderOverview = (parts: InspectorParts, refused?: RefusedUrl): Html => {
  const section = (title: string, path: string, count: number, table: Html): Html =>
    live(
      path,
      html`<h2>${title}</h2><div class="scroll">${table}</div>${count > ROWS ? html`<p><a href="${path}">All ${count}</a></p>` : ""}`,
    );
  const links = parts.listLinks().toReversed();
  const { deliveries, requests } = parts.run();
  return frame({
    title: "Overview",
    place: "/inspector",
    refusal:
      refused &&
      `The webhook URL must be ${WEBHOOK_URL_RULE} such as http://127.0.0.1:3000/webhooks, or empty, but is ${showValue(refused.url)}.`,
    body: html`${clockNow(parts.sandbox.clock)}${live("problems", problems(parts))}
    ${section("Links", "/inspector/links", links.length, linkTable(parts.providers, links.slice(0, ROWS)))}
    ${section("Webhooks", "/inspector/deliveries", deliveries.entries.length, deliveryTable(parts.providers, newest(deliveries, ROWS)))}
    ${section("API calls", "/inspector/requests", requests.entries.length, requestTable(parts.providers, newest(requests, ROWS)))}
    ${webhookUrlForms(parts, refused)}`,
  });
};

/** Why webhooks do not arrive: there is no URL, as at the start, or the last one got no response. */
const problems = ({ providers, run, gateways }: InspectorParts): Html => {
  const { deliveries, webhookUrls } = run();
  const notices = gateways.map((provider): Html | "" => {
    if (webhookUrls.of(provider) === undefined) {
      return html`<p class="notice">${providers.get(provider).label}: no webhook URL is set, so webhooks are only recorded.</p>`;
    }
    const last = deliveries.entries.findLast((delivery) => delivery.provider === provider);
    const advice = last === undefined ? undefined : adviceFor(last);
    return advice === undefined ? "" : html`<p class="notice bad">${providers.get(provider).label}: ${advice}</p>`;
  });
  return html`${notices}`;
};

const webhookUrlForms = ({ providers, run, gateways }: InspectorParts, refused: RefusedUrl | undefined): Html => {
  const { webhookUrls } = run();
  const field = (
    provider: string,
  ): Html => html`<form method="post" action="/inspector/webhook-urls/${provider}" class="stack short">
      <label for="url-${provider}">${providers.get(provider).label}</label>
      <div class="row"><div><input id="url-${provider}" name="url" type="url" value="${refused?.provider === provider ? refused.url : (webhookUrls.of(provider)?.href ?? "")}" placeholder="http://127.0.0.1:3000/webhooks/${provider}"></div>
      <button class="second" aria-label="Set the webhook URL of ${providers.get(provider).label}">Set</button></div></form>`;
  return html`<h2>Webhook URLs</h2><p class="quiet">Empty: webhooks are recorded, not sent.</p>${gateways.map(field)}`;
};

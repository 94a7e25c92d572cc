import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import { clockNow } from "./clock-view.ts";
import { frame, live } from "./frame.ts";
import { adviceFor } from "./labels.ts";
import { type InspectorParts, newest } from "./parts.ts";
import { deliveryTable, linkTable, requestTable } from "./tables.ts";

const ROWS_OF_OVERVIEW = 15;
const ROWS_OF_LIST = 50;

export const renderOverview = (parts: InspectorParts, refusal?: string): Html => {
  const section = (title: string, path: string, count: number, table: Html): Html =>
    live(
      path,
      html`<h2>${title}</h2><div class="scroll">${table}</div>${count > ROWS_OF_OVERVIEW ? html`<p><a href="${path}">All ${count}</a></p>` : ""}`,
    );
  const links = parts.listLinks().toReversed();
  const { deliveries, requests } = parts.run();
  return frame({
    title: "Inspector",
    place: "/inspector",
    refusal,
    body: html`${clockNow(parts.sandbox.clock)}${live("problems", problems(parts))}
    ${section("Links", "/inspector/links", links.length, linkTable(parts.providers, links.slice(0, ROWS_OF_OVERVIEW)))}
    ${section("Webhooks", "/inspector/deliveries", deliveries.entries.length, deliveryTable(parts.providers, newest(deliveries, ROWS_OF_OVERVIEW)))}
    ${section("API calls", "/inspector/requests", requests.entries.length, requestTable(parts.providers, newest(requests, ROWS_OF_OVERVIEW)))}
    ${webhookUrlForms(parts)}`,
  });
};

export const renderLinks = (parts: InspectorParts, asked: number): Html => {
  const links = parts.listLinks().toReversed();
  const page = Math.min(asked, pageCount(links.length));
  const table = linkTable(parts.providers, links.slice((page - 1) * ROWS_OF_LIST, page * ROWS_OF_LIST));
  return frame({
    title: "Links",
    place: "/inspector/links",
    body: html`${live("list", html`<div class="scroll">${table}</div>`)}${pager("/inspector/links", page, links.length)}`,
  });
};

export const renderDeliveries = (parts: InspectorParts, asked: number): Html => {
  const { deliveries } = parts.run();
  const page = Math.min(asked, pageCount(deliveries.entries.length));
  const table = deliveryTable(parts.providers, newest(deliveries, ROWS_OF_LIST, (page - 1) * ROWS_OF_LIST));
  return frame({
    title: "Webhooks",
    place: "/inspector/deliveries",
    body: html`${live("list", html`<div class="scroll">${table}</div>${droppedNote(deliveries.dropped, "webhooks")}`)}
    ${pager("/inspector/deliveries", page, deliveries.entries.length)}`,
  });
};

export const renderRequests = (parts: InspectorParts, asked: number): Html => {
  const { requests } = parts.run();
  const page = Math.min(asked, pageCount(requests.entries.length));
  const table = requestTable(parts.providers, newest(requests, ROWS_OF_LIST, (page - 1) * ROWS_OF_LIST));
  return frame({
    title: "API calls",
    place: "/inspector/requests",
    body: html`${live("list", html`<div class="scroll">${table}</div>${droppedNote(requests.dropped, "API calls")}`)}
    ${pager("/inspector/requests", page, requests.entries.length)}`,
  });
};

/** What keeps webhooks from arriving: no URL, as is usual at first, or nobody there when the last one was sent. */
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

const webhookUrlForms = ({ providers, run, gateways }: InspectorParts): Html => {
  const { webhookUrls } = run();
  const field = (
    provider: string,
  ): Html => html`<form method="post" action="/inspector/webhook-urls/${provider}" class="stack">
      <label for="url-${provider}">${providers.get(provider).label}</label>
      <div class="row"><div><input id="url-${provider}" name="url" type="url" value="${webhookUrls.of(provider)?.href ?? ""}" placeholder="http://127.0.0.1:3000/webhooks/${provider}"></div>
      <button class="second" aria-label="Set the webhook URL of ${providers.get(provider).label}">Set</button></div></form>`;
  return html`<h2>Where webhooks go</h2><p class="quiet">Empty: webhooks are recorded, not sent.</p>${gateways.map(field)}`;
};

const droppedNote = (count: number, what: string): Html | "" => {
  if (count === 0) return "";
  return html`<p class="quiet">${count} older ${what} were dropped to keep memory bounded.</p>`;
};

const pageCount = (count: number): number => Math.max(1, Math.ceil(count / ROWS_OF_LIST));

const pager = (path: string, page: number, count: number): Html | "" => {
  const isLast = page * ROWS_OF_LIST >= count;
  if (page === 1 && isLast) return "";
  return html`<p>${page > 1 ? html`<a href="${path}?page=${page - 1}">Newer</a> ` : ""}
    Page ${page} of ${pageCount(count)}
    ${isLast ? "" : html` <a href="${path}?page=${page + 1}">Older</a>`}</p>`;
};

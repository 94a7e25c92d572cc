import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import type { ProviderSet } from "../provider.ts";
import type { LinkSummary, Payment, RecordedDelivery, RecordedRequest } from "../types.ts";
import { time } from "./frame.ts";
import { eventOf } from "./labels.ts";
import type { Numbered } from "./parts.ts";
import { callTag, deliveryTag, faultTags, linkStateTag, paymentTag } from "./tags.ts";

export const linkTable = (providers: ProviderSet, links: readonly LinkSummary[]): Html => {
  if (links.length === 0)
    return html`<p>No link yet. Create one with your own code, or with <code>npm start</code>.</p>`;
  return html`<table>
    <thead><tr><th scope="col">Link</th><th scope="col">Gateway</th><th scope="col">State</th><th scope="col">Payments</th><th scope="col">Created</th><th scope="col">Pay page</th></tr></thead>
    <tbody>${links.map(
      ({ provider, link, title, reference, state, payments, createdAtMs }) => html`<tr>
      <td><a href="${linkPath(link)}">${title}</a> <br><span class="quiet">${reference}</span></td>
      <td class="whole">${providers.get(provider).label}</td><td>${linkStateTag(state)}</td>
      <td>${paymentsCell(providers, payments)}</td>
      <td>${time(createdAtMs)}</td><td><a href="${link}" aria-label="Open the pay page of ${reference}">Open</a></td></tr>`,
    )}</tbody></table>`;
};

const paymentsCell = (providers: ProviderSet, payments: readonly Payment[]): Html => {
  const last = payments.at(-1);
  return last === undefined
    ? html`no payments`
    : html`${payments.length === 1 ? "1 payment," : `${payments.length} payments, last`} ${paymentTag(providers, last)}`;
};

export const deliveryTable = (providers: ProviderSet, deliveries: readonly Numbered<RecordedDelivery>[]): Html => {
  if (deliveries.length === 0) return html`<p>No webhook yet.</p>`;
  return html`<table>
    <thead><tr><th scope="col">Number</th><th scope="col">Webhook</th><th scope="col">Gateway</th><th scope="col">Answer</th><th scope="col" class="number">Took</th><th scope="col">Sent</th></tr></thead>
    <tbody>${deliveries.map(
      ({
        number,
        entry,
      }) => html`<tr><td>${number}</td><td><a href="/inspector/deliveries/${number}">${eventOf(providers, entry)}</a>${faultTags(entry.faults)}${notesOf(entry)}</td>
        <td class="whole">${providers.get(entry.provider).label}</td><td>${deliveryTag(entry)}</td>
        <td class="number">${took(entry.durationMs)}</td><td>${time(entry.atMs)}</td></tr>`,
    )}</tbody></table>`;
};

const notesOf = ({ note, sending, webhook }: RecordedDelivery): readonly Html[] =>
  [note, sending > 1 && `sending ${sending} of webhook ${webhook}`]
    .filter((text) => typeof text === "string")
    .map((text) => html` <br><span class="quiet">${text}</span>`);

export const requestTable = (providers: ProviderSet, requests: readonly Numbered<RecordedRequest>[]): Html => {
  if (requests.length === 0) return html`<p>No API call yet.</p>`;
  return html`<table>
    <thead><tr><th scope="col">Number</th><th scope="col">Call</th><th scope="col">Gateway</th><th scope="col">Answer</th><th scope="col" class="number">Took</th><th scope="col">Answered</th></tr></thead>
    <tbody>${requests.map(
      ({ number, entry }) => html`<tr><td>${number}</td>
        <td><a href="/inspector/requests/${number}"><span class="method">${entry.method} </span>${entry.path}</a>${faultTags(entry.faults)}</td><td class="whole">${providers.get(entry.provider).label}</td>
        <td>${callTag(entry)}</td><td class="number">${took(entry.durationMs)}</td><td>${time(entry.atMs)}</td></tr>`,
    )}</tbody></table>`;
};

export const linkPath = (link: string): string => `/inspector/link?url=${encodeURIComponent(link)}`;

export const took = (durationMs: number | undefined): string => (durationMs === undefined ? "–" : `${durationMs} ms`);

export const headerList = (headers: Readonly<Record<string, string>>): Html =>
  html`<pre>${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")}</pre>`;

/** A body as it was sent, and if it is JSON, with line breaks for the eye. */
export const bodyBlock = (body: string): Html => {
  if (body === "") return html`<p class="quiet">Empty.</p>`;
  let pretty: string;
  try {
    pretty = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return html`<pre>${body}</pre>`;
  }
  return html`<pre>${pretty}</pre><details><summary>Exactly as sent</summary><pre>${body}</pre></details>`;
};

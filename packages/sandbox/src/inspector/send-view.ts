import { html } from "hono/html";
import { parseJsonObject } from "../http/input-reader.ts";
import { formatMoney } from "../money.ts";
import type { Html } from "../pages/layout.ts";
import type { LinkSummary, Payment } from "../types.ts";
import { frame } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

const LINKS_TO_CHOOSE = 100;

/** The current choice, and the entered values. */
export interface SendForm {
  readonly link?: LinkSummary | undefined;
  readonly payment?: string | undefined;
  readonly event?: string | undefined;
  readonly provider?: string | undefined;
  readonly body?: string | undefined;
  readonly refusal?: string | undefined;
}

/** Where a webhook about this is put together. */
export const sendPath = (chosen: {
  readonly link: string;
  readonly payment?: string;
  readonly event?: string;
}): string => `/inspector/send?${new URLSearchParams({ ...chosen }).toString()}`;

/** A webhook that is chosen by link and event, or one of one's own: its body can be edited before it is signed and sent. */
export const renderSend = (parts: InspectorParts, form: SendForm): Html =>
  frame({
    title: "Send a webhook",
    place: "/inspector/send",
    refusal: form.refusal,
    body: html`<h2>1. Choose what it reports</h2>
    ${form.link === undefined ? linkForm(parts) : eventForm(parts, form.link, form)}
    <h2>2. Check the body, and send it</h2>
    ${bodyForm(parts, form)}`,
  });

const linkForm = (parts: InspectorParts): Html => {
  const links = parts.listLinks().toReversed();
  if (links.length === 0) {
    return html`<p>No link yet: create one, and the webhooks that its gateway documents can be chosen here.</p>`;
  }
  const newest = links.slice(0, LINKS_TO_CHOOSE);
  const ofGateway = (gateway: string): Html | "" => {
    const own = newest.filter(({ provider }) => provider === gateway);
    return own.length === 0
      ? ""
      : html`<optgroup label="${parts.providers.get(gateway).label}">${own.map(
          ({ link, reference, title }) =>
            html`<option value="${link}">${reference}${title === reference ? "" : `: ${title}`}</option>`,
        )}</optgroup>`;
  };
  return html`<form method="get" action="/inspector/send" class="row short" autocomplete="off">
      <div><label for="link">Link</label><select id="link" name="link">${parts.gateways.map(ofGateway)}</select></div>
      <button class="second">Choose</button></form>
    ${links.length > newest.length ? html`<p class="quiet">The newest ${LINKS_TO_CHOOSE} of ${links.length}. Any other one: on <a href="/inspector/links">its own page</a>.</p>` : ""}`;
};

const eventForm = (parts: InspectorParts, link: LinkSummary, { payment, event }: SendForm): Html => {
  const { label, currency, webhookEvents } = parts.providers.get(link.provider);
  const option = (value: string, text: string, chosen: string | undefined): Html =>
    html`<option value="${value}"${value === chosen ? html` selected` : ""}>${text}</option>`;
  const nameOf = ({ id, method, status, amount }: Payment): string =>
    `${id}: ${formatMoney({ amount, currency })} by ${method}, ${status}`;
  const payments = link.payments.toReversed();
  return html`<p>${label}: <strong>${link.title}</strong> <span class="quiet">${link.reference}</span> – <a href="/inspector/send">another link</a></p>
    <form method="get" action="/inspector/send" class="filters picker" autocomplete="off"><input type="hidden" name="link" value="${link.link}">
      ${
        payments.length === 0
          ? ""
          : html`<div><label for="payment">Payment</label><select id="payment" name="payment">${payments.map((one) => option(one.id, nameOf(one), payment))}</select></div>`
      }
      <div><label for="event">Event</label><select id="event" name="event">${webhookEvents.map((one) => option(one.name, `${one.name}: ${one.label}`, event))}</select></div>
      <button class="second">Show the body</button></form>`;
};

const bodyForm = (
  { providers, gateways }: InspectorParts,
  { link, payment, event, provider = link?.provider, body }: SendForm,
): Html => {
  const kept = { link: link?.link, payment, event };
  return html`<p>The body is signed as the gateway would sign it, and goes to the gateway's webhook URL.</p>
    <form method="post" action="/inspector/send">${Object.entries(kept).map(([name, value]) =>
      value === undefined ? "" : html`<input type="hidden" name="${name}" value="${value}">`,
    )}
      <p class="short"><label for="provider">Gateway</label><select id="provider" name="provider">${gateways.map(
        (name) =>
          html`<option value="${name}"${name === provider ? html` selected` : ""}>${providers.get(name).label}</option>`,
      )}</select></p>
      <p><label for="body">Body</label><textarea id="body" name="body" rows="14" spellcheck="false" required>${body ?? ""}</textarea></p>
      <button>Sign and send</button>
    </form>${readable(body)}`;
};

/** The same with line breaks for the eye: what is sent has none, as at the gateway. */
const readable = (body: string | undefined): Html | "" => {
  const json = parseJsonObject(body ?? "");
  return json === undefined
    ? ""
    : html`<details><summary>The body, formatted</summary><pre>${JSON.stringify(json, null, 2)}</pre></details>`;
};

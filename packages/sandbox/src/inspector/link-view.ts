import { html } from "hono/html";
import type { ActionName } from "../control/actions.ts";
import { formatMoney } from "../money.ts";
import type { Html } from "../pages/layout.ts";
import type { LinkSummary, Payment, RecordedDelivery, RecordedRequest } from "../types.ts";
import { frame, live } from "./frame.ts";
import { entryAt, type InspectorParts, type Numbered } from "./parts.ts";
import { deliveryTable, requestTable } from "./tables.ts";

const ROWS_OF_LINK = 50;

/** One link with its histories, and all that was said about it. */
export const renderLink = (parts: InspectorParts, link: LinkSummary, refusal?: string): Html =>
  frame({
    title: link.title,
    place: "/inspector/links",
    refusal,
    body: html`${live(
      "link",
      html`<dl>
      <dt>Gateway</dt><dd>${parts.providers.get(link.provider).label}</dd>
      <dt>Reference</dt><dd>${link.reference}</dd>
      <dt>State</dt><dd><span class="tag">${link.state}</span></dd>
      <dt>Pay page</dt><dd><a href="${link.link}">${link.link}</a></dd></dl>
    <h2>Payments (histories)</h2>${historyTable(parts, link)}${expireForm(link)}
    <h2>Webhooks</h2><div class="scroll">${deliveryTable(parts.providers, deliveriesOf(parts, link))}</div>
    <h2>API calls</h2><div class="scroll">${requestTable(parts.providers, requestsOf(parts, link))}</div>`,
    )}`,
  });

const expireForm = (link: LinkSummary): Html | "" => {
  if (link.state !== "open" && link.state !== "held") return "";
  return html`<form method="post" action="/inspector/link" class="row">${hidden(link)}
      <button class="second" name="do" value="expire">Expire the link</button></form>`;
};

const historyTable = (parts: InspectorParts, link: LinkSummary): Html => {
  if (link.payments.length === 0) return html`<p>None yet. <a href="${link.link}">Pay it</a>.</p>`;
  const page = parts.run().simulators.get(link.provider)?.linkAt(new URL(link.link).pathname)?.page();
  const actionsOn = new Map(page?.payments.map(({ id, actions }) => [id, actions]));
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">History</th><th scope="col">Method</th><th scope="col">Status</th><th scope="col" class="number">Amount</th><th scope="col">What happens next</th></tr></thead>
    <tbody>${link.payments.map(
      (
        payment,
      ) => html`<tr><td>${payment.id}</td><td>${payment.method}</td><td><span class="tag">${payment.status}</span></td>
      <td class="number">${formatMoney({ amount: payment.amount, currency: parts.providers.get(payment.provider).currency })}</td><td>${actionForms(link, payment, actionsOn.get(payment.id) ?? [])}</td></tr>`,
    )}</tbody></table></div>`;
};

const WITH_AMOUNT = ["refund", "chargeback"] as const;
type ActionWithAmount = (typeof WITH_AMOUNT)[number];

const NAMES: Readonly<Record<ActionName, string>> = {
  open: "Open",
  pay: "Pay",
  settle: "Settle",
  fail: "Fail",
  expire: "Expire",
  approve: "Approve",
  deny: "Deny",
  reverse: "Reverse",
  refund: "Refund",
  chargeback: "Charge back",
};

/** Only what makes sense now. */
const actionForms = (link: LinkSummary, { id }: Payment, actions: readonly ActionName[]): Html => {
  if (actions.length === 0) return html`<span class="quiet">Nothing</span>`;
  const form = (content: Html): Html =>
    html`<form method="post" action="/inspector/link" class="row">${hidden(link)}<input type="hidden" name="payment" value="${id}">${content}</form>`;
  const buttons = actions.filter((action) => action !== "open" && !WITH_AMOUNT.some((name) => name === action));
  return html`${
    buttons.length === 0
      ? ""
      : form(
          html`${buttons.map((action) => html`<button class="second small" name="do" value="${action}" aria-label="${NAMES[action]} ${id}">${NAMES[action]}</button>`)}`,
        )
  }${WITH_AMOUNT.map((action) => (actions.includes(action) ? form(amountFields(id, action)) : ""))}`;
};

const amountFields = (id: string, action: ActionWithAmount): Html => {
  const name = NAMES[action];
  return html`<div><input name="amount" inputmode="numeric" autocomplete="off" placeholder="all that is left" aria-label="Amount to ${name.toLowerCase()} of ${id}; empty: all that is left"></div>
    <button class="second small" name="do" value="${action}" aria-label="${name} ${id}">${name}</button>`;
};

const hidden = ({ link }: LinkSummary): Html => html`<input type="hidden" name="link" value="${link}">`;

/** Those whose body names one of the link's histories. */
const deliveriesOf = ({ run }: InspectorParts, link: LinkSummary): readonly Numbered<RecordedDelivery>[] => {
  const { deliveries } = run();
  const names = [link.reference, ...link.payments.map(({ id }) => id)].map((name) => JSON.stringify(name));
  return newestThat(
    deliveries.entries,
    ({ provider, body }) => provider === link.provider && names.some((name) => body.includes(name)),
  ).flatMap((index) => entryAt(deliveries, deliveries.dropped + index + 1) ?? []);
};

/** Those that name the link in path, body or answer. */
const requestsOf = ({ run }: InspectorParts, link: LinkSummary): readonly Numbered<RecordedRequest>[] => {
  const { requests } = run();
  const quoted = JSON.stringify(link.reference);
  const url = JSON.stringify(link.link);
  const segment = `/${encodeURIComponent(link.reference)}`;
  return newestThat(
    requests.entries,
    ({ provider, path, body, answer = "" }) =>
      provider === link.provider &&
      (path.includes(segment) || body.includes(quoted) || answer.includes(url) || answer.includes(quoted)),
  ).flatMap((index) => entryAt(requests, requests.dropped + index + 1) ?? []);
};

/** The positions of the newest entries that fit, newest first. */
const newestThat = <Entry>(entries: readonly Entry[], fits: (entry: Entry) => boolean): readonly number[] => {
  const found: number[] = [];
  for (let index = entries.length - 1; index >= 0 && found.length < ROWS_OF_LINK; index -= 1) {
    const entry = entries[index];
    if (entry !== undefined && fits(entry)) found.push(index);
  }
  return found;
};

import { html } from "hono/html";
import type { ActionName } from "../control/actions.ts";
import { formatMoney } from "../money.ts";
import type { Html } from "../pages/layout.ts";
import type { PayPage } from "../pages/pay-page.ts";
import { currencyOfPayment } from "../provider.ts";
import type { LinkSummary, Payment } from "../types.ts";
import { frame, live, time } from "./frame.ts";
import { linkTimeline } from "./link-timeline.ts";
import { type InspectorParts, numbered } from "./parts.ts";
import { sendPath } from "./send-view.ts";
import { linkStateTag, paymentTag } from "./tags.ts";
import { renderTimeline } from "./timeline-view.ts";

const ROWS_OF_TIMELINE = 100;

/** One link with its payments, and all that happened to it. */
export const renderLink = (parts: InspectorParts, link: LinkSummary, refusal?: string): Html => {
  const { requests, deliveries, actions } = parts.run();
  const timeline = linkTimeline(
    link,
    { calls: numbered(requests), webhooks: numbered(deliveries), actions: actions.entries },
    ROWS_OF_TIMELINE,
  );
  return frame({
    title: link.title,
    place: "/inspector/links",
    refusal,
    body: html`${live(
      "link",
      html`<dl class="facts">
      <div><dt>Gateway</dt><dd>${parts.providers.get(link.provider).label}</dd></div>
      <div><dt>Reference</dt><dd>${link.reference}</dd></div>
      <div><dt>State</dt><dd>${linkStateTag(link.state)}</dd></div>
      <div><dt>Created</dt><dd>${time(link.createdAtMs)}</dd></div>
      <div><dt>Pay page</dt><dd><a href="${link.link}">${link.link}</a></dd></div></dl>
    <div class="row"><a class="button second small" href="${sendPath({ link: link.link })}">Send a webhook about this link</a>${expireForm(parts, link)}</div>
    <h2>Payments</h2>${paymentTable(parts, link)}
    <h2>Timeline, newest first</h2>${renderTimeline(parts.providers, link.link, timeline)}`,
    )}`,
  });
};

const expireForm = (parts: InspectorParts, link: LinkSummary): Html | "" => {
  if ((link.state !== "open" && link.state !== "held") || pageOf(parts, link)?.endsLink === false) return "";
  return html`<form method="post" action="/inspector/link" >${hidden(link)}
      <button class="second small" name="do" value="expire">Expire the link</button></form>`;
};

const pageOf = (parts: InspectorParts, { provider, link }: LinkSummary): PayPage | undefined =>
  parts.run().simulators.get(provider)?.linkAt(new URL(link).pathname)?.page();

const paymentTable = (parts: InspectorParts, link: LinkSummary): Html => {
  if (link.payments.length === 0) return html`<p>No payment yet. <a href="${link.link}">Pay the link</a>.</p>`;
  const actionsOn = new Map(pageOf(parts, link)?.payments.map(({ id, actions }) => [id, actions]));
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">Payment</th><th scope="col">Method</th><th scope="col">Status</th><th scope="col" class="number">Amount</th><th scope="col">Simulate</th></tr></thead>
    <tbody>${link.payments.map(
      (
        payment,
      ) => html`<tr id="payment-${payment.id}"><td>${payment.id}</td><td>${payment.method}</td><td>${paymentTag(parts.providers, payment)}</td>
      <td class="number">${formatMoney({ amount: payment.amount, currency: currencyOfPayment(parts.providers.get(payment.provider), payment.currency) })}</td><td>${actionForms(link, payment, actionsOn.get(payment.id) ?? [])}</td></tr>`,
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
  winDispute: "Win the dispute",
  loseDispute: "Lose the dispute",
  failRefund: "Fail the refund",
};

/** Only what makes sense now. */
const actionForms = (link: LinkSummary, { id }: Payment, actions: readonly ActionName[]): Html => {
  if (actions.length === 0) return html`<span class="quiet">Nothing to simulate</span>`;
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

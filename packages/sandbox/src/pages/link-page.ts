import { html } from "hono/html";
import { formatMoney } from "../money.ts";
import { isoJakarta, spelledOutJakarta } from "../time/times.ts";
import { form, type NewFormId } from "./form.ts";
import { type Html, layout } from "./layout.ts";
import { methodChoice, payForm } from "./pay-form.ts";
import type { PagePayment, PayPage, PayPageState } from "./pay-page.ts";
import { paymentPanel } from "./payment-panel.ts";
import { statusLabel } from "./status-labels.ts";

const SENTENCES: Readonly<Record<PayPageState, string>> = {
  open: "Waiting for payment",
  held: "A payment on this link is pending.",
  paid: "Paid. Thank you.",
  used_up: "This link has been used up.",
  expired: "This link has expired.",
  closed: "This link is closed.",
  failed: "This payment has failed.",
};

/** What the visitor is here for. */
export interface Visit {
  /** The payment they look at. */
  readonly payment?: PagePayment | undefined;
  /** The payment they have just paid. */
  readonly paid?: PagePayment | undefined;
  /** Why what they wanted did not happen. */
  readonly refusal?: string | undefined;
  /** What they had filled in then, by the names of the fields. */
  readonly entered?: URLSearchParams | undefined;
}

/** The page of one link. */
export const renderLinkPage = (page: PayPage, visit: Visit, newFormId: NewFormId): Html => {
  // A link for one payment thanks whoever comes back to it.
  const lastPaid = page.state === "paid" ? page.payments.findLast(({ isPaid }) => isPaid) : undefined;
  const paid = visit.paid ?? (visit.payment === undefined ? lastPaid : undefined);
  const payment = paid ?? visit.payment ?? page.payments.find(({ id }) => id === page.heldBy);
  return layout({
    title: page.title,
    width: "narrow",
    body: html`
      <p class="quiet">${page.provider} sandbox</p>
      <h1>${page.title}</h1>
      <p>Reference: ${page.reference}</p>
      ${page.items.length === 0 ? "" : itemTable(page)}
      <p class="amount">${amountText(page, payment?.amount ?? page.amount)}</p>
      ${stateOf(page, payment)}
      ${payment?.payableUntilMs === undefined ? "" : payableUntil(payment.payableUntilMs)}
      ${paid === undefined ? "" : html`<p>Payment method: ${paid.methodName}</p>`}
      ${visit.refusal === undefined ? "" : html`<p role="alert" class="notice bad">${visit.refusal}</p>`}
      ${paid === undefined ? nextStep(page, payment, visit.entered, newFormId) : ""}
      ${visit.paid !== undefined && page.state === "open" ? html`<p><a href="?">Make another payment</a></p>` : ""}
      ${page.payments.length === 0 ? "" : paymentList(page)}
      ${page.returnUrl === undefined ? "" : html`<p><a href="${page.returnUrl}" rel="noreferrer">Back to the merchant</a></p>`}
    `,
  });
};

/** A page that only says why there is nothing to pay. */
export const renderNotice = (title: string, sentence: string): Html =>
  layout({ title, width: "narrow", body: html`<h1>${title}</h1><p role="status">${sentence}</p>` });

const amountText = ({ currency }: PayPage, amount: PayPage["amount"]): string =>
  typeof amount === "number" ? formatMoney({ amount, currency }) : "The amount is yours to choose";

/** A payment has its own state: a virtual account may outlive its link. */
const stateOf = (page: PayPage, payment: PagePayment | undefined): Html => {
  if (payment?.isPaid === true) return html`<p role="status" class="state good">${SENTENCES.paid}</p>`;
  if (payment === undefined || payment.id === page.heldBy) {
    return html`<p role="status" class="state">${SENTENCES[page.state]}</p>`;
  }
  const isLinkOver = page.state === "expired" || page.state === "closed" || page.state === "used_up";
  const own = ownStateOf(payment);
  return html`<p role="status" class="state">${own}${isLinkOver ? ` ${SENTENCES[page.state]}` : ""}</p>`;
};

const ownStateOf = ({ isOpen, isUnderReview, status }: PagePayment): string => {
  if (isUnderReview === true) return "The merchant is reviewing this payment.";
  return isOpen ? "This payment is pending." : `This payment did not go through: ${statusLabel(status)}.`;
};

const payableUntil = (untilMs: number): Html => {
  const time = html`<time datetime="${isoJakarta(untilMs)}">${spelledOutJakarta(untilMs)}</time>`;
  return html`<p>It can be paid until ${time} in Jakarta.</p>`;
};

const itemTable = (page: PayPage): Html => html`<table>
    <caption>${page.items.length === 1 ? "Item" : "Items"}</caption>
    <thead><tr><th scope="col">Name</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Subtotal</th></tr></thead>
    <tbody>${page.items.map(
      (item) =>
        html`<tr><td>${item.name}</td><td class="number">${item.quantity}</td><td class="number">${formatMoney({ amount: item.subtotal, currency: page.currency })}</td></tr>`,
    )}</tbody>
  </table>`;

const nextStep = (
  page: PayPage,
  payment: PagePayment | undefined,
  entered: Visit["entered"],
  newFormId: NewFormId,
): Html | "" => {
  if (payment?.isOpen === true) return paymentPanel(payment, page.currency, newFormId);
  if (page.state !== "open" || payment?.isUnderReview === true) return "";
  if (page.defect !== undefined) return html`<p role="alert" class="notice bad">${page.defect}</p>`;
  if (payment === undefined) return payForm(page, entered, newFormId);
  return payment.canBeRetried ? retryForm(page, payment, newFormId) : html`<p><a href="?">Start again</a></p>`;
};

const retryForm = (page: PayPage, { id }: PagePayment, newFormId: NewFormId): Html =>
  form(
    newFormId,
    html`<input type="hidden" name="payment" value="${id}">
    ${methodChoice(page.methods, null)}
    <div class="stack"><button name="do" value="open">Try again</button><a class="button second" href="?">Start a new payment</a></div>`,
  );

const paymentList = (page: PayPage): Html => html`<h2>Payments on this link</h2>
    <ol>${page.payments.map(({ id, methodName, status, amount, isOpen }) => {
      const text = html`${formatMoney({ amount, currency: page.currency })} by ${methodName}: ${statusLabel(status)}`;
      return html`<li>${isOpen ? html`<a href="?payment=${encodeURIComponent(id)}">${text}</a>` : text}</li>`;
    })}</ol>`;

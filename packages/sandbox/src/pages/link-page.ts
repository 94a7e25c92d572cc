import { html } from "hono/html";
import { cardForm } from "./card-form.ts";
import { deadline } from "./deadline.ts";
import { form, paymentField } from "./form.ts";
import { instructionsFor } from "./instructions.ts";
import { textIn } from "./language.ts";
import type { Html } from "./layout.ts";
import { methodChoice, payForm } from "./pay-form.ts";
import { payLayout } from "./pay-layout.ts";
import type { PagePayment, PayPage, PayPageState } from "./pay-page.ts";
import type { PaymentStatus } from "./payment-status.ts";
import { sandboxControls } from "./sandbox-controls.ts";
import { labelIn, moneyIn, type View } from "./view.ts";

/** Why something did not happen. */
export interface Refusal {
  /** For the payer, in the language of the page. */
  readonly sentence: string;
  /** For the developer, in English, with the provider's words. */
  readonly reason?: string | undefined;
}

/** The visitor's purpose. */
export interface Visit {
  /** The payment they look at. */
  readonly payment?: PagePayment | undefined;
  /** The payment they have just made. */
  readonly paid?: PagePayment | undefined;
  /** Why what they wanted did not happen. */
  readonly refusal?: Refusal | undefined;
  /** The values that they entered then, by the names of the fields. */
  readonly entered?: URLSearchParams | undefined;
}

/** The page of one link. */
export const renderLinkPage = (page: PayPage, visit: Visit, view: View): Html => {
  // A link for one payment thanks whoever comes back to it.
  const lastPaid = page.state === "paid" ? page.payments.findLast(({ isPaid }) => isPaid) : undefined;
  const payment = visit.paid ?? visit.payment ?? lastPaid ?? page.payments.find(({ id }) => id === page.heldBy);
  const isPayFormShown = payment === undefined && page.state === "open" && page.defect === undefined;
  const parameters: Readonly<Record<string, string>> = payment === undefined ? {} : { payment: payment.id };
  return payLayout({
    title: page.title,
    provider: page.provider,
    view,
    parameters,
    hasCodes: payment?.isOpen === true,
    payer: payerPart(page, payment, visit, view),
    controls: sandboxControls(page, payment, { isPayFormShown }, view),
  });
};

/** A page with only the reason why there is nothing to pay. */
export const renderUnknownLink = (view: Pick<View, "language" | "texts" | "addressOf">): Html => {
  const { title, sentence } = view.texts.unknownLink;
  return payLayout({
    title,
    provider: undefined,
    view,
    payer: html`<h1>${title}</h1><p role="status" class="state bad">${sentence}</p>`,
  });
};

const payerPart = (page: PayPage, payment: PagePayment | undefined, visit: Visit, view: View): Html => {
  const { texts } = view;
  const untilMs = payment === undefined && page.state === "open" ? page.payableUntilMs : payment?.payableUntilMs;
  return html`<h1>${page.title}</h1>
    ${page.reference === undefined ? "" : html`<p class="quiet">${texts.reference(page.reference)}</p>`}
    ${page.items.length === 0 ? "" : itemTable(page, view)}
    ${amountPart(payment?.amount ?? page.amount, view)}
    ${stateOf(page, payment, visit, view)}
    ${merchantNote(page, payment)}
    ${deadline(untilMs, view)}
    ${payment?.isPaid === true ? html`<p>${texts.paidBy(labelIn(view, payment.method))}</p>` : ""}
    ${visit.refusal === undefined ? "" : refusalNote(visit.refusal, view)}
    ${nextStep(page, payment, visit.entered, view)}
    ${page.returnUrl === undefined ? "" : html`<p><a href="${page.returnUrl}" rel="noreferrer">${texts.backToMerchant}</a></p>`}`;
};

/** In the merchant's words, in whatever language they are. */
const merchantNote = ({ state, paidNote, closedNote }: PayPage, payment: PagePayment | undefined): Html | "" => {
  const isClosed = payment === undefined && (state === "closed" || state === "used_up");
  const note = isClosed ? closedNote : payment?.isPaid === true ? paidNote : undefined;
  return note === undefined ? "" : html`<p>${note}</p>`;
};

const refusalNote = ({ sentence, reason }: Refusal, { texts }: View): Html =>
  html`<div role="alert" class="notice bad"><p>${sentence}</p> ${
    reason === undefined ? "" : html`<p class="hint">${texts.sandbox.reason} <span lang="en">${reason}</span></p>`
  }</div>`;

const amountPart = (amount: PayPage["amount"], view: View): Html =>
  typeof amount === "number"
    ? html`<p class="quiet total">${view.texts.total}</p>
    <p class="amount">${moneyIn(view, amount)}</p>`
    : html`<p class="amount open">${view.texts.openAmount}</p>`;

type Tone = "good" | "waiting" | "bad";

const LINK_TONES: Readonly<Record<PayPageState, Tone>> = {
  open: "waiting",
  held: "waiting",
  paid: "good",
  used_up: "bad",
  expired: "bad",
  closed: "bad",
  failed: "bad",
};

const PAYMENT_TONES: Readonly<Record<PaymentStatus, Tone>> = {
  pending: "waiting",
  reserved: "waiting",
  under_review: "waiting",
  paid: "good",
  refused: "bad",
  failed: "bad",
  expired: "bad",
  cancelled: "bad",
  refunded: "good",
  refunded_in_part: "good",
  charged_back: "bad",
  charged_back_in_part: "good",
};

/** A payment has its own state: a virtual account may outlive its link. */
const stateOf = (page: PayPage, payment: PagePayment | undefined, visit: Visit, { texts }: View): Html => {
  const isLinkOver = page.state === "expired" || page.state === "closed" || page.state === "used_up";
  // Whoever finds the link held sees that, and not the state of a payment that may be another's.
  if (payment === undefined || (payment.id === page.heldBy && visit.payment === undefined)) {
    return html`<p role="status" class="state ${LINK_TONES[page.state]}">${texts.linkStates[page.state]}</p>`;
  }
  const own = texts.paymentStates[payment.status];
  const ofLink = isLinkOver && !payment.isPaid ? ` ${texts.linkStates[page.state]}` : "";
  return html`<p role="status" class="state ${PAYMENT_TONES[payment.status]}">${own}${ofLink}</p>`;
};

const itemTable = ({ items }: PayPage, view: View): Html => {
  const { texts } = view;
  return html`<table>
    <caption>${texts.items(items.length)}</caption>
    <thead><tr><th scope="col">${texts.itemName}</th><th scope="col" class="number">${texts.quantity}</th><th scope="col" class="number">${texts.subtotal}</th></tr></thead>
    <tbody>${items.map(
      (item) =>
        html`<tr><td>${item.name}</td><td class="number">${item.quantity}</td><td class="number">${moneyIn(view, item.subtotal)}</td></tr>`,
    )}</tbody>
  </table>`;
};

const nextStep = (
  page: PayPage,
  payment: PagePayment | undefined,
  entered: Visit["entered"],
  view: View,
): Html | "" => {
  const isLinkOpen = page.state === "open";
  const start = (text: string): Html => html`<p><a href="${view.addressOf()}">${text}</a></p>`;
  if (payment?.isOpen === true) return openPaymentPart(payment, isLinkOpen ? start(view.texts.otherMethod) : "", view);
  if (!isLinkOpen || payment?.isUnderReview === true) return "";
  if (payment?.isPaid === true) return start(view.texts.anotherPayment);
  if (page.defect !== undefined) {
    return html`<p role="alert" class="notice bad">${textIn(view.language, page.defect)}</p>`;
  }
  if (payment === undefined) return payForm(page, entered, view);
  return payment.canBeRetried ? retryForm(page, payment, view) : start(view.texts.startAgain);
};

const openPaymentPart = (payment: PagePayment, otherMethod: Html | "", view: View): Html =>
  html`${instructionsFor(payment, view)}${payment.instructions.kind === "card" ? cardForm(payment, payment.instructions, view) : ""}${otherMethod}`;

const retryForm = (page: PayPage, { id }: PagePayment, view: View): Html =>
  form(
    view.newFormId,
    html`${paymentField(id)}
    ${methodChoice(page, null, view)}
    <div class="stack"><button name="do" value="open">${view.texts.tryAgain}</button><a class="button second" href="${view.addressOf()}">${view.texts.startNewPayment}</a></div>`,
  );

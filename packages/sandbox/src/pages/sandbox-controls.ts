import { html } from "hono/html";
import { amountStep } from "../money.ts";
import { testCards } from "./card-form.ts";
import { form, paymentField } from "./form.ts";
import type { Html } from "./layout.ts";
import { NEXT_ACTIONS } from "./next-actions.ts";
import { PAY_FORM_ID } from "./pay-form.ts";
import type { PagePayment, PayPage } from "./pay-page.ts";
import { qrisText } from "./qris.ts";
import { labelIn, moneyIn, type View } from "./view.ts";

/** The part that a real pay page does not have: the reader decides the outcome. `payment`: the one that the page shows. */
export const sandboxControls = (
  page: PayPage,
  payment: PagePayment | undefined,
  { isPayFormShown }: { readonly isPayFormShown: boolean },
  view: View,
): Html => {
  const { sandbox } = view.texts;
  const shown = [
    isPayFormShown ? beforePayment(page, view) : "",
    payment?.isOpen === true ? outcomes(payment, page, view) : "",
    payment === undefined ? "" : nextActions(payment, view),
    page.payments.length === 0 ? "" : paymentList(page, view),
  ].filter((part) => part !== "");
  return html`<h2 id="sandbox">${sandbox.heading}</h2><p class="quiet">${sandbox.intro}</p>
    ${shown.length === 0 ? html`<p>${sandbox.nothing}</p>` : shown}`;
};

const beforePayment = (
  { endsLink = true }: PayPage,
  { texts: { sandbox }, newFormId }: View,
): Html => html`<div class="stack">
      <button form="${PAY_FORM_ID}" name="do" value="pay" aria-describedby="pay-at-once">${sandbox.payAtOnce}</button>
      <p id="pay-at-once" class="hint">${sandbox.payAtOnceHint}</p></div>
    ${endsLink ? form(newFormId, html`<div class="stack"><button class="second" name="do" value="expire_link">${sandbox.expireLink}</button></div>`) : ""}`;

const COMPLETIONS = { authorized: "capture", confirmation: "confirm" } as const;

const outcomes = (payment: PagePayment, { endsLink = true }: PayPage, view: View): Html => {
  const { sandbox } = view.texts;
  const { instructions, id } = payment;
  const takesTransfers = ["virtual_account", "store", "qris"].includes(instructions.kind);
  return html`${instructions.kind === "card" ? testCards(instructions, view) : ""}
    ${form(
      view.newFormId,
      html`${paymentField(id)}
      ${
        instructions.kind === "card"
          ? ""
          : html`<div class="stack"><button name="do" value="pay">${sandbox[instructions.kind === "authorized" || instructions.kind === "confirmation" ? COMPLETIONS[instructions.kind] : "complete"]}</button></div>`
      }
      <h3>${sandbox.otherOutcomes}</h3>
      <div class="stack">
        <button class="second" name="do" value="decline">${sandbox.decline}</button>
        ${payment.actions.includes("expire") ? html`<button class="second" name="do" value="abandon">${sandbox.abandon}</button>` : ""}
        <button class="second" name="do" value="pay_twice">${sandbox.payTwice}</button>
        ${endsLink ? html`<button class="second" name="do" value="pay_late">${sandbox.payLate}</button>` : ""}
      </div>`,
    )}
    ${takesTransfers ? otherAmountForm(payment, view) : ""}
    ${instructions.kind === "qris" ? html`<details><summary>${sandbox.qrisText}</summary><p class="code">${qrisText({ amount: payment.amount, reference: instructions.reference })}</p></details>` : ""}`;
};

const otherAmountForm = ({ id, amount }: PagePayment, view: View): Html => {
  const { sandbox } = view.texts;
  const step = amountStep(view.currency);
  return form(
    view.newFormId,
    html`${paymentField(id)}
    <label for="other-amount">${sandbox.otherAmountThan(moneyIn(view, amount))}</label>
    <div class="row"><div><input id="other-amount" name="amount" type="number" inputmode="numeric" step="${step}" min="${step}" required></div>
    <button class="second" name="do" value="pay_other_amount">${sandbox.payWrongAmount}</button></div>`,
  );
};

const nextActions = ({ id, actions }: PagePayment, { texts: { sandbox }, newFormId }: View): Html | "" => {
  const possible = NEXT_ACTIONS.filter((action) => actions.includes(action));
  if (possible.length === 0) return "";
  return html`<h3>${sandbox.next}</h3>${form(
    newFormId,
    html`${paymentField(id)}<div class="stack">${possible.map(
      (action) => html`<button class="second" name="do" value="${action}">${sandbox.nextActions[action]}</button>`,
    )}</div>`,
  )}`;
};

const paymentList = ({ payments }: PayPage, view: View): Html => {
  const { sandbox, statuses } = view.texts;
  return html`<h3>${sandbox.payments}</h3>
    <ol>${payments.map((payment) => {
      const { id, method, status, amount } = payment;
      const text = sandbox.payment(moneyIn(view, amount), labelIn(view, method), statuses[status]);
      return html`<li><a href="${view.addressOf({ payment: id })}">${text}</a></li>`;
    })}</ol>`;
};
